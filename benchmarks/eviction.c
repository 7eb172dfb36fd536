/*
 * eviction.c: which rule of eviction finds most again? Hit ratios in a cache of 8 MB, of values of
 * 400 bytes or of very different sizes, that last or end. Keys are the rarer the higher their
 * number (trace.c). From here ext/store/evict.c has its rule and its numbers.
 *
 * The rules are in queues.c (LRU, FIFO, SIEVE, S3-FIFO) and rings.c (that of ext/store, and what it
 * was before).
 */
#include <stdio.h>

#include "eviction/rule.h"
#include "eviction/trace.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static const trace traces[] = { { "steady", 0, 0, 0 }, { "scans", 0, 10, 1 },
	{ "shift200k", 200000, 0, 0 }, { "shift60k", 60000, 0, 0 }, { "bursts", 0, 20000, 3000 } };

static const rule *const rules[] = { &rule_lru, &rule_fifo, &rule_sieve, &rule_s3_fifo,
	&rule_places, &rule_two_rings, &rule_adaptive };

static const struct {
	const char *name;
	trace_sizes sizes;
	trace_life life;
} kinds[] = { { "400 bytes", TRACE_EQUAL, TRACE_LASTS },
	{ "400 bytes, 100,000 reads long", TRACE_EQUAL, TRACE_ENDS },
	{ "128 bytes to 9 KB", TRACE_MIXED, TRACE_LASTS },
	{ "128 bytes to 9 KB, 100,000 reads long", TRACE_MIXED, TRACE_ENDS } };

static bool read_through(const rule *rule, uint32_t key)
{
	bool hit = rule->get(key) && !trace_is_over(key);

	if (!hit) {
		rule->put(key, trace_units(key));
		trace_store(key);
	}
	return hit;
}

/* Reads, and stores what was missed. */
static double ratio_of(const rule *rule)
{
	uint32_t hits = 0, judged = 0;

	for (uint32_t read = 0; read < READS; read++) {
		bool hit = read_through(rule, trace_key(read));

		if (read >= WARM && !trace_is_scan(read)) {
			hits += hit;
			judged++;
		}
	}
	return (double) hits / judged;
}

/* Of so many that are stored one after the other. */
static uint32_t loaded_of(const rule *rule)
{
	uint32_t found = 0;

	trace_begin(&traces[0], TRACE_EQUAL, TRACE_LASTS);
	rule->begin(EQUAL_SHARD);
	for (uint32_t key = 1; key <= LOADED; key++) {
		(void) read_through(rule, key);
	}
	for (uint32_t key = 1; key <= LOADED; key++) {
		found += rule->get(key);
	}
	return found;
}

static void show_kind(trace_sizes sizes, trace_life life)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		printf("  %-40s", rules[i]->name);
		for (size_t k = 0; k < COUNT_OF(traces); k++) {
			trace_begin(&traces[k], sizes, life);
			rules[i]->begin(sizes == TRACE_EQUAL ? EQUAL_SHARD : MIXED_SHARD);
			printf(" %10.3f", ratio_of(rules[i]));
		}
		if (sizes == TRACE_EQUAL && life == TRACE_LASTS) {
			printf(" %10u", loaded_of(rules[i]));
		}
		printf("\n");
	}
}

int main(void)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		printf("\nhit ratio, %-29s", kinds[i].name);
		for (size_t k = 0; k < COUNT_OF(traces); k++) {
			printf(" %10s", traces[k].name);
		}
		printf("%s\n", i == 0 ? "  of 13,000" : "");
		show_kind(kinds[i].sizes, kinds[i].life);
	}
	return 0;
}
