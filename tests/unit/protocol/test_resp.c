#include "protocol/redis_protocol.h"
#include "protocol/resp.h"

#include "os/process.h"

#include "unit.h"

enum { MAX_REPLY = 1024 * 1024 };

static strata_arena *arena;

static const strata_protocol *const protocol = &strata_redis_protocol;

static strata_connection_setup setup_of(const char *user, const char *password, uint32_t database)
{
	return (strata_connection_setup){ .user = user, .password = password, .database = database };
}

/* Feeds the bytes in pieces of at most this size and takes as it goes, as a connection does. */
static strata_result read_pieces(void *reader, strata_view bytes, size_t piece,
	const strata_resp_reply **reply)
{
	*reply = NULL;
	for (size_t at = 0; at < bytes.size && *reply == NULL; at += piece) {
		size_t size = bytes.size - at < piece ? bytes.size - at : piece;
		strata_result result =
			protocol->feed(reader, arena, (strata_view){ bytes.data + at, size });
		void *taken = NULL;

		if (result == STRATA_OK) {
			result = protocol->take(reader, arena, &taken);
		}
		if (result != STRATA_OK) {
			return result;
		}
		*reply = taken;
	}
	return STRATA_OK;
}

/* One reply from a fresh reader, which must be drained by it. */
static const strata_resp_reply *reply_in(strata_view bytes, size_t piece)
{
	void *reader = protocol->reader_new(MAX_REPLY);
	const strata_resp_reply *reply;

	REQUIRE(reader != NULL);
	CHECK(read_pieces(reader, bytes, piece, &reply) == STRATA_OK);
	CHECK(protocol->is_drained(reader));
	protocol->reader_free(reader);
	REQUIRE(reply != NULL);
	return reply;
}

static const strata_resp_reply *reply_of(const char *bytes)
{
	return reply_in(strata_view_of(bytes), strlen(bytes));
}

/* How a fresh reader with this limit ends that is fed these bytes in pieces. */
static strata_result result_of(strata_view bytes, size_t piece, size_t max_reply)
{
	void *reader = protocol->reader_new(max_reply);
	const strata_resp_reply *reply;
	strata_result result;

	REQUIRE(reader != NULL);
	result = read_pieces(reader, bytes, piece, &reply);
	CHECK(result == STRATA_OK || !protocol->is_drained(reader));
	protocol->reader_free(reader);
	return result;
}

static strata_result result_of_text(const char *bytes)
{
	return result_of(strata_view_of(bytes), strlen(bytes), MAX_REPLY);
}

static bool is_text(const strata_resp_reply *reply, strata_resp_type type, const char *text)
{
	return reply != NULL && reply->type == type &&
		   strata_view_equal(reply->text, strata_view_of(text));
}

static void a_command_is_an_array_of_bulk_strings(void)
{
	strata_buffer out = { 0 };
	strata_view set[] = { strata_view_of("SET"), { "a\r\nb\0c", 6 }, { NULL, 0 } };
	strata_view expected = { "*3\r\n$3\r\nSET\r\n$6\r\na\r\nb\0c\r\n$0\r\n\r\n", 31 };

	CHECK(strata_resp_compose(&out, set, 3) == 0);
	CHECK(strata_view_equal((strata_view){ out.data, out.size }, expected));
	strata_buffer_fini(&out);
}

static void commands_are_appended_to_what_the_buffer_holds(void)
{
	strata_buffer out = { 0 };
	strata_view get[] = { strata_view_of("GET"), strata_view_of("k") };
	strata_view ping[] = { strata_view_of("PING") };
	const char *expected = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n";

	CHECK(strata_resp_compose(&out, get, 2) == 0);
	CHECK(strata_resp_compose(&out, ping, 1) == 0);
	CHECK(strata_view_equal((strata_view){ out.data, out.size }, strata_view_of(expected)));
	strata_buffer_fini(&out);
}

