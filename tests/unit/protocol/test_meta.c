#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "protocol/memcached_protocol.h"
#include "protocol/meta.h"

#include "unit.h"

#define VIEW(literal) ((strata_view){ (literal), sizeof(literal) - 1 })

/* ---- commands ---- */

static strata_buffer out;

static bool composes(strata_meta_request request, const char *expected)
{
	bool same;

	request.opaque = 7;
	REQUIRE(strata_meta_compose(&out, &request) == 0);
	same = strata_view_equal((strata_view){ out.data, out.size }, strata_view_of(expected));
	strata_buffer_fini(&out);
	return same;
}

static void every_command_asks_for_its_key_and_opaque(void)
{
	const strata_view key = VIEW("a");

	CHECK(composes((strata_meta_request){ .verb = STRATA_META_GET, .key = key },
		"mg a k O7 v t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_LOOK, .key = key },
		"mg a k O7 v c t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_INSPECT, .key = key },
		"mg a k O7 v f t\r\n"));
	CHECK(
		composes((strata_meta_request){ .verb = STRATA_META_GET, .key = key, .wants_flags = true },
			"mg a k O7 v t f\r\n"));
	CHECK(
		composes((strata_meta_request){ .verb = STRATA_META_LOOK, .key = key, .wants_flags = true },
			"mg a k O7 v c t f\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_VIVIFY,
					   .key = key,
					   .ttl = 3,
					   .wants_flags = true },
		"mg a k O7 v c t f N3\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_SET,
					   .key = key,
					   .mode = 'S',
					   .flags = 4294967295 },
		"ms a 0 k O7 MS F4294967295 T0\r\n\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_MARK, .key = key, .ttl = 60 },
		"md a k O7 I T60\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_SET, .key = key, .mode = 'S' },
		"ms a 0 k O7 MS T0\r\n\r\n"));
	CHECK(
		composes((strata_meta_request){ .verb = STRATA_META_DELETE, .key = key }, "md a k O7\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_TOUCH, .key = key, .ttl = 60 },
		"mg a k O7 T60\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_INCREMENT, .key = key, .delta = 5 },
		"ma a k O7 v MI D5\r\n"));
}

static void conditions_travel_with_the_command(void)
{
	const strata_view key = VIEW("a");

	CHECK(composes((strata_meta_request){ .verb = STRATA_META_SET,
					   .key = key,
					   .value = VIEW("x\r\ny"),
					   .mode = 'E',
					   .ttl = 4294967295u,
					   .cas = 18446744073709551615u },
		"ms a 4 k O7 ME T4294967295 C18446744073709551615\r\nx\r\ny\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_DELETE, .key = key, .cas = 9 },
		"md a k O7 C9\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_MARK,
					   .key = key,
					   .cas = 9,
					   .ttl = 60,
					   .keeps_ttl = true },
		"md a k O7 I C9\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_INCREMENT,
					   .key = key,
					   .delta = 18446744073709551615u,
					   .initial = 0,
					   .autoviv = true,
					   .ttl = 30 },
		"ma a k O7 v MI D18446744073709551615 N30 J0\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_INCREMENT,
					   .key = key,
					   .delta = 1,
					   .subtract = true },
		"ma a k O7 v MD D1\r\n"));
}

static void commands_are_appended_one_after_another(void)
{
	const strata_meta_request first = { .verb = STRATA_META_DELETE, .key = VIEW("a"), .opaque = 1 };
	const strata_meta_request second = { .verb = STRATA_META_DELETE,
		.key = VIEW("b"),
		.opaque = 4294967295u };

	REQUIRE(strata_meta_compose(&out, &first) == 0 && strata_meta_compose(&out, &second) == 0);
	CHECK(strata_view_equal((strata_view){ out.data, out.size },
		VIEW("md a k O1\r\nmd b k O4294967295\r\n")));
	strata_buffer_fini(&out);
}

