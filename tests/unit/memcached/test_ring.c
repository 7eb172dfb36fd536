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
	static const strata_ring_server one[] = { { "10.0.1.1", 11211, 1 } };
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
		{ "10.0.1.1", 11211, 1 },
		{ "10.0.1.2", 11211, 2 },
		{ "cache.example.org", 11212, 1 },
		{ "/run/memcached.sock", 0, 3 },
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
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1 },
		{ "10.0.1.2", 11211, 3 } };
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
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1 },
		{ "10.0.1.2", 11211, 1 }, { "10.0.1.3", 11211, 1 }, { "10.0.1.4", 11211, 1 } };
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
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1 },
		{ "10.0.1.2", 11211, 1 } };
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
	static const strata_ring_server servers[] = { { "10.0.1.1", 11211, 1 },
		{ "10.0.1.2", 11211, 1 }, { "10.0.1.3", 11211, 1 } };
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

int main(void)
{
	RUN(every_key_of_one_server_is_its_own);
	RUN(known_keys_are_where_existing_fleets_have_them);
	RUN(servers_share_keys_by_weight);
	RUN(another_server_moves_only_the_keys_it_takes);
	RUN(any_bytes_of_any_length_have_a_server);
	RUN(a_key_asked_for_again_is_where_it_was);
	RUN(no_servers_are_no_ring);
	return unit_end();
}
