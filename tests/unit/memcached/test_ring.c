#include "memcached/ring.h"

#include "unit.h"

enum { KEYS = 10000 };

static strata_ring *ring_of(const strata_ring_server *servers, uint32_t count)
{
	strata_ring *ring;

	REQUIRE(strata_ring_new(servers, count, &ring) == STRATA_OK);
	return ring;
}

static uint32_t pick(const strata_ring *ring, unsigned number)
{
	char key[32];

	snprintf(key, sizeof(key), "key:%u", number);
	return strata_ring_pick(ring, strata_view_of(key));
}

static void every_key_of_one_server_is_its_own(void)
{
	static const strata_ring_server one[] = { { "10.0.1.1", 11211, 1, NULL } };
	strata_ring *ring = ring_of(one, 1);

	for (unsigned i = 0; i < 100; i++) {
		CHECK(pick(ring, i) == 0);
	}
	strata_ring_free(ring);
}

/* What php-memcached answers for these servers with OPT_LIBKETAMA_COMPATIBLE. */
static void known_keys_are_where_existing_fleets_have_them(void)
{
	static const strata_ring_server servers[] = {
		{ "10.0.1.1", 11211, 1, NULL },
		{ "10.0.1.2", 11211, 2, NULL },
		{ "cache.example.org", 11212, 1, NULL },
		{ "/run/memcached.sock", 0, 3, NULL },
	};
	static const uint32_t expected[] = { 3, 3, 2, 1, 1, 1, 3, 2, 3, 0, 2, 1, 2, 1, 3, 1, 1, 1, 0, 3,
		3, 3, 0, 1, 3, 1, 2, 0, 1, 3, 3, 1 };
	strata_ring *ring = ring_of(servers, 4);

	for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		CHECK(pick(ring, i) == expected[i]);
	}
	strata_ring_free(ring);
}

static void servers_share_keys_by_weight(void)
{
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1, NULL },
		{ "10.0.1.2", 11211, 3, NULL } };
	strata_ring *ring = ring_of(servers, 2);
	unsigned heavy = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		heavy += pick(ring, i);
	}
	CHECK(heavy > KEYS * 65 / 100 && heavy < KEYS * 85 / 100);
	strata_ring_free(ring);
}

static void another_server_moves_only_the_keys_it_takes(void)
{
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1, NULL },
		{ "10.0.1.2", 11211, 1, NULL }, { "10.0.1.3", 11211, 1, NULL },
		{ "10.0.1.4", 11211, 1, NULL } };
	strata_ring *three = ring_of(servers, 3);
	strata_ring *four = ring_of(servers, 4);
	unsigned moved = 0, misled = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		uint32_t now = pick(four, i);

		moved += now == 3;
		misled += now != 3 && now != pick(three, i);
	}
	CHECK(misled == 0);
	CHECK(moved > KEYS * 15 / 100 && moved < KEYS * 35 / 100);
	strata_ring_free(three);
	strata_ring_free(four);
}

static void any_bytes_of_any_length_have_a_server(void)
{
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1, NULL },
		{ "10.0.1.2", 11211, 1, NULL } };
	static char large[64 * 1024];
	strata_ring *ring = ring_of(servers, 2);
	strata_ring *same = ring_of(servers, 2);
	unsigned second = 0;

	for (unsigned i = 0; i < 64; i++) {
		strata_view key = { large, sizeof(large) };
		uint32_t server;

		memset(large, (int) i, sizeof(large));
		server = strata_ring_pick(ring, key);
		CHECK(server < 2 && server == strata_ring_pick(same, key));
		second += server;
	}
	CHECK(second > 0 && second < 64);
	CHECK(strata_ring_pick(ring, (strata_view){ NULL, 0 }) < 2);
	strata_ring_free(ring);
	strata_ring_free(same);
}