static void a_key_that_would_break_the_line_goes_base64(void)
{
	const strata_meta_verb get = STRATA_META_GET;

	CHECK(composes((strata_meta_request){ .verb = get, .key = VIEW("a b") },
		"mg YSBi b k O7 v t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = get, .key = VIEW("a\0") },
		"mg YQA= b k O7 v t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = get, .key = VIEW("\r\n") },
		"mg DQo= b k O7 v t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = get, .key = VIEW("\177") },
		"mg fw== b k O7 v t\r\n"));
	CHECK(composes((strata_meta_request){ .verb = get, .key = VIEW("\xC3\xA4") },
		"mg \xC3\xA4 k O7 v t\r\n"));
}

/* Wherever it stands, also in what is left of a key whose length is no multiple of a word's. */
static void a_byte_that_would_break_the_line_is_seen_anywhere(void)
{
	char key[33];

	memset(key, 0x80, sizeof(key));
	for (size_t at = 0; at < sizeof(key); at++) {
		for (int byte = 0; byte < 256; byte++) {
			bool is_plain = byte > ' ' && byte != 0x7F;

			key[at] = (char) byte;
			CHECK(strata_meta_key_is_plain((strata_view){ key, sizeof(key) }) == is_plain);
			CHECK(strata_meta_key_is_plain((strata_view){ key, at + 1 }) == is_plain);
		}
		key[at] = at % 2 == 0 ? '!' : '~';
	}
	CHECK(strata_meta_key_is_plain((strata_view){ NULL, 0 }));
}

static void a_key_fits_up_to_250_bytes_as_it_is_sent(void)
{
	char key[252];

	memset(key, 'k', sizeof(key));
	CHECK(!strata_meta_key_fits((strata_view){ key, 0 }));
	CHECK(strata_meta_key_fits((strata_view){ key, 250 }));
	CHECK(!strata_meta_key_fits((strata_view){ key, 251 }));
	key[0] = ' ';
	CHECK(strata_meta_key_fits((strata_view){ key, 186 }));
	CHECK(!strata_meta_key_fits((strata_view){ key, 187 }));
}

static void settings_are_asked_for_without_a_key(void)
{
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_SETTINGS }, "stats settings\r\n"));
	CHECK(composes((strata_meta_request){ .verb = STRATA_META_COUNTS }, "stats\r\n"));
}

/* ---- errors ---- */

static bool is_in_step(strata_meta_verb verb, const char *line)
{
	const strata_meta_request request = { .verb = verb, .key = VIEW("a") };

	return strata_meta_error_is_in_step(&request, strata_view_of(line));
}

static void only_a_value_that_was_swallowed_leaves_the_stream_in_step(void)
{
	CHECK(is_in_step(STRATA_META_SET, "SERVER_ERROR object too large for cache"));
	CHECK(is_in_step(STRATA_META_SET, "SERVER_ERROR out of memory storing object"));
	CHECK(is_in_step(STRATA_META_SET, "SERVER_ERROR Out of memory during read"));
	CHECK(!is_in_step(STRATA_META_SET, "CLIENT_ERROR bad data chunk"));
	CHECK(!is_in_step(STRATA_META_SET, "CLIENT_ERROR object too large for cache"));
	CHECK(!is_in_step(STRATA_META_SET, "SERVER_ERROR"));
	CHECK(!is_in_step(STRATA_META_SET, "ERROR"));
	CHECK(is_in_step(STRATA_META_DELETE, "CLIENT_ERROR bad command line format"));
	CHECK(is_in_step(STRATA_META_GET, "ERROR"));
	CHECK(strata_meta_error_is_too_large(VIEW("SERVER_ERROR object too large for cache")));
	CHECK(!strata_meta_error_is_too_large(VIEW("SERVER_ERROR out of memory storing object")));
}

/* ---- replies ---- */

enum { MAX_REPLY = 1000 };

static strata_arena *arena;
static void *reader;

static void begin_fresh(void)
{
	arena = strata_arena_new();
	reader = strata_memcached_protocol.reader_new(MAX_REPLY);
	REQUIRE(arena != NULL && reader != NULL);
}

static void end(void)
{
	strata_memcached_protocol.reader_free(reader);
	strata_arena_free(arena);
}

static strata_result feed(strata_view bytes)
{
	return strata_memcached_protocol.feed(reader, arena, bytes);
}