static void a_command_may_have_many_arguments(void)
{
	strata_buffer out = { 0 };
	strata_view arguments[1000];

	for (size_t i = 0; i < 1000; i++) {
		arguments[i] = strata_view_of("k");
	}
	CHECK(strata_resp_compose(&out, arguments, 1000) == 0);
	CHECK(out.size == strlen("*1000\r\n") + 1000 * strlen("$1\r\nk\r\n"));
	CHECK(memcmp(out.data, "*1000\r\n$1\r\nk\r\n", 14) == 0);
	strata_buffer_fini(&out);
}

static void every_type_of_reply_is_read(void)
{
	CHECK(is_text(reply_of("+OK\r\n"), STRATA_RESP_STATUS, "OK"));
	CHECK(is_text(reply_of("-ERR no\r\n"), STRATA_RESP_ERROR, "ERR no"));
	CHECK(is_text(reply_of("$5\r\nhello\r\n"), STRATA_RESP_STRING, "hello"));
	CHECK(is_text(reply_of("$0\r\n\r\n"), STRATA_RESP_STRING, ""));
	CHECK(reply_of(":-9223372036854775808\r\n")->integer == INT64_MIN);
	CHECK(reply_of(":9223372036854775807\r\n")->integer == INT64_MAX);
	CHECK(reply_of("$-1\r\n")->type == STRATA_RESP_NIL);
	CHECK(reply_of("*-1\r\n")->type == STRATA_RESP_NIL);
	CHECK(reply_of("*0\r\n")->type == STRATA_RESP_ARRAY);
	CHECK(reply_of("*0\r\n")->count == 0);
}

static void a_string_may_hold_any_bytes(void)
{
	strata_view bytes = { "$6\r\na\0\r\n$-\r\n", 12 };
	strata_view text = { "a\0\r\n$-", 6 };

	CHECK(strata_view_equal(reply_in(bytes, bytes.size)->text, text));
}

static void an_array_holds_its_elements_in_order(void)
{
	const strata_resp_reply *reply =
		reply_of("*4\r\n:1\r\n*2\r\n+a\r\n*1\r\n$1\r\nb\r\n$-1\r\n-E\r\n");
	const strata_resp_reply *inner = strata_resp_element(reply, 1);

	CHECK(reply->type == STRATA_RESP_ARRAY && reply->count == 4);
	CHECK(strata_resp_element(reply, 0)->integer == 1);
	CHECK(inner->count == 2 && is_text(strata_resp_element(inner, 0), STRATA_RESP_STATUS, "a"));
	CHECK(is_text(strata_resp_element(strata_resp_element(inner, 1), 0), STRATA_RESP_STRING, "b"));
	CHECK(strata_resp_element(reply, 2)->type == STRATA_RESP_NIL);
	CHECK(is_text(strata_resp_element(reply, 3), STRATA_RESP_ERROR, "E"));
	CHECK(strata_resp_element(reply, 4) == NULL);
	CHECK(strata_resp_element(strata_resp_element(reply, 0), 0) == NULL);
}

static void a_reply_may_be_cut_anywhere(void)
{
	const char *bytes = "*3\r\n*2\r\n:12\r\n$10\r\n0123456789\r\n$-1\r\n-ERR no\r\n";

	for (size_t piece = 1; piece <= strlen(bytes); piece++) {
		const strata_resp_reply *reply = reply_in(strata_view_of(bytes), piece);
		const strata_resp_reply *inner = strata_resp_element(reply, 0);

		CHECK(reply->count == 3 && inner->count == 2);
		CHECK(is_text(strata_resp_element(inner, 1), STRATA_RESP_STRING, "0123456789"));
		CHECK(is_text(strata_resp_element(reply, 2), STRATA_RESP_ERROR, "ERR no"));
	}
}

static void a_reader_with_half_a_reply_is_not_drained(void)
{
	const char *bytes = "*2\r\n$3\r\nabc\r\n:1\r\n";

	for (size_t cut = 1; cut < strlen(bytes); cut++) {
		void *reader = protocol->reader_new(MAX_REPLY);
		void *reply;

		REQUIRE(reader != NULL);
		CHECK(protocol->is_drained(reader));
		CHECK(protocol->feed(reader, arena, (strata_view){ bytes, cut }) == STRATA_OK);
		CHECK(!protocol->is_drained(reader));
		CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply == NULL);
		CHECK(!protocol->is_drained(reader));
		protocol->reader_free(reader);
	}
}

