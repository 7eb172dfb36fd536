/*
 * Threads that read, store, remove and count under few keys, for the thread sanitizer: what is read
 * under a pin was written before it was found, and is overwritten only once its pin is gone.
 *
 * The store lies in one mapping here: of one memory at two addresses the sanitizer knows nothing.
 */
#include "store/store.h"

#include <pthread.h>

#include "host/pins.h"
#include "os/map.h"

#include "store_audit.h"
#include "store_images.h"

enum { NOW = 1000000, MIB = 1 << 20, THREADS = 4, ROUNDS = 5000, KEYS = 8, SIZE = 600 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_store *store;
static void *memory;
static pthread_mutex_t filling = PTHREAD_MUTEX_INITIALIZER; /* store_images.h has one buffer */

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	REQUIRE(strata_map_lazy(MIB, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, MIB, pins, &store) == STRATA_OK);
}

static void end(void)
{
	audit_store(store);
	strata_store_free(store);
	strata_map_free(memory, MIB);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static void put(uint32_t number, uint32_t version)
{
	numbered_key key;
	strata_record record;

	(void) pthread_mutex_lock(&filling);
	record = image_number(number, version, SIZE);
	(void) !strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
	(void) pthread_mutex_unlock(&filling);
}

/* A reader takes no lock of the test's either: nothing but the store orders its reads. */
static void get(uint32_t number, strata_arena *arena)
{
	numbered_key key;
	strata_record found;

	if (strata_store_get(store, key_number(&key, number), NOW, STRATA_READ_PIN, arena, &found) !=
		STRATA_OK) {
		return;
	}
	CHECK(is_image_of(&found, number));
	strata_store_release(store, found.block, found.value.bytes.size);
	strata_arena_reset(arena);
}

static void *read_and_write(void *first)
{
	strata_arena *arena = strata_arena_new();
	numbered_key key;

	REQUIRE(arena != NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t number = (i * 7 + (uint32_t) (uintptr_t) first) % KEYS;

		if ((uintptr_t) first >= 2) {
			get(number, arena);
		} else if (i % 5 == 0) {
			(void) !strata_store_remove(store, key_number(&key, number), NOW);
		} else {
			put(number, i + 1);
		}
	}
	strata_arena_free(arena);
	return NULL;
}

static void a_value_is_whole_while_other_threads_overwrite_and_remove_it(void)
{
	pthread_t threads[THREADS];

	begin();
	for (uintptr_t i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, read_and_write, (void *) i) == 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	end();
}

static void *count(void *unused)
{
	const strata_record initial = { .value = { .codec = STRATA_CODEC_INTEGER },
		.life.dead_at = STRATA_NEVER,
		.life.expires_at = STRATA_NEVER };
	numbered_key key;
	int64_t sum;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		REQUIRE(strata_store_increment(store, key_number(&key, 1), NOW, 1, &initial, &sum) ==
				STRATA_OK);
	}
	return NULL;
}

static void a_counter_loses_no_count_of_any_thread(void)
{
	pthread_t threads[THREADS];
	numbered_key key;
	strata_record found;
	strata_arena *arena = strata_arena_new();

	begin();
	REQUIRE(arena != NULL);
	for (uint32_t i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, count, NULL) == 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(strata_store_get(store, key_number(&key, 1), NOW, STRATA_READ_COPY, arena, &found) ==
			  STRATA_OK &&
		  found.value.integer == (int64_t) THREADS * ROUNDS);
	strata_arena_free(arena);
	end();
}

int main(void)
{
	RUN(a_value_is_whole_while_other_threads_overwrite_and_remove_it);
	RUN(a_counter_loses_no_count_of_any_thread);
	return unit_end();
}