/* More keys than a ring remembers, so that they take each other's places. */
static void a_key_asked_for_again_is_where_it_was(void)
{
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1, NULL },
		{ "10.0.1.2", 11211, 1, NULL }, { "10.0.1.3", 11211, 1, NULL } };
	strata_ring *ring = ring_of(servers, 3);
	unsigned moved = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		strata_ring *fresh = i % 100 == 0 ? ring_of(servers, 3) : NULL;
		uint32_t first = pick(ring, i);

		moved += first != pick(ring, i);
		moved += fresh != NULL && first != pick(fresh, i);
		strata_ring_free(fresh);
	}
	for (unsigned i = 0; i < KEYS; i += 100) {
		strata_ring *fresh = ring_of(servers, 3);

		moved += pick(ring, i) != pick(fresh, i);
		strata_ring_free(fresh);
	}
	CHECK(moved == 0);
	strata_ring_free(ring);
}

static void no_servers_are_no_ring(void)
{
	strata_ring *ring;

	CHECK(strata_ring_new(NULL, 0, &ring) == STRATA_UNCONFIGURED);
	CHECK(ring == NULL);
}

/* ---- names ---- */

static const strata_ring_server named[] = { { "10.0.1.1", 11211, 1, "a" },
	{ "10.0.1.2", 11211, 2, "b" }, { "/run/memcached.sock", 0, 1, "c.example.org" } };

static void a_name_decides_and_the_address_does_not(void)
{
	static const strata_ring_server moved[] = { { "10.9.9.9", 22122, 1, "a" },
		{ "cache.example.org", 1, 2, "b" }, { "fd00::1", 11211, 1, "c.example.org" } };
	strata_ring *one = ring_of(named, 3), *other = ring_of(moved, 3);

	for (unsigned i = 0; i < KEYS; i++) {
		CHECK(pick(one, i) == pick(other, i));
	}
	strata_ring_free(one);
	strata_ring_free(other);
}

/* So that a fleet can give names to the servers that it has. */
static void a_name_has_the_places_of_a_host_of_that_name(void)
{
	static const strata_ring_server hosts[] = { { "a", 11211, 1, NULL }, { "b", 11211, 2, NULL },
		{ "c.example.org", 11211, 1, NULL } };
	strata_ring *one = ring_of(named, 3), *other = ring_of(hosts, 3);

	for (unsigned i = 0; i < KEYS; i++) {
		CHECK(pick(one, i) == pick(other, i));
	}
	CHECK(strata_ring_fingerprint(named, 3, 1) == strata_ring_fingerprint(hosts, 3, 1));
	strata_ring_free(one);
	strata_ring_free(other);
}

/* ---- second places ---- */

static uint32_t pick_second(const strata_ring *ring, unsigned number)
{
	char key[32];

	snprintf(key, sizeof(key), "key:%u", number);
	return strata_ring_pick_second(ring, strata_view_of(key));
}

static void the_second_place_is_another_server_and_follows_the_weights(void)
{
	unsigned seconds[3] = { 0 };
	strata_ring *ring = ring_of(named, 3);

	for (unsigned i = 0; i < KEYS; i++) {
		uint32_t second = pick_second(ring, i);

		CHECK(second < 3 && second != pick(ring, i));
		CHECK(second == pick_second(ring, i));
		seconds[second]++;
	}
	/* Of the keys that are not there already: 3/4 * 1/3 + ..., by weights of 1, 2 and 1. */
	CHECK(seconds[1] > seconds[0] && seconds[1] > seconds[2]);
	CHECK(seconds[0] > KEYS / 5 && seconds[2] > KEYS / 5);
	strata_ring_free(ring);
}

/* Hosts of today and of tomorrow must agree. */
static void known_keys_have_known_second_places(void)
{
	static const uint32_t expected[] = { 0, 1, 2, 1, 2, 1, 1, 2, 0, 2, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1,
		0, 0, 2, 0, 2, 0, 1, 1, 2, 0, 1, 2 };
	strata_ring *ring = ring_of(named, 3);

	for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		CHECK(pick_second(ring, i) == expected[i]);
	}
	strata_ring_free(ring);
}