static void replies_of_a_pipeline_come_one_by_one(void)
{
	void *reader = protocol->reader_new(MAX_REPLY);
	void *reply;

	REQUIRE(reader != NULL);
	CHECK(protocol->feed(reader, arena, strata_view_of("+a\r\n$1\r\nb\r\n:3\r")) == STRATA_OK);
	CHECK(protocol->take(reader, arena, &reply) == STRATA_OK &&
		  is_text(reply, STRATA_RESP_STATUS, "a"));
	CHECK(protocol->take(reader, arena, &reply) == STRATA_OK &&
		  is_text(reply, STRATA_RESP_STRING, "b"));
	CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply == NULL);
	CHECK(!protocol->is_drained(reader));
	CHECK(protocol->feed(reader, arena, strata_view_of("\n")) == STRATA_OK);
	CHECK(protocol->take(reader, arena, &reply) == STRATA_OK);
	CHECK(((strata_resp_reply *) reply)->integer == 3);
	CHECK(protocol->is_drained(reader));
	CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply == NULL);
	CHECK(protocol->is_drained(reader));
	protocol->reader_free(reader);
}

static void a_long_pipeline_of_replies_is_no_long_reply(void)
{
	void *reader = protocol->reader_new(100);
	void *reply;

	REQUIRE(reader != NULL);
	for (int i = 0; i < 1000; i++) {
		CHECK(protocol->feed(reader, arena,
				  strata_view_of("$30\r\n012345678901234567890123456789\r\n$1")) == STRATA_OK);
		CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply != NULL);
		CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply == NULL);
		CHECK(protocol->feed(reader, arena, strata_view_of("\r\nx\r\n")) == STRATA_OK);
		CHECK(protocol->take(reader, arena, &reply) == STRATA_OK && reply != NULL);
	}
	CHECK(protocol->is_drained(reader));
	protocol->reader_free(reader);
}

static void what_the_protocol_does_not_allow_ends_the_connection(void)
{
	static const char *const wrong[] = { "$-2\r\n", "*-2\r\n", "$x\r\n", "*x\r\n", ":x\r\n",
		":\r\n", "$3\r\nabcde", "*1\r\n?\r\n", "*1\r\nERROR\r\n", "*9223372036854775808\r\n",
		"*2\r\n:1\r\n%1\r\n", "*1\r\n,1.5\r\n", "*1\r\n#t\r\n", "*1\r\n=5\r\ntxt:a\r\n",
		"*1\r\n~1\r\n:1\r\n" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(result_of_text(wrong[i]) == STRATA_PROTOCOL);
		CHECK(result_of(strata_view_of(wrong[i]), 1, MAX_REPLY) == STRATA_PROTOCOL);
	}
}

static void a_peer_of_another_protocol_is_known_by_its_first_byte(void)
{
	CHECK(result_of_text("ERROR\r\n") == STRATA_UNSUPPORTED);
	CHECK(result_of_text("HTTP/1.1 400 Bad Request\r\n\r\n") == STRATA_UNSUPPORTED);
	CHECK(result_of_text("\x16\x03\x01") == STRATA_UNSUPPORTED);
	CHECK(result_of_text("+OK\r\nERROR\r\n") == STRATA_OK);
}

static void arrays_nest_eight_deep_and_no_deeper(void)
{
	char bytes[9 * 4 + 1] = "";

	for (int i = 0; i < 8; i++) {
		strcat(bytes, "*1\r\n");
	}
	CHECK(result_of_text(bytes) == STRATA_OK);
	strcat(bytes, "*1\r\n");
	CHECK(result_of_text(bytes) == STRATA_PROTOCOL);
	CHECK(reply_of("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n+x\r\n")->count == 1);
}

static void an_array_costs_what_arrives_and_not_what_it_claims(void)
{
	CHECK(result_of_text("*100000000\r\n") == STRATA_PROTOCOL);
	CHECK(result_of_text("*1000001\r\n") == STRATA_PROTOCOL);
	CHECK(result_of_text("*1000000\r\n") == STRATA_OK);
	CHECK(result_of_text("*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n:1\r\n") == STRATA_OK);
}

