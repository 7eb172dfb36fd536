/*
 * What threads see of each other in the table of tags, for the thread sanitizer, and whether a
 * reader ever meets half of a record.
 */
#include "host/table/tag_table.h"

#include <pthread.h>
#include <stdatomic.h>

#include "unit.h"

enum { WRITERS = 2, READERS = 2, ROUNDS = 20000, SETS = 512, TAGS = 12 /* more than a set has */ };

static strata_host *host;
static strata_tag_table *table;
static _Atomic uint32_t writing;
static _Atomic uint64_t torn, found;

static uint64_t id_of(uint64_t tag)
{
	return 7 + tag * SETS;
}

/* Number and moment belong together: what one says of the other shows what is torn. */
static strata_tag_word word_of(uint64_t tag, uint64_t round)
{
	return (strata_tag_word){ round * 1000 + tag, round * 3 + tag };
}

static void *write_words(void *unused)
{
	for (uint64_t round = 1; round <= ROUNDS; round++) {
		uint64_t tag = round % TAGS;

		(void) strata_tag_table_note(table, id_of(tag), word_of(tag, round), 1);
		if (round % 64 == 0) {
			strata_tag_table_doubt(table, id_of(tag), round);
		}
	}
	atomic_fetch_sub(&writing, 1);
	return unused;
}

static void *read_words(void *unused)
{
	do {
		for (uint64_t tag = 0; tag < TAGS; tag++) {
			strata_tag_word word = strata_tag_table_find(table, id_of(tag));
			uint64_t round = word.number / 1000;

			found += word.number != 0;
			torn += word.number != 0 &&
					(word.number % 1000 != tag ||
						(word.asked_at != 0 && word.asked_at != word_of(tag, round).asked_at));
		}
	} while (atomic_load(&writing) > 0);
	return unused;
}

static void no_reader_meets_half_of_a_record(void)
{
	pthread_t threads[WRITERS + READERS];

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_tag_table_new(host, &table) == STRATA_OK);
	atomic_store(&writing, WRITERS);
	for (int i = 0; i < WRITERS + READERS; i++) {
		REQUIRE(
			pthread_create(&threads[i], NULL, i < WRITERS ? write_words : read_words, NULL) == 0);
	}
	for (int i = 0; i < WRITERS + READERS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(atomic_load(&torn) == 0);
	CHECK(atomic_load(&found) > 0);
	strata_tag_table_free(table);
	strata_host_free(host);
}

int main(void)
{
	RUN(no_reader_meets_half_of_a_record);
	return unit_end();
}