static void a_server_more_moves_its_share_of_the_second_places(void)
{
	static const strata_ring_server more[] = { { "10.0.1.1", 11211, 1, "a" },
		{ "10.0.1.2", 11211, 2, "b" }, { "/run/memcached.sock", 0, 1, "c.example.org" },
		{ "10.0.1.4", 11211, 1, "d" } };
	strata_ring *before = ring_of(named, 3), *after = ring_of(more, 4);
	unsigned moved = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		moved += pick_second(before, i) != pick_second(after, i);
	}
	CHECK(moved > KEYS / 10 && moved < KEYS / 2);
	strata_ring_free(before);
	strata_ring_free(after);
}

static void one_server_is_its_own_second_place(void)
{
	strata_ring *ring = ring_of(named, 1);

	CHECK(pick_second(ring, 1) == 0);
	CHECK(strata_ring_pick_second(ring, (strata_view){ NULL, 0 }) == 0);
	strata_ring_free(ring);
}

static void long_keys_have_second_places(void)
{
	char key[5000];
	strata_ring *ring = ring_of(named, 3);

	memset(key, 'x', sizeof(key));
	for (size_t size = 200; size < sizeof(key); size += 300) {
		strata_view view = { key, size };

		CHECK(strata_ring_pick_second(ring, view) != strata_ring_pick(ring, view));
	}
	strata_ring_free(ring);
}

/* ---- the fingerprint ---- */

static uint64_t print_of(strata_ring_server first)
{
	const strata_ring_server both[] = { first, { "10.0.1.2", 11211, 1, NULL } };

	return strata_ring_fingerprint(both, 2, 1);
}

static void the_fingerprint_is_that_of_what_decides_places(void)
{
	const strata_ring_server server = { "10.0.1.1", 11211, 1, NULL };
	const strata_ring_server both[] = { server, { "10.0.1.2", 11211, 1, NULL } };
	const strata_ring_server turned[] = { both[1], both[0] };
	uint64_t print = print_of(server);

	CHECK(print == 0x4e7eaf6a3799d166); /* the same on all hosts, whatever their processors */
	CHECK(print != print_of((strata_ring_server){ "10.0.1.3", 11211, 1, NULL }));
	CHECK(print != print_of((strata_ring_server){ "10.0.1.1", 11212, 1, NULL }));
	CHECK(print != print_of((strata_ring_server){ "10.0.1.1", 11211, 2, NULL }));
	CHECK(print != print_of((strata_ring_server){ "10.0.1.1", 11211, 1, "a" }));
	CHECK(print == print_of((strata_ring_server){ "10.9.9.9", 1, 1, "10.0.1.1" }));
	CHECK(print != strata_ring_fingerprint(both, 1, 1));
	CHECK(print != strata_ring_fingerprint(both, 2, 2));
	CHECK(print != strata_ring_fingerprint(turned, 2, 1));
}

int main(void)
{
	RUN(every_key_of_one_server_is_its_own);
	RUN(known_keys_are_where_existing_fleets_have_them);
	RUN(servers_share_keys_by_weight);
	RUN(another_server_moves_only_the_keys_it_takes);
	RUN(any_bytes_of_any_length_have_a_server);
	RUN(a_key_asked_for_again_is_where_it_was);
	RUN(no_servers_are_no_ring);
	RUN(a_name_decides_and_the_address_does_not);
	RUN(a_name_has_the_places_of_a_host_of_that_name);
	RUN(the_second_place_is_another_server_and_follows_the_weights);
	RUN(known_keys_have_known_second_places);
	RUN(a_server_more_moves_its_share_of_the_second_places);
	RUN(one_server_is_its_own_second_place);
	RUN(long_keys_have_second_places);
	RUN(the_fingerprint_is_that_of_what_decides_places);
	return unit_end();
}