static void elements_are_counted_through_all_arrays_of_a_reply(void)
{
	strata_buffer bytes = { 0 };
	static const char empty[] = "*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n*0\r\n";

	CHECK(strata_buffer_append(&bytes, strata_view_of("*2\r\n*600000\r\n")) == 0);
	for (int i = 0; i < 60000; i++) {
		CHECK(strata_buffer_append(&bytes, strata_view_of(empty)) == 0);
	}
	CHECK(strata_buffer_append(&bytes, strata_view_of("*600000\r\n")) == 0);
	for (int i = 0; i < 50000; i++) {
		CHECK(strata_buffer_append(&bytes, strata_view_of(empty)) == 0);
	}
	CHECK(result_of((strata_view){ bytes.data, bytes.size }, 65536, (size_t) 1 << 30) ==
		  STRATA_PROTOCOL);
	strata_buffer_fini(&bytes);
}

static void strings_past_what_the_arena_allows_are_refused(void)
{
	strata_arena_allow(arena, 5);
	CHECK(result_of_text("*2\r\n$3\r\nabc\r\n$3\r\ndef\r\n") == STRATA_TOO_LARGE);
	CHECK(strata_arena_has_refused(arena));
	strata_arena_reset(arena);
	CHECK(result_of_text("*2\r\n$3\r\nabc\r\n$3\r\ndef\r\n") == STRATA_OK);
}

static void a_string_that_claims_more_than_the_limit_is_refused_at_its_header(void)
{
	CHECK(result_of(strata_view_of("$101\r\n"), 1, 100) == STRATA_TOO_LARGE);
	CHECK(result_of(strata_view_of("$101"), 4, 100) == STRATA_TOO_LARGE);
	CHECK(result_of(strata_view_of("*2\r\n:1\r\n$536870912\r\nabc"), 100, 100) == STRATA_TOO_LARGE);
	CHECK(result_of(strata_view_of("$99999999999999999999999999"), 1, 100) == STRATA_TOO_LARGE);
	CHECK(result_of(strata_view_of("$9223372036854775808\r\n"), 1, 100) == STRATA_TOO_LARGE);
	CHECK(result_of(strata_view_of("$100\r\nabc"), 9, 100) == STRATA_OK);
}

static void a_reply_may_be_as_large_as_the_limit_and_no_larger(void)
{
	strata_view bytes = strata_view_of("*2\r\n$3\r\nabc\r\n$3\r\nabc\r\n");

	CHECK(result_of(bytes, bytes.size, bytes.size) == STRATA_OK);
	CHECK(result_of(bytes, bytes.size, bytes.size - 1) == STRATA_TOO_LARGE);
	CHECK(result_of(bytes, 1, bytes.size - 1) == STRATA_TOO_LARGE);
}

static void a_line_that_does_not_end_is_refused(void)
{
	static char line[70000];

	memset(line, 'x', sizeof(line));
	line[0] = '+';
	CHECK(result_of((strata_view){ line, sizeof(line) }, 1000, MAX_REPLY) == STRATA_PROTOCOL);
	memset(line + 1, '0', sizeof(line) - 1);
	line[0] = '$';
	CHECK(result_of((strata_view){ line, 100 }, 1, MAX_REPLY) == STRATA_PROTOCOL);
}

static void a_large_string_arrives_whole(void)
{
	enum { SIZE = 900 * 1024 };
	strata_buffer bytes = { 0 };
	const strata_resp_reply *reply;

	CHECK(strata_buffer_print(&bytes, "$%d\r\n", SIZE) == 0);
	REQUIRE(strata_buffer_reserve(&bytes, SIZE) == 0);
	for (int i = 0; i < SIZE; i++) {
		bytes.data[bytes.size++] = (char) (i * 7 % 251);
	}
	CHECK(strata_buffer_append(&bytes, strata_view_of("\r\n")) == 0);
	reply = reply_in((strata_view){ bytes.data, bytes.size }, 16384);
	CHECK(reply->text.size == SIZE);
	for (int i = 0; i < SIZE; i++) {
		REQUIRE(reply->text.data[i] == (char) (i * 7 % 251));
	}
	strata_buffer_fini(&bytes);
}

