#include "protocol/redis_protocol.h"
#include "redis/sentinel/sentinel_answer.h"

#include "unit.h"

#define ADDRESS "*2\r\n$8\r\n10.0.0.1\r\n$4\r\n7001\r\n"
#define MASTER  "*4\r\n$4\r\nname\r\n$1\r\nm\r\n$12\r\nconfig-epoch\r\n$2\r\n42\r\n"

static strata_arena *arena;
static strata_sentinel_answer answer;
static strata_protocol_error said;

static void *reply_of(const char *bytes)
{
	void *reader = strata_redis_protocol.reader_new(1 << 20);
	void *reply;

	REQUIRE(reader != NULL);
	REQUIRE(strata_redis_protocol.feed(reader, arena, strata_view_of(bytes)) == STRATA_OK);
	REQUIRE(strata_redis_protocol.take(reader, arena, &reply) == STRATA_OK && reply != NULL);
	strata_redis_protocol.reader_free(reader);
	return reply;
}

static strata_result read_both(const char *address, const char *master)
{
	void *replies[] = { reply_of(address), reply_of(master) };

	memset(&answer, 'x', sizeof(answer));
	memset(said.text, 'x', sizeof(said.text) - 1);
	return strata_sentinel_answer_read(&answer, replies, &said);
}

/* Is it refused as this, in these words, and nothing believed? */
static bool refuses(const char *address, const char *master, strata_result as, const char *words)
{
	strata_result result = read_both(address, master);

	if (result == as && answer.kind == STRATA_SENTINEL_SILENT && strstr(said.text, words) != NULL) {
		return true;
	}
	fprintf(stderr, "%s: %s\n", strata_result_name(result), said.text);
	return false;
}

static void both_questions_go_in_one_write(void)
{
	strata_buffer out = { 0 };

	CHECK(strata_sentinel_answer_ask(&out, "mine") == 0);
	CHECK(strata_view_equal((strata_view){ out.data, out.size },
		strata_view_of("*3\r\n$8\r\nSENTINEL\r\n$23\r\nGET-MASTER-ADDR-BY-NAME\r\n$4\r\nmine\r\n"
					   "*3\r\n$8\r\nSENTINEL\r\n$6\r\nMASTER\r\n$4\r\nmine\r\n")));
	strata_buffer_fini(&out);
}

static void a_sentinel_names_an_address_and_an_epoch(void)
{
	CHECK(read_both(ADDRESS, MASTER) == STRATA_OK && answer.kind == STRATA_SENTINEL_NAMES);
	CHECK(strata_endpoint_is_at(&answer.master, "10.0.0.1", 7001) && answer.epoch == 42);
	CHECK(said.text[0] == '\0');
	CHECK(read_both("*2\r\n$3\r\n::1\r\n$5\r\n65535\r\n", MASTER) == STRATA_OK);
	CHECK(strata_endpoint_is_at(&answer.master, "::1", 65535));
	CHECK(read_both("*2\r\n$9\r\nredis-one\r\n$1\r\n1\r\n", MASTER) == STRATA_OK);
	CHECK(strata_endpoint_is_at(&answer.master, "redis-one", 1));
}

static void a_sentinel_may_know_no_such_master(void)
{
	CHECK(read_both("*-1\r\n", "-ERR No such master with that name\r\n") == STRATA_OK);
	CHECK(answer.kind == STRATA_SENTINEL_KNOWS_NONE && answer.epoch == 0);
}

static void where_master_may_not_be_asked_the_address_counts_without_an_epoch(void)
{
	CHECK(read_both(ADDRESS, "-NOPERM this user has no permissions\r\n") == STRATA_OK);
	CHECK(answer.kind == STRATA_SENTINEL_NAMES && answer.epoch == 0);
}

static void ports_that_do_not_exist_are_refused(void)
{
	static const char *const ports[] = { "$1\r\n0\r\n", "$5\r\n65536\r\n", "$2\r\n-1\r\n",
		"$0\r\n\r\n", "$2\r\n7x\r\n", "$20\r\n18446744073709551617\r\n", ":7001\r\n", "$-1\r\n" };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		char bytes[80];

		snprintf(bytes, sizeof(bytes), "*2\r\n$8\r\n10.0.0.1\r\n%s", ports[i]);
		CHECK(refuses(bytes, MASTER, STRATA_PROTOCOL, "impossible address"));
	}
}