static strata_result take(strata_meta_reply **reply)
{
	void *taken = arena;
	strata_result result = strata_memcached_protocol.take(reader, arena, &taken);

	CHECK(result == STRATA_OK || taken == NULL);
	*reply = taken;
	return result;
}

static void begin(void)
{
	strata_meta_reply *version;

	begin_fresh();
	REQUIRE(feed(VIEW("VERSION 1.6.18\r\n")) == STRATA_OK);
	REQUIRE(take(&version) == STRATA_OK && version != NULL);
}

/* The one reply that these bytes are. */
static const strata_meta_reply *only(strata_view bytes)
{
	strata_meta_reply *reply, *none;

	REQUIRE(feed(bytes) == STRATA_OK);
	REQUIRE(take(&reply) == STRATA_OK && reply != NULL);
	CHECK(strata_memcached_protocol.is_drained(reader));
	CHECK(take(&none) == STRATA_OK && none == NULL);
	return reply;
}

static void a_value_comes_with_all_that_was_asked_for(void)
{
	const strata_meta_reply *reply;

	begin();
	reply = only(VIEW("VA 5 kkey c42 t-1 O4294967295\r\na\r\nbc\r\n"));
	CHECK(reply->code == STRATA_META_VA);
	CHECK(strata_view_equal(reply->value, VIEW("a\r\nbc")));
	CHECK(strata_view_equal(reply->key, VIEW("key")));
	CHECK(reply->cas == 42 && reply->ttl == -1);
	CHECK(reply->has_opaque && reply->opaque == 4294967295u);
	reply = only(VIEW("VA 0 kkey t17 O1\r\n\r\n"));
	CHECK(reply->code == STRATA_META_VA && reply->value.size == 0 && reply->ttl == 17);
	CHECK(!reply->is_marked && reply->flags == 0);
	reply = only(VIEW("VA 1 kkey f48 t17 O1 W X\r\nv\r\n"));
	CHECK(reply->is_marked && reply->is_won && reply->flags == 48);
	end();
}

static void replies_without_a_value_have_their_code(void)
{
	static const struct {
		strata_view line;
		strata_meta_code code;
	} lines[] = {
		{ { "HD kx O3\r\n", 10 }, STRATA_META_HD },
		{ { "EN kx O3\r\n", 10 }, STRATA_META_EN },
		{ { "NF kx O3\r\n", 10 }, STRATA_META_NF },
		{ { "NS kx O3\r\n", 10 }, STRATA_META_NS },
		{ { "EX kx O3\r\n", 10 }, STRATA_META_EX },
	};

	begin();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const strata_meta_reply *reply = only(lines[i].line);

		CHECK(reply->code == lines[i].code);
		CHECK(strata_view_equal(reply->key, VIEW("x")));
		CHECK(reply->has_opaque && reply->opaque == 3);
		CHECK(reply->ttl == -2 && reply->cas == 0);
	}
	end();
}

static void settings_are_one_reply_of_many_lines(void)
{
	static const char said[] = "STAT maxbytes 67108864\r\nSTAT item_size_max 2097152\r\n"
							   "STAT item_size_maximum 1\r\nSTAT inter NULL\r\nEND\r\n";
	const strata_meta_reply *reply;
	strata_meta_reply *taken;

	begin();
	reply = only(strata_view_of(said));
	CHECK(reply->code == STRATA_META_SETTINGS_END && reply->largest_item == 2097152);
	CHECK(!reply->has_opaque && reply->key.size == 0);
	CHECK(strata_view_equal(reply->value,
		VIEW("maxbytes 67108864\nitem_size_max 2097152\nitem_size_maximum 1\ninter NULL\n")));
	CHECK(only(VIEW("HD kx O3\r\n"))->code == STRATA_META_HD);
	reply = only(VIEW("STAT x 1\r\nEND\r\n"));
	CHECK(strata_view_equal(reply->value, VIEW("x 1\n")));
	CHECK(reply->code == STRATA_META_SETTINGS_END && reply->largest_item == 0);
	for (size_t i = 0; i < sizeof(said) - 1; i++) {
		REQUIRE(feed((strata_view){ said + i, 1 }) == STRATA_OK && take(&taken) == STRATA_OK);
		CHECK((taken != NULL) == (i == sizeof(said) - 2));
		CHECK(strata_memcached_protocol.is_drained(reader) == (taken != NULL));
	}
	CHECK(taken->largest_item == 2097152);
	REQUIRE(feed(VIEW("STAT x 1\r\nHD kx O3\r\n")) == STRATA_OK);
	CHECK(take(&taken) == STRATA_PROTOCOL);
	end();
}