/* Always the same numbers, so that a failure can be repeated. */
static unsigned next_random(void)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned) (state >> 33);
}

static void whatever_the_bytes_the_reader_ends_well(void)
{
	static const char pieces[] = "*$:+-0123456789\r\n\r\n\r\nab%#,_~=";

	for (int round = 0; round < 3000; round++) {
		char bytes[200] = "*3\r\n$2\r\nab\r\n*2\r\n:1\r\n$-1\r\n-E\r\n";
		size_t size = strlen(bytes);

		for (unsigned i = next_random() % 4; i > 0; i--) {
			bytes[next_random() % size] = pieces[next_random() % (sizeof(pieces) - 1)];
		}
		while (round % 2 == 0 && size < sizeof(bytes)) {
			bytes[size++] = pieces[next_random() % (sizeof(pieces) - 1)];
		}
		(void) !result_of((strata_view){ bytes, size }, 1 + next_random() % 9, 150);
	}
	strata_arena_reset(arena);
}

static void errors_are_told_by_their_first_words(void)
{
	const strata_resp_reply *moved = reply_of("-MOVED 1 a:1\r\n");

	CHECK(strata_resp_is_error(moved, "MOVED"));
	CHECK(strata_resp_is_error(moved, "MOVED 1"));
	CHECK(!strata_resp_is_error(moved, "MOVE"));
	CHECK(!strata_resp_is_error(moved, "MOVED 1 a:1 b"));
	CHECK(!strata_resp_is_error(reply_of("+MOVED 1 a:1\r\n"), "MOVED"));
	CHECK(strata_resp_is_ok(reply_of("+OK\r\n")));
	CHECK(!strata_resp_is_ok(reply_of("$2\r\nOK\r\n")));
}

static void errors_are_printed_without_what_does_not_belong_in_a_log(void)
{
	char text[16];
	char long_text[128];

	strata_resp_print_error(reply_of("-ERR \x1b[2J\x80\r\n"), text, sizeof(text));
	CHECK(strcmp(text, "ERR ?[2J?") == 0);
	strata_resp_print_error(reply_of("-ERR 0123456789abcdef\r\n"), text, sizeof(text));
	CHECK(strcmp(text, "ERR 0123456789a") == 0);
	strata_resp_print_error(reply_of(
								"-ERR unknown command 'x', with args beginning with: 'secret'\r\n"),
		long_text, sizeof(long_text));
	CHECK(strcmp(long_text, "ERR unknown command 'x'") == 0);
}

/* The bytes of a greeting, with the process id replaced by N. */
static bool handshake_is(const strata_connection_setup *setup, uint32_t replies, bool auth,
	const char *expected_but_name)
{
	strata_buffer out = { 0 };
	char name[128], pid[32];
	uint32_t expected;
	bool sends_auth, same;
	size_t size;

	CHECK(protocol->compose_handshake(setup, &out, &expected, &sends_auth) == STRATA_OK);
	CHECK(expected == replies && sends_auth == auth);
	snprintf(pid, sizeof(pid), "strata:%u", (unsigned) strata_process_id());
	snprintf(name, sizeof(name), "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$%zu\r\n%s\r\n",
		strlen(pid), pid);
	size = strlen(expected_but_name);
	same = out.size == size + strlen(name) && memcmp(out.data, expected_but_name, size) == 0 &&
		   memcmp(out.data + size, name, strlen(name)) == 0;
	strata_buffer_fini(&out);
	return same;
}

static void a_greeting_asks_only_for_what_is_configured(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup secret = setup_of(NULL, "pw", 0);
	strata_connection_setup user = setup_of("app", "pw", 2);

	CHECK(handshake_is(&plain, 1, false, ""));
	CHECK(handshake_is(&secret, 2, true, "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n"));
	CHECK(handshake_is(&user, 3, true,
		"*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"));
}

