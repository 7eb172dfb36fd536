#include "api/status/prefixes.h"

#include "api/request/globals.h"
#include "api/value/shown_key.h"
#include "api/value/viewer.h"
#include "cache/analyse.h"
#include "os/clock.h"

static void add_number(zval *array, const char *name, uint64_t number)
{
	add_assoc_long(array, name, (zend_long) number);
}

static void add_seconds(zval *array, const char *name, uint64_t microseconds)
{
	add_assoc_double(array, name, (double) microseconds / 1000000);
}

/* What no key of the prefix was asked of is left out. */
static void add_tier(zval *tiers, const char *name, const strata_prefix_counts *counts)
{
	zval tier;

	if (counts->operations == 0) {
		return;
	}
	array_init(&tier);
	add_number(&tier, "operations", counts->operations);
	add_number(&tier, "hits", counts->hits);
	add_number(&tier, "bytes_in", counts->bytes_in);
	add_number(&tier, "bytes_out", counts->bytes_out);
	add_number(&tier, "errors", counts->errors);
	add_seconds(&tier, "seconds", counts->microseconds);
	add_assoc_zval(tiers, name, &tier);
}

static void add_prefix(zval *list, const strata_prefix_sum *sum)
{
	static const char *const names[STRATA_PREFIX_TIERS] = { "local", "memcached", "redis" };
	zval row, tiers;

	array_init(&row);
	add_assoc_string(&row, "database", sum->database);
	add_assoc_string(&row, "namespace", sum->name_space);
	add_assoc_string(&row, "prefix", sum->prefix);
	array_init(&tiers);
	for (size_t i = 0; i < STRATA_PREFIX_TIERS; i++) {
		add_tier(&tiers, names[i], &sum->tiers[i]);
	}
	add_assoc_zval(&row, "tiers", &tiers);
	add_number(&row, "computations", sum->computations);
	add_seconds(&row, "seconds_computed", sum->microseconds_computed);
	add_next_index_zval(list, &row);
}

static void add_all_prefixes(zval *status, const strata_viewer *viewer)
{
	uint32_t count;
	strata_prefix_sum *sums = strata_viewer_read_prefixes(viewer, &count);
	zval list;

	array_init_size(&list, count);
	for (uint32_t i = 0; i < count; i++) {
		add_prefix(&list, &sums[i]);
	}
	add_assoc_zval(status, "prefixes", &list);
	efree(sums);
}

/* The array under this name, made if it is not there yet. */
static zval *section(zval *array, const char *name)
{
	zval *found = zend_hash_str_find(Z_ARRVAL_P(array), name, strlen(name));
	zval fresh;

	if (found != NULL) {
		return found;
	}
	array_init(&fresh);
	return zend_hash_str_update(Z_ARRVAL_P(array), name, strlen(name), &fresh);
}

/* Each of the sample stands for as many operations as go by until the next one. */
static void add_hot_key(zval *list, const strata_hot_key *key, bool shows_keys)
{
	char digest[STRATA_KEY_DIGEST];
	zval row;

	array_init(&row);
	strata_print_key_digest(key->hash, digest);
	add_assoc_string(&row, "namespace", key->name_space);
	add_assoc_string(&row, "key", shows_keys ? key->key : digest);
	add_number(&row, "count", key->count * STRATA_ANALYSE_EVERY);
	add_number(&row, "error", key->error * STRATA_ANALYSE_EVERY);
	add_assoc_bool(&row, "hot", key->is_hot);
	add_next_index_zval(list, &row);
}

static void add_all_hot_keys(zval *status, const strata_viewer *viewer)
{
	strata_hot_keys *hot_keys = strata_process_runtime.hot_keys;
	uint32_t room = strata_hot_keys_used(hot_keys);
	strata_hot_key *keys = safe_emalloc(room + 1, sizeof(*keys), 0);
	uint32_t count = strata_hot_keys_read(hot_keys, keys, room, strata_clock_msec());
	bool shows_keys = false;
	zval databases;

	array_init(&databases);
	for (uint32_t i = 0; i < count; i++) {
		/* Keys of one space follow each other. */
		if (i == 0 || keys[i].space != keys[i - 1].space) {
			shows_keys = strata_shows_keys(keys[i].database);
		}
		if (strata_viewer_sees(viewer, keys[i].space)) {
			add_hot_key(section(&databases, keys[i].database), &keys[i], shows_keys);
		}
	}
	add_assoc_zval(status, "hot_keys", &databases);
	efree(keys);
}

void strata_api_add_prefixes(zval *status)
{
	strata_viewer viewer;

	strata_viewer_init(&viewer);
	add_all_prefixes(status, &viewer);
	add_all_hot_keys(status, &viewer);
	strata_viewer_fini(&viewer);
}