/* A server that goes on and on is read to its end, and little of it is kept. */
static void endless_settings_fill_no_memory(void)
{
	const strata_meta_reply *reply;

	begin();
	for (int i = 0; i < 20000; i++) {
		REQUIRE(feed(VIEW("STAT a_name_of_some_length 123456789\r\n")) == STRATA_OK);
		REQUIRE(take((strata_meta_reply **) &reply) == STRATA_OK && reply == NULL);
	}
	reply = only(VIEW("END\r\n"));
	CHECK(reply->value.size > 10000 && reply->value.size <= 16 * 1024);
	end();
}

static void numbers_are_read_to_their_last_digit(void)
{
	const strata_meta_reply *reply;

	begin();
	reply = only(VIEW("HD kx O4294967295 c18446744073709551615 t9223372036854775807\r\n"));
	CHECK(reply->opaque == UINT32_MAX && reply->cas == UINT64_MAX && reply->ttl == INT64_MAX);
	reply = only(VIEW("HD t-1 c10000000000000000000 O0\r\n"));
	CHECK(reply->opaque == 0 && reply->cas == 10000000000000000000u && reply->ttl == -1);
	reply = only(VIEW("HD c9999999999999999999 t0\r\n"));
	CHECK(reply->cas == 9999999999999999999u && reply->ttl == 0 && !reply->has_opaque);
	end();
}

static void a_bare_reply_has_neither_key_nor_opaque(void)
{
	const strata_meta_reply *reply;

	begin();
	reply = only(VIEW("EN\r\n"));
	CHECK(reply->code == STRATA_META_EN);
	CHECK(!reply->has_opaque && reply->key.size == 0);
	end();
}

static void flags_nobody_asked_for_are_skipped(void)
{
	const strata_meta_reply *reply;

	begin();
	reply = only(VIEW("VA 1 W kx s1 h0 Y O3 Z\r\nv\r\n"));
	CHECK(strata_view_equal(reply->key, VIEW("x")) && reply->opaque == 3);
	end();
}

static void a_base64_key_comes_back_decoded(void)
{
	begin();
	CHECK(strata_view_equal(only(VIEW("EN kYSBi b O3\r\n"))->key, VIEW("a b")));
	CHECK(strata_view_equal(only(VIEW("HD kYQA= b O3\r\n"))->key, VIEW("a\0")));
	CHECK(strata_view_equal(only(VIEW("HD b kDQ== O3\r\n"))->key, VIEW("\r")));
	CHECK(strata_view_equal(only(VIEW("HD kYSBi O3\r\n"))->key, VIEW("YSBi")));
	end();
}

static void an_error_is_a_reply_with_its_line(void)
{
	static const char *const lines[] = { "ERROR", "CLIENT_ERROR bad data chunk",
		"SERVER_ERROR object too large for cache" };

	begin();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char line[64];
		const strata_meta_reply *reply;

		snprintf(line, sizeof(line), "%s\r\n", lines[i]);
		reply = only(strata_view_of(line));
		CHECK(reply->code == STRATA_META_ERROR && !reply->has_opaque);
		CHECK(strata_view_equal(reply->value, strata_view_of(lines[i])));
	}
	end();
}

static const strata_view several = VIEW("HD kx O1\r\nVA 4 ky c9 t30 O2\r\n1\r\n2\r\n"
										"SERVER_ERROR no\r\nEN kYSBi b O4\r\n");