/* One that closed a connection over more. */
static void a_bare_greeting_has_what_is_needed_alone(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup secret = setup_of(NULL, "pw", 0);
	strata_buffer out = { 0 };
	uint32_t expected;
	bool sends_auth;

	plain.is_bare = true;
	secret.is_bare = true;
	CHECK(protocol->compose_handshake(&plain, &out, &expected, &sends_auth) == STRATA_OK);
	CHECK(expected == 0 && out.size == 0 && !sends_auth);
	CHECK(protocol->compose_handshake(&secret, &out, &expected, &sends_auth) == STRATA_OK);
	CHECK(expected == 1 && sends_auth && memmem(out.data, out.size, "CLIENT", 6) == NULL);
	strata_buffer_fini(&out);
}

static void an_echo_is_told_from_its_refusal_and_from_another_reply(void)
{
	strata_view nonce = strata_view_of("abc"), none = strata_view_of("");

	CHECK(protocol->check_nonce(reply_of("$3\r\nabc\r\n"), nonce) == STRATA_OK);
	CHECK(protocol->check_nonce(reply_of("$3\r\nabd\r\n"), nonce) == STRATA_DESYNC);
	CHECK(protocol->check_nonce(reply_of("+PONG\r\n"), nonce) == STRATA_DESYNC);
	CHECK(protocol->check_nonce(reply_of("+PONG\r\n"), none) == STRATA_OK);
	CHECK(protocol->check_nonce(reply_of("+OK\r\n"), none) == STRATA_DESYNC);
	CHECK(protocol->check_nonce(reply_of("-NOPERM no 'ping' for you\r\n"), nonce) == STRATA_OK);
	CHECK(protocol->check_nonce(reply_of("-LOADING data\r\n"), nonce) == STRATA_NOT_READY);
	CHECK(protocol->check_nonce(reply_of("-MASTERDOWN x\r\n"), nonce) == STRATA_NOT_READY);
	CHECK(protocol->check_nonce(reply_of("-MISCONF x\r\n"), nonce) == STRATA_SERVER);
	CHECK(protocol->check_nonce(reply_of("-NOAUTH x\r\n"), nonce) == STRATA_AUTH);
	CHECK(protocol->check_nonce(reply_of("-WRONGTYPE x\r\n"), nonce) == STRATA_DESYNC);
	CHECK(protocol->check_nonce(reply_of("-MOVED 1 a:1\r\n"), nonce) == STRATA_DESYNC);
}

static void a_server_serves_unless_it_says_that_it_is_not_ready(void)
{
	static const char *const serving[] = { "$-1\r\n", "$1\r\na\r\n", "-MOVED 1 a:1\r\n",
		"-NOPERM no keys\r\n", "-WRONGTYPE x\r\n", "-CLUSTERDOWN Hash slot not served\r\n" };
	static const char *const other[] = { "-CLUSTERDOWN The cluster is down\r\n", "-LOADING x\r\n",
		"-MASTERDOWN x\r\n" };

	for (size_t i = 0; i < sizeof(serving) / sizeof(serving[0]); i++) {
		CHECK(protocol->check_service(reply_of(serving[i])) == STRATA_OK);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		CHECK(protocol->check_service(reply_of(other[i])) == STRATA_NOT_READY);
	}
}

static strata_protocol_error said;

/* How the check of a greeting ends whose replies are these; what it says is in `said`. */
static strata_result handshake_of(const strata_connection_setup *setup, const char *a,
	const char *b, const char *c)
{
	const char *const texts[] = { a, b, c };
	void *replies[3] = { NULL };
	uint32_t count = 0;

	while (count < 3 && texts[count] != NULL) {
		replies[count] = (void *) reply_of(texts[count]);
		count++;
	}
	memset(&said, 'x', sizeof(said));
	return protocol->check_handshake(setup, replies, count, &said);
}

static bool says(const char *part)
{
	return strstr(said.text, part) != NULL;
}

