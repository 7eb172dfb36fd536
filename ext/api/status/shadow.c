#include "api/status/shadow.h"

#include <inttypes.h>

#include "php_strata.h"

#include "api/request/globals.h"
#include "api/value/shadow_view.h"
#include "api/value/shown_key.h"
#include "conf/ini.h"
#include "net/endpoint.h"

/* ---- places ---- */

static void add_servers(zval *list, const strata_dsn *dsn)
{
	for (uint32_t i = 0; i < dsn->count; i++) {
		char *name = strata_endpoint_name(dsn->servers[i].host, dsn->servers[i].port);

		if (name != NULL) {
			add_next_index_string(list, name);
			free(name);
		}
	}
}

/* NULL has none. */
static void add_place(zval *shadow, const char *name, const strata_database *database)
{
	zval list;

	array_init(&list);
	if (database != NULL) {
		add_servers(&list, &database->memcached_dsn);
		add_servers(&list, &database->redis_dsn);
	}
	add_assoc_zval(shadow, name, &list);
}

/* ---- counts ---- */

static void add_number(zval *array, const char *name, uint64_t number)
{
	add_assoc_long(array, name, (zend_long) number);
}

static void add_counts(zval *shadow, const strata_differences *differences)
{
	zval counts;

	array_init(&counts);
	for (unsigned what = 0; what < STRATA_MIRROR_COUNTS; what++) {
		add_number(&counts, strata_mirror_count_name((strata_mirror_count) what),
			strata_differences_counted(differences, (strata_mirror_count) what));
	}
	add_assoc_zval(shadow, "counts", &counts);
}

static void add_classes(zval *shadow, const strata_differences *differences)
{
	zval classes;

	array_init(&classes);
	for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
		add_number(&classes, strata_difference_class_name((strata_difference_class) class),
			strata_differences_total(differences, (strata_difference_class) class));
	}
	add_assoc_zval(shadow, "classes", &classes);
}

/* Those of which no key was compared, as "(other)" mostly, are left out. */
static void add_prefix(zval *list, const strata_differences_row *row)
{
	uint64_t sum = 0;
	zval prefix;

	for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
		sum += row->counts[class];
	}
	if (sum == 0) {
		return;
	}
	array_init(&prefix);
	add_assoc_string(&prefix, "prefix", row->prefix);
	for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
		add_number(&prefix, strata_difference_class_name((strata_difference_class) class),
			row->counts[class]);
	}
	add_next_index_zval(list, &prefix);
}

static void add_prefixes(zval *shadow, const strata_differences *differences)
{
	strata_differences_row row;
	zval list;

	array_init(&list);
	for (uint32_t i = 0;
		 i < STRATA_DIFFERENCES_PREFIXES && strata_differences_row_at(differences, i, &row); i++) {
		add_prefix(&list, &row);
	}
	add_assoc_zval(shadow, "prefixes", &list);
}

/* ---- keys that differ ---- */

/* Beyond what an integer of PHP holds, and a number without meaning but to be equal. */
static void add_version(zval *row, const char *name, uint64_t version)
{
	char digits[17];

	if (version == 0) {
		add_assoc_null(row, name);
		return;
	}
	snprintf(digits, sizeof(digits), "%016" PRIx64, version);
	add_assoc_string(row, name, digits);
}

static void add_key(zval *list, const strata_differences_key *key, bool shows_keys)
{
	char digest[STRATA_KEY_DIGEST];
	zval row;

	array_init(&row);
	strata_print_key_digest(key->hash, digest);
	add_assoc_string(&row, "key", shows_keys ? key->key : digest);
	add_assoc_string(&row, "class", strata_difference_class_name(key->class));
	add_version(&row, "version", key->version);
	add_version(&row, "other_version", key->other_version);
	add_assoc_double(&row, "time", (double) key->seen_at / 1000);
	add_next_index_zval(list, &row);
}

static void add_keys(zval *shadow, const strata_shadow_view *view)
{
	bool shows_keys = view->database->settings.show_keys == STRATA_SHOW_KEYS_ON;
	strata_differences_key key;
	zval list;

	array_init(&list);
	for (uint32_t i = 0;
		 i < STRATA_DIFFERENCES_KEPT && strata_differences_key_at(view->differences, i, &key);
		 i++) {
		add_key(&list, &key, shows_keys);
	}
	add_assoc_zval(shadow, "keys", &list);
}

/* ---- all of it ---- */

static void add_shadow(zval *database, const strata_shadow_view *view)
{
	const strata_settings *settings = &view->database->settings;
	zval shadow;

	array_init(&shadow);
	add_assoc_string(&shadow, "mode", strata_shadow_mode_name(view->mode));
	add_assoc_bool(&shadow, "leads", view->leads);
	if (view->refused[0] != '\0') {
		add_assoc_string(&shadow, "refused", view->refused);
	} else {
		add_assoc_null(&shadow, "refused");
	}
	add_place(&shadow, "answers", view->database);
	add_place(&shadow, "follows", view->follower);
	add_number(&shadow, "share", settings->shadow_share);
	add_number(&shadow, "compare", settings->shadow_compare);
	add_assoc_bool(&shadow, "fill", settings->shadow_fill == STRATA_SHADOW_FILL_ON);
	add_assoc_bool(&shadow, "at_once", view->is_at_once);
	add_number(&shadow, "waiting", view->waiting);
	add_counts(&shadow, view->differences);
	add_classes(&shadow, view->differences);
	add_prefixes(&shadow, view->differences);
	add_keys(&shadow, view);
	add_assoc_zval(database, "shadow", &shadow);
}

void strata_api_add_shadows(zval *status)
{
	zval *databases = zend_hash_str_find(Z_ARRVAL_P(status), ZEND_STRL("databases"));

	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		strata_shadow_view view;
		zval *database;

		if (!strata_shadow_look(i, &view)) {
			continue;
		}
		database = zend_symtable_str_find(Z_ARRVAL_P(databases), view.name, strlen(view.name));
		if (database != NULL) {
			add_shadow(database, &view);
		}
	}
}