static void check_several(strata_meta_reply *const *replies, unsigned count)
{
	REQUIRE(count == 4);
	CHECK(replies[0]->code == STRATA_META_HD && replies[0]->opaque == 1);
	CHECK(replies[1]->code == STRATA_META_VA && replies[1]->opaque == 2);
	CHECK(strata_view_equal(replies[1]->value, VIEW("1\r\n2")));
	CHECK(replies[1]->cas == 9 && replies[1]->ttl == 30);
	CHECK(replies[2]->code == STRATA_META_ERROR);
	CHECK(replies[3]->code == STRATA_META_EN && replies[3]->opaque == 4);
	CHECK(strata_view_equal(replies[3]->key, VIEW("a b")));
	CHECK(strata_memcached_protocol.is_drained(reader));
}

static unsigned take_all(strata_meta_reply **replies, unsigned count)
{
	strata_meta_reply *reply;

	while (take(&reply) == STRATA_OK && reply != NULL) {
		REQUIRE(count < 4);
		replies[count++] = reply;
	}
	return count;
}

static void replies_may_be_split_at_every_byte(void)
{
	for (size_t cut = 0; cut <= several.size; cut++) {
		strata_meta_reply *replies[4];
		char *first = memcpy(malloc(several.size), several.data, cut);
		unsigned count;

		begin();
		REQUIRE(feed((strata_view){ first, cut }) == STRATA_OK);
		count = take_all(replies, 0);
		free(first);
		CHECK(count == 4 || cut < several.size);
		REQUIRE(feed((strata_view){ several.data + cut, several.size - cut }) == STRATA_OK);
		check_several(replies, take_all(replies, count));
		end();
	}
}

static void replies_may_come_byte_by_byte(void)
{
	strata_meta_reply *replies[4];
	unsigned count = 0, before;
	char byte;

	begin();
	for (size_t i = 0; i < several.size; i++) {
		byte = several.data[i];
		REQUIRE(feed((strata_view){ &byte, 1 }) == STRATA_OK);
		before = count;
		count = take_all(replies, count);
		CHECK(strata_memcached_protocol.is_drained(reader) == (count > before));
	}
	check_several(replies, count);
	end();
}

static void a_reply_may_be_fed_before_anybody_takes(void)
{
	strata_meta_reply *replies[4];

	begin();
	for (size_t i = 0; i < several.size; i++) {
		REQUIRE(feed((strata_view){ several.data + i, 1 }) == STRATA_OK);
	}
	check_several(replies, take_all(replies, 0));
	end();
}

static void what_is_not_in_the_protocol_is_refused(void)
{
	static const char *const wrong[] = {
		"STORED\r\n",
		"VALUE a 0 1\r\nx\r\nEND\r\n",
		"+OK\r\n",
		"hd kx O3\r\n",
		"HDkx\r\n",
		"\r\n",
		"\n",
		"HD kx O3\n",
		"VA\r\n",
		"VA x kx O3\r\n",
		"VA -1 kx O3\r\n",
		"VA 99999999999999999999999 kx O3\r\n",
		"VA 1 kx O3\r\nxy\r\n",
		"VA 1 kx O3\r\nx\n\n",
		"HD kx O-3\r\n",
		"HD kx O4294967296\r\n",
		"HD kx O\r\n",
		"HD kx cx\r\n",
		"HD kx c18446744073709551616\r\n",
		"HD kx c28446744073709551615\r\n",
		"HD kx c99999999999999999999\r\n",
		"HD kx c100000000000000000000\r\n",
		"HD kx t9223372036854775808\r\n",
		"HD kx t-11\r\n",
		"HD kx t-\r\n",
		"HD kx O3x\r\n",
		"HD kx t-2\r\n",
		"HD k!!!! b O3\r\n",
		"HD kYSB b O3\r\n",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		strata_meta_reply *reply;

		begin();
		REQUIRE(feed(strata_view_of(wrong[i])) == STRATA_OK);
		if (take(&reply) != STRATA_PROTOCOL) {
			fprintf(stderr, "accepted: %s", wrong[i]);
			CHECK(!"accepted");
		}
		end();
	}
}

static void a_value_beyond_the_limit_is_refused_from_its_header(void)
{
	strata_meta_reply *reply;

	begin();
	REQUIRE(feed(VIEW("VA 1000 kx O3\r\n")) == STRATA_OK);
	CHECK(take(&reply) == STRATA_OK && reply == NULL);
	CHECK(!strata_memcached_protocol.is_drained(reader));
	end();
	begin();
	REQUIRE(feed(VIEW("VA 1001 kx O3\r\n")) == STRATA_OK);
	CHECK(take(&reply) == STRATA_TOO_LARGE);
	end();
}