static void a_greeting_is_done_when_every_reply_is_ok(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup user = setup_of("app", "pw", 2);

	CHECK(handshake_of(&plain, "+OK\r\n", NULL, NULL) == STRATA_OK);
	CHECK(said.text[0] == '\0');
	CHECK(handshake_of(&user, "+OK\r\n", "+OK\r\n", "+OK\r\n") == STRATA_OK);
	CHECK(handshake_of(&user, "+OK\r\n", "+OK\r\n", NULL) == STRATA_PROTOCOL);
}

static void a_replica_that_does_not_serve_reads_is_none(void)
{
	strata_connection_setup replica = setup_of(NULL, NULL, 0);

	replica.is_replica = true;
	CHECK(handshake_of(&replica, "+OK\r\n", "+OK\r\n", NULL) == STRATA_OK);
	CHECK(handshake_of(&replica, "+OK\r\n", "-ERR This instance has cluster support disabled\r\n",
			  NULL) == STRATA_SERVER);
	CHECK(says("READONLY"));
	CHECK(handshake_of(&replica, "+OK\r\n", NULL, NULL) == STRATA_PROTOCOL);
}

static void a_wrong_password_is_told_without_it(void)
{
	strata_connection_setup secret = setup_of(NULL, "hunter2", 0);
	strata_connection_setup user = setup_of("app", "hunter2", 1);
	static const char *const refusals[] = {
		"-WRONGPASS invalid username-password pair or user is disabled.\r\n",
		"-ERR invalid password\r\n", "-NOAUTH Authentication required.\r\n",
		"-ERR unknown command `AUTH`, with args beginning with: `hunter2`, \r\n", "-hunter2\r\n",
		"-NOPERM this user has no permissions: hunter2\r\n",
		"-ERR wrong number of arguments for 'auth' command\r\n"
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		CHECK(handshake_of(&secret, refusals[i], "-NOAUTH x\r\n", NULL) == STRATA_AUTH);
		CHECK(said.text[0] != '\0' && !says("hunter2"));
		CHECK(handshake_of(&user, refusals[i], "-NOAUTH x\r\n", "-NOAUTH x\r\n") == STRATA_AUTH);
		CHECK(said.text[0] != '\0' && !says("hunter2"));
	}
	CHECK(handshake_of(&user, "+OK\r\n", "-ERR hunter2 is no index\r\n", "+OK\r\n") ==
		  STRATA_UNSUPPORTED);
	CHECK(!says("hunter2"));
}

static void a_password_that_the_server_does_not_have_is_told(void)
{
	strata_connection_setup secret = setup_of(NULL, "pw", 0);

	CHECK(
		handshake_of(&secret,
			"-ERR AUTH <password> called without any password configured for the default user. Are "
			"you sure your configuration is correct?\r\n",
			"+OK\r\n", NULL) == STRATA_AUTH);
	CHECK(says("the server has none"));
	CHECK(handshake_of(&secret, "-ERR Client sent AUTH, but no password is set\r\n", "+OK\r\n",
			  NULL) == STRATA_AUTH);
	CHECK(says("the server has none"));
}

static void a_password_that_is_needed_and_not_configured_is_told(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup second = setup_of(NULL, NULL, 2);

	CHECK(handshake_of(&plain, "-NOAUTH Authentication required.\r\n", NULL, NULL) == STRATA_AUTH);
	CHECK(says("wants a password"));
	CHECK(handshake_of(&second, "-NOAUTH Authentication required.\r\n", "-NOAUTH x\r\n", NULL) ==
		  STRATA_AUTH);
	CHECK(says("wants a password"));
}

static void a_database_that_does_not_exist_is_told(void)
{
	strata_connection_setup far = setup_of(NULL, NULL, 99);

	CHECK(handshake_of(&far, "-ERR DB index is out of range\r\n", "+OK\r\n", NULL) ==
		  STRATA_UNSUPPORTED);
	CHECK(says("SELECT 99: ERR DB index is out of range (see its directive"));
	/* It may have it in a moment. */
	CHECK(handshake_of(&far, "-BUSY a script runs\r\n", "+OK\r\n", NULL) == STRATA_SERVER);
	CHECK(handshake_of(&far, "-NOPERM this user may not\r\n", "+OK\r\n", NULL) == STRATA_AUTH);
}

