/*
 * A memcached_st that is never connected: libmemcached is here for its continuum only, because
 * existing fleets have their keys where it puts them. Every server stands on the continuum at a
 * number of points in proportion to its weight, computed from its name with MD5; a key belongs to
 * the server of the next point. That is a function of the configured list alone, so it is the same
 * on every host and does not move when a server dies.
 *
 * memcached_generate_hash() only hashes: unlike the functions that talk to servers it has no
 * opinion on what a key may look like. It can redistribute, but only with behaviours that are
 * never set here.
 *
 * MD5 takes longer than all the rest that is done for a key, and most keys of a worker are asked
 * for again and again: where they belong is remembered, by a hash of 64 bits with a secret seed.
 * Two keys that share one would have to meet here, out of 2^64, for one of them to be looked for in
 * the wrong place, which is a miss.
 *
 * The second place of a key is that of the key with a number behind it, the first such one that is
 * on another server. So second places follow the weights, and a server that comes or goes moves
 * about its share of them, as it does with first ones.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "memcached/ring.h"

#include <endian.h>
#include <libmemcached/memcached.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/process.h"

enum {
	REMEMBERED = 1024, /* a power of two */
	SECOND_TRIES = 64, /* after that many the ring has one server in all but name */
	LONGEST_HASHED = 256
};

static const uint32_t not_looked_up = UINT32_MAX;

typedef struct {
	uint64_t hash; /* of the key; 0: nothing is remembered here */
	uint32_t index;
	uint32_t second;
} pick;

struct strata_ring {
	memcached_st *continuum;
	uint32_t count; /* of servers */
	uint64_t seed;
	pick *picks; /* REMEMBERED of them; a later key takes the place of an earlier one */
};

static strata_result result_of(memcached_return_t status)
{
	if (status == MEMCACHED_SUCCESS) {
		return STRATA_OK;
	}
	return status == MEMCACHED_MEMORY_ALLOCATION_FAILURE ? STRATA_NO_MEMORY : STRATA_CONNECTION;
}

static const char *hashed_host(const strata_ring_server *server)
{
	return server->name != NULL ? server->name : server->host;
}

static uint16_t hashed_port(const strata_ring_server *server)
{
	return server->name != NULL ? MEMCACHED_DEFAULT_PORT : server->port;
}

/* All at once, because every push computes the whole continuum anew. */
static strata_result push(memcached_st *continuum, const strata_ring_server *servers,
	uint32_t count)
{
	memcached_server_list_st list = NULL;
	memcached_return_t status = MEMCACHED_SUCCESS;

	for (uint32_t i = 0; i < count && status == MEMCACHED_SUCCESS; i++) {
		list = memcached_server_list_append_with_weight(list, hashed_host(&servers[i]),
			hashed_port(&servers[i]), servers[i].weight, &status);
	}
	if (status == MEMCACHED_SUCCESS) {
		status = memcached_server_push(continuum, list);
	}
	memcached_server_list_free(list);
	return result_of(status);
}

static strata_result fill(memcached_st *continuum, const strata_ring_server *servers,
	uint32_t count)
{
	memcached_return_t status =
		memcached_behavior_set(continuum, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);

	return status == MEMCACHED_SUCCESS ? push(continuum, servers, count) : result_of(status);
}

strata_result strata_ring_new(const strata_ring_server *servers, uint32_t count, strata_ring **out)
{
	strata_ring *ring = calloc(1, sizeof(*ring));
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (ring == NULL) {
		return STRATA_NO_MEMORY;
	}
	ring->continuum = memcached_create(NULL);
	ring->picks = calloc(REMEMBERED, sizeof(*ring->picks));
	ring->count = count;
	ring->seed = strata_process_random_word();
	if (ring->continuum != NULL && ring->picks != NULL) {
		result = count > 0 ? fill(ring->continuum, servers, count) : STRATA_UNCONFIGURED;
	}
	if (result != STRATA_OK) {
		strata_ring_free(ring);
		return result;
	}
	*out = ring;
	return STRATA_OK;
}

void strata_ring_free(strata_ring *ring)
{
	if (ring != NULL) {
		memcached_free(ring->continuum);
		free(ring->picks);
		free(ring);
	}
}

static uint32_t look_up(const strata_ring *ring, strata_view key)
{
	return memcached_generate_hash(ring->continuum, key.size > 0 ? key.data : "", key.size);
}

static pick *pick_of(const strata_ring *ring, strata_view key)
{
	uint64_t hash = strata_hash_of(key, ring->seed);
	pick *found = &ring->picks[hash % REMEMBERED];

	if (found->hash != hash || hash == 0) {
		*found = (pick){ .hash = hash, .index = look_up(ring, key), .second = not_looked_up };
	}
	return found;
}

uint32_t strata_ring_pick(const strata_ring *ring, strata_view key)
{
	return pick_of(ring, key)->index;
}

/* Of long keys the ends: those are where most of them differ. */
static uint32_t look_up_second(const strata_ring *ring, strata_view key, uint32_t first)
{
	char text[LONGEST_HASHED + 1];
	size_t size = key.size < LONGEST_HASHED ? key.size : LONGEST_HASHED;

	if (size > 0) {
		memcpy(text, key.data + key.size - size, size);
	}
	for (int i = 1; i <= SECOND_TRIES; i++) {
		uint32_t index;

		text[size] = (char) i;
		index = look_up(ring, (strata_view){ text, size + 1 });
		if (index != first) {
			return index;
		}
	}
	return (first + 1) % ring->count;
}

uint32_t strata_ring_pick_second(const strata_ring *ring, strata_view key)
{
	pick *found = pick_of(ring, key);

	if (found->second == not_looked_up) {
		found->second = look_up_second(ring, key, found->index);
	}
	return found->second;
}

/* ---- the fingerprint ---- */

static uint64_t mix_number(uint64_t so_far, uint64_t number)
{
	uint64_t ordered = htole64(number);

	return strata_hash_of((strata_view){ (const char *) &ordered, sizeof(ordered) }, so_far);
}

uint64_t strata_ring_fingerprint(const strata_ring_server *servers, uint32_t count,
	uint32_t replicas)
{
	uint64_t print = strata_hash_of(strata_view_of("ketama, md5, second places by number"), 0);

	print = mix_number(mix_number(print, count), replicas);
	for (uint32_t i = 0; i < count; i++) {
		print = strata_hash_of(strata_view_of(hashed_host(&servers[i])), print);
		print = mix_number(mix_number(print, hashed_port(&servers[i])), servers[i].weight);
	}
	return print;
}