static void values_past_what_the_arena_allows_are_refused_in_their_headers(void)
{
	strata_meta_reply *reply;

	begin();
	strata_arena_allow(arena, 7);
	REQUIRE(feed(VIEW("VA 4 kx O1\r\nabcd\r\n")) == STRATA_OK);
	CHECK(take(&reply) == STRATA_OK && reply != NULL);
	REQUIRE(feed(VIEW("VA 4 kx O2\r\n")) == STRATA_OK);
	CHECK(take(&reply) == STRATA_TOO_LARGE && strata_arena_has_refused(arena));
	end();
}

static void a_line_without_an_end_is_refused(void)
{
	char line[4096];
	strata_meta_reply *reply;

	memset(line, 'x', sizeof(line));
	begin();
	REQUIRE(feed((strata_view){ line, 100 }) == STRATA_OK);
	CHECK(take(&reply) == STRATA_OK && reply == NULL);
	REQUIRE(feed((strata_view){ line, sizeof(line) }) == STRATA_OK);
	CHECK(take(&reply) == STRATA_PROTOCOL);
	end();
}

/* ---- greeting ---- */

static strata_protocol_error error;

static strata_result handshake_of(const char *line)
{
	const strata_connection_setup setup = { 0 };
	strata_meta_reply *reply;
	void *replies[1];
	strata_result result;

	begin_fresh();
	REQUIRE(feed(strata_view_of(line)) == STRATA_OK);
	REQUIRE(take(&reply) == STRATA_OK && reply != NULL);
	replies[0] = reply;
	result = strata_memcached_protocol.check_handshake(&setup, replies, 1, &error);
	end();
	return result;
}

static void it_greets_by_asking_for_the_version(void)
{
	const strata_connection_setup setup = { 0 };
	uint32_t expected;
	bool sends_auth;

	CHECK(strata_memcached_protocol.compose_handshake(&setup, &out, &expected, &sends_auth) ==
		  STRATA_OK);
	CHECK(strata_view_equal((strata_view){ out.data, out.size }, VIEW("version\r\n")));
	CHECK(expected == 1 && !sends_auth);
	strata_buffer_fini(&out);
}

static strata_result bare_handshake_of(const char *version, const char *then)
{
	const strata_connection_setup setup = { .is_bare = true };
	strata_meta_reply *reply;
	void *replies[2];
	strata_result result;

	begin_fresh();
	REQUIRE(feed(strata_view_of(version)) == STRATA_OK);
	REQUIRE(take(&reply) == STRATA_OK && reply != NULL);
	replies[0] = reply;
	REQUIRE(feed(strata_view_of(then)) == STRATA_OK);
	REQUIRE(take(&reply) == STRATA_OK && reply != NULL);
	replies[1] = reply;
	result = strata_memcached_protocol.check_handshake(&setup, replies, 2, &error);
	end();
	return result;
}