static void a_server_that_does_not_let_itself_be_named_is_good_enough(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);

	CHECK(handshake_of(&plain, "-ERR unknown command 'CLIENT'\r\n", NULL, NULL) == STRATA_OK);
	CHECK(
		handshake_of(&plain, "-NOPERM this user has no permissions\r\n", NULL, NULL) == STRATA_OK);
}

static void a_server_that_is_not_ready_says_so(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup secret = setup_of(NULL, "pw", 0);

	CHECK(handshake_of(&plain, "-LOADING Redis is loading the dataset in memory\r\n", NULL, NULL) ==
		  STRATA_NOT_READY);
	CHECK(says("loading"));
	CHECK(
		handshake_of(&secret, "-ERR max number of clients reached\r\n", NULL, NULL) == STRATA_FULL);
	CHECK(says("maximum number of clients"));
	CHECK(handshake_of(&secret, "-DENIED Redis is running in protected mode because\r\n", NULL,
			  NULL) == STRATA_SERVER);
	CHECK(says("protected mode"));
}

static void a_reply_that_answers_no_greeting_is_not_taken_for_ok(void)
{
	strata_connection_setup plain = setup_of(NULL, NULL, 0);
	strata_connection_setup secret = setup_of(NULL, "pw", 0);

	CHECK(handshake_of(&plain, "+PONG\r\n", NULL, NULL) == STRATA_PROTOCOL);
	CHECK(handshake_of(&plain, "$2\r\nOK\r\n", NULL, NULL) == STRATA_PROTOCOL);
	CHECK(handshake_of(&secret, ":1\r\n", "+OK\r\n", NULL) == STRATA_PROTOCOL);
	CHECK(says("does not speak the Redis protocol"));
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(a_command_is_an_array_of_bulk_strings);
	RUN(commands_are_appended_to_what_the_buffer_holds);
	RUN(a_command_may_have_many_arguments);
	RUN(every_type_of_reply_is_read);
	RUN(a_string_may_hold_any_bytes);
	RUN(an_array_holds_its_elements_in_order);
	RUN(a_reply_may_be_cut_anywhere);
	RUN(a_reader_with_half_a_reply_is_not_drained);
	RUN(replies_of_a_pipeline_come_one_by_one);
	RUN(a_long_pipeline_of_replies_is_no_long_reply);
	RUN(what_the_protocol_does_not_allow_ends_the_connection);
	RUN(a_peer_of_another_protocol_is_known_by_its_first_byte);
	RUN(arrays_nest_eight_deep_and_no_deeper);
	RUN(an_array_costs_what_arrives_and_not_what_it_claims);
	RUN(elements_are_counted_through_all_arrays_of_a_reply);
	RUN(strings_past_what_the_arena_allows_are_refused);
	RUN(a_string_that_claims_more_than_the_limit_is_refused_at_its_header);
	RUN(a_reply_may_be_as_large_as_the_limit_and_no_larger);
	RUN(a_line_that_does_not_end_is_refused);
	RUN(a_large_string_arrives_whole);
	RUN(whatever_the_bytes_the_reader_ends_well);
	RUN(errors_are_told_by_their_first_words);
	RUN(errors_are_printed_without_what_does_not_belong_in_a_log);
	RUN(a_greeting_asks_only_for_what_is_configured);
	RUN(a_bare_greeting_has_what_is_needed_alone);
	RUN(an_echo_is_told_from_its_refusal_and_from_another_reply);
	RUN(a_server_serves_unless_it_says_that_it_is_not_ready);
	RUN(a_greeting_is_done_when_every_reply_is_ok);
	RUN(a_replica_that_does_not_serve_reads_is_none);
	RUN(a_wrong_password_is_told_without_it);
	RUN(a_password_that_the_server_does_not_have_is_told);
	RUN(a_password_that_is_needed_and_not_configured_is_told);
	RUN(a_database_that_does_not_exist_is_told);
	RUN(a_server_that_does_not_let_itself_be_named_is_good_enough);
	RUN(a_server_that_is_not_ready_says_so);
	RUN(a_reply_that_answers_no_greeting_is_not_taken_for_ok);
	strata_arena_free(arena);
	return unit_end();
}