static void addresses_that_are_none_are_refused(void)
{
	static const char *const addresses[] = { "*0\r\n", "*1\r\n$1\r\na\r\n", "+OK\r\n", ":1\r\n",
		"$4\r\n7001\r\n", "*2\r\n$0\r\n\r\n$1\r\n1\r\n", "*2\r\n$1\r\n?\r\n$1\r\n1\r\n",
		"*2\r\n$10\r\n/run/redis\r\n$1\r\n1\r\n", "*2\r\n:1\r\n$1\r\n1\r\n",
		"*2\r\n$3\r\na b\r\n$1\r\n1\r\n", "*3\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\n1\r\n" };
	char bytes[400];

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		CHECK(refuses(addresses[i], MASTER, STRATA_PROTOCOL, "impossible address"));
	}
	snprintf(bytes, sizeof(bytes), "*2\r\n$256\r\n%0256d\r\n$1\r\n1\r\n", 0);
	CHECK(refuses(bytes, MASTER, STRATA_PROTOCOL, "impossible address"));
}

static void epochs_that_are_none_are_refused(void)
{
	static const char *const masters[] = { "*0\r\n", "*-1\r\n", "+OK\r\n",
		"*1\r\n$12\r\nconfig-epoch\r\n", "*2\r\n$12\r\nconfig-epoch\r\n$2\r\n-1\r\n",
		"*2\r\n$12\r\nconfig-epoch\r\n:42\r\n", "*2\r\n$4\r\nname\r\n$12\r\nconfig-epoch\r\n",
		"*2\r\n$12\r\nconfig-epoch\r\n$20\r\n99999999999999999999\r\n" };

	for (size_t i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
		CHECK(refuses(ADDRESS, masters[i], STRATA_PROTOCOL, "without an epoch"));
	}
}

static void errors_say_what_they_are(void)
{
	CHECK(refuses("-ERR unknown command 'SENTINEL'\r\n", MASTER, STRATA_UNSUPPORTED,
		"is no sentinel"));
	CHECK(refuses("-NOAUTH Authentication required.\r\n", MASTER, STRATA_AUTH, "NOAUTH"));
	CHECK(refuses("-BUSY wait\r\n", MASTER, STRATA_SERVER, "BUSY wait"));
}

/* Random changes to what is right: whatever comes, it is read or refused. */
static void changed_bytes_are_read_or_refused(void)
{
	static const char right[] = ADDRESS MASTER;

	srand(1);
	for (int i = 0; i < 20000; i++) {
		void *reader = strata_redis_protocol.reader_new(1 << 20);
		void *replies[2] = { NULL, NULL };
		char bytes[sizeof(right)];
		strata_result result;

		memcpy(bytes, right, sizeof(right));
		for (int change = rand() % 4; change >= 0; change--) {
			bytes[(size_t) rand() % (sizeof(right) - 1)] =
				(char) (rand() % 2 ? rand() : '0' + rand() % 10);
		}
		result =
			strata_redis_protocol.feed(reader, arena, (strata_view){ bytes, sizeof(right) - 1 });
		for (int reply = 0; reply < 2 && result == STRATA_OK; reply++) {
			result = strata_redis_protocol.take(reader, arena, &replies[reply]);
		}
		if (result == STRATA_OK && replies[0] != NULL && replies[1] != NULL) {
			result = strata_sentinel_answer_read(&answer, replies, &said);
			CHECK((result == STRATA_OK) == (answer.kind != STRATA_SENTINEL_SILENT));
			CHECK(memchr(answer.master.host, '\0', sizeof(answer.master.host)) != NULL);
		}
		strata_redis_protocol.reader_free(reader);
		strata_arena_reset(arena);
	}
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(both_questions_go_in_one_write);
	RUN(a_sentinel_names_an_address_and_an_epoch);
	RUN(a_sentinel_may_know_no_such_master);
	RUN(where_master_may_not_be_asked_the_address_counts_without_an_epoch);
	RUN(ports_that_do_not_exist_are_refused);
	RUN(addresses_that_are_none_are_refused);
	RUN(epochs_that_are_none_are_refused);
	RUN(errors_say_what_they_are);
	RUN(changed_bytes_are_read_or_refused);
	strata_arena_free(arena);
	return unit_end();
}