/* It is long enough for a server of the binary protocol to see what it is not. */
static void one_that_closed_the_connection_has_to_know_a_meta_command(void)
{
	const strata_connection_setup setup = { .is_bare = true };
	uint32_t expected;
	bool sends_auth;

	CHECK(strata_memcached_protocol.compose_handshake(&setup, &out, &expected, &sends_auth) ==
		  STRATA_OK);
	CHECK(expected == 2 && out.size >= 24);
	CHECK(strata_view_starts((strata_view){ out.data, out.size }, VIEW("version\r\nmg ")));
	strata_buffer_fini(&out);
	CHECK(
		bare_handshake_of("VERSION 1.6.18\r\n", "EN kstrata-nonce:handshake O0\r\n") == STRATA_OK);
	CHECK(bare_handshake_of("VERSION 1.6.18\r\n", "ERROR\r\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "meta commands") != NULL);
	CHECK(bare_handshake_of("VERSION 1.4.1\r\n", "ERROR\r\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "1.4.1") != NULL);
}

static void new_enough_servers_are_welcome(void)
{
	CHECK(handshake_of("VERSION 1.6.18\r\n") == STRATA_OK);
	CHECK(handshake_of("VERSION 1.6.38\r\n") == STRATA_OK);
	CHECK(handshake_of("VERSION 1.6.21_1-custom\r\n") == STRATA_OK);
	CHECK(handshake_of("VERSION 1.10.0\r\n") == STRATA_OK);
	CHECK(handshake_of("VERSION 2.0.0\r\n") == STRATA_OK);
}

static void an_old_server_is_told_apart_with_both_versions(void)
{
	CHECK(handshake_of("VERSION 1.6.17\r\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "1.6.17") != NULL && strstr(error.text, "1.6.18") != NULL);
	CHECK(handshake_of("VERSION 1.4.39\r\n") == STRATA_UNSUPPORTED);
	CHECK(handshake_of("VERSION 0.9.99\r\n") == STRATA_UNSUPPORTED);
}

static void another_program_is_named_by_what_it_says(void)
{
	CHECK(handshake_of("-ERR unknown command 'version'\r\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "-ERR unknown command 'version'") != NULL);
	CHECK(handshake_of("HTTP/1.1 400 Bad Request\r\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "HTTP/1.1 400") != NULL);
	CHECK(handshake_of("<!DOCTYPE HTML>\n") == STRATA_UNSUPPORTED);
	CHECK(strstr(error.text, "<!DOCTYPE HTML>") != NULL);
	CHECK(handshake_of("\n") == STRATA_UNSUPPORTED);
	CHECK(handshake_of("\033[2J\r\n") == STRATA_UNSUPPORTED);
	CHECK(strchr(error.text, '\033') == NULL);
	CHECK(handshake_of("VERSION of something\r\n") == STRATA_UNSUPPORTED);
}

static void a_server_that_is_full_or_locked_says_so(void)
{
	CHECK(handshake_of("ERROR Too many open connections\r\n") == STRATA_FULL);
	CHECK(strstr(error.text, "maximum number of clients") != NULL);
	CHECK(handshake_of("CLIENT_ERROR unauthenticated\r\n") == STRATA_AUTH);
}

int main(void)
{
	RUN(every_command_asks_for_its_key_and_opaque);
	RUN(conditions_travel_with_the_command);
	RUN(commands_are_appended_one_after_another);
	RUN(a_key_that_would_break_the_line_goes_base64);
	RUN(a_byte_that_would_break_the_line_is_seen_anywhere);
	RUN(a_key_fits_up_to_250_bytes_as_it_is_sent);
	RUN(settings_are_asked_for_without_a_key);
	RUN(only_a_value_that_was_swallowed_leaves_the_stream_in_step);
	RUN(a_value_comes_with_all_that_was_asked_for);
	RUN(replies_without_a_value_have_their_code);
	RUN(settings_are_one_reply_of_many_lines);
	RUN(endless_settings_fill_no_memory);
	RUN(numbers_are_read_to_their_last_digit);
	RUN(a_bare_reply_has_neither_key_nor_opaque);
	RUN(flags_nobody_asked_for_are_skipped);
	RUN(a_base64_key_comes_back_decoded);
	RUN(an_error_is_a_reply_with_its_line);
	RUN(replies_may_be_split_at_every_byte);
	RUN(replies_may_come_byte_by_byte);
	RUN(a_reply_may_be_fed_before_anybody_takes);
	RUN(what_is_not_in_the_protocol_is_refused);
	RUN(a_value_beyond_the_limit_is_refused_from_its_header);
	RUN(values_past_what_the_arena_allows_are_refused_in_their_headers);
	RUN(a_line_without_an_end_is_refused);
	RUN(it_greets_by_asking_for_the_version);
	RUN(one_that_closed_the_connection_has_to_know_a_meta_command);
	RUN(new_enough_servers_are_welcome);
	RUN(an_old_server_is_told_apart_with_both_versions);
	RUN(another_program_is_named_by_what_it_says);
	RUN(a_server_that_is_full_or_locked_says_so);
	return unit_end();
}
