/*
 * PHP leaves the value of before in force where one is refused, and that may be nothing at all,
 * which is a database of this host alone, or the servers of another pool or site. So it is kept
 * here that a value only stands in for another one, until one is taken:
 *
 *     php.ini, pool    for the life of the process, while the same text stands there
 *     request          until it ends
 */
#include "php.h"
#include "php_ini.h"
#include "SAPI.h"

#include "conf/ini_origin.h"

#include "base/hash.h"
#include "base/thread.h"

/* A directive of which this request's own value was refused. */
typedef struct refused_here {
	struct refused_here *next;
	const strata_ini_origin *origin;
	char sentence[STRATA_SETTINGS_ERROR];
} refused_here;

static STRATA_THREAD_LOCAL refused_here *refused;
static STRATA_THREAD_LOCAL bool is_unseen; /* there is more of it, which memory was short for */
static STRATA_THREAD_LOCAL uint64_t refused_word;

static const uint64_t word_of_unseen = 1;

static strata_view view_of(const zend_string *text)
{
	return (strata_view){ ZSTR_VAL(text), ZSTR_LEN(text) };
}

uint64_t strata_ini_mark(const zend_ini_entry *entry, const zend_string *text)
{
	uint64_t name = strata_hash_of(view_of(entry->name), 0);

	return text == NULL ? name : strata_hash_of(view_of(text), name + 1);
}

strata_ini_moment strata_ini_moment_at(int stage)
{
	return stage == PHP_INI_STAGE_STARTUP ? STRATA_INI_AT_START : STRATA_INI_LATER;
}

strata_place strata_ini_place_at(int stage)
{
	if (stage == PHP_INI_STAGE_STARTUP) {
		return STRATA_PLACE_PHP_INI;
	}
	return stage == PHP_INI_STAGE_ACTIVATE && SG(server_context) == NULL ? STRATA_PLACE_POOL
																		 : STRATA_PLACE_REQUEST;
}

strata_place strata_ini_place_of(const zend_ini_entry *entry)
{
	const strata_ini_origin *origin = entry->mh_arg2;
	const zval *configured = cfg_get_entry_ex(entry->name);
	bool is_of_php_ini = configured != NULL && Z_TYPE_P(configured) == IS_STRING &&
						 entry->value != NULL &&
						 zend_string_equals(Z_STR_P(configured), entry->value);

	if (is_of_php_ini || entry->value == NULL) {
		return STRATA_PLACE_PHP_INI;
	}
	return origin->is_of_pool ? STRATA_PLACE_POOL : STRATA_PLACE_REQUEST;
}

static void keep(const zend_ini_entry *entry, const char *sentence)
{
	strata_ini_origin *origin = entry->mh_arg2;

	free(origin->refusal);
	origin->refusal = strdup(sentence);
	origin->is_refused = true;
	origin->stayed = strata_ini_mark(entry, entry->value);
}

static void keep_here(const zend_ini_entry *entry, const char *sentence)
{
	refused_here *one = calloc(1, sizeof(*one));

	if (one == NULL) {
		refused_word ^= is_unseen ? 0 : word_of_unseen;
		is_unseen = true;
		return;
	}
	one->next = refused;
	one->origin = entry->mh_arg2;
	snprintf(one->sentence, sizeof(one->sentence), "%s", sentence);
	refused = one;
	refused_word += strata_hash_of(view_of(entry->name), 2) | 2;
}

/*
 * What stays in force for a request may be that of another site, which PHP_ADMIN_VALUE left behind.
 * That must not be what decides which values a site reads.
 */
static bool tells_sites_apart(const strata_setting *setting)
{
	return setting->scope == STRATA_SCOPE_DATABASE &&
		   ((setting->maximum == 0 && setting->kind != STRATA_SETTING_CHOICE) ||
			   strata_settings_tell_servers(setting));
}

bool strata_ini_origin_refuse(const zend_ini_entry *entry, const strata_setting *setting, int stage,
	const char *sentence)
{
	strata_place place = strata_ini_place_at(stage);
	bool is_of_request = place == STRATA_PLACE_REQUEST && stage == PHP_INI_STAGE_ACTIVATE &&
						 tells_sites_apart(setting);

	strata_ini_refuse(place, strata_ini_moment_at(stage), ZSTR_VAL(entry->name), sentence);
	if (is_of_request) {
		keep_here(entry, sentence);
	} else if (place != STRATA_PLACE_REQUEST && strata_settings_tell_servers(setting)) {
		keep(entry, sentence);
	}
	return is_of_request;
}

/* The default follows a value of php.ini that was refused; a pool may mend that. */
void strata_ini_origin_accept(const zend_ini_entry *entry, const zend_string *value, int stage)
{
	strata_ini_origin *origin = entry->mh_arg2;

	if (stage == PHP_INI_STAGE_STARTUP) {
		origin->stayed = strata_ini_mark(entry, value);
	} else if (strata_ini_place_at(stage) == STRATA_PLACE_POOL) {
		origin->is_of_pool = true;
		origin->is_refused = false;
	}
}

const char *strata_ini_refusal_of(const zend_ini_entry *entry)
{
	const strata_ini_origin *origin = entry->mh_arg2;

	for (const refused_here *one = refused; one != NULL; one = one->next) {
		if (one->origin == origin) {
			return one->sentence;
		}
	}
	if (is_unseen) {
		return "memory is too short to tell what is wrong with the values of this request";
	}
	if (!origin->is_refused || strata_ini_mark(entry, entry->value) != origin->stayed) {
		return NULL;
	}
	return origin->refusal != NULL ? origin->refusal : "the value is not usable";
}

uint64_t strata_ini_refused_word(void)
{
	return refused_word;
}

bool strata_ini_forget_refused(void)
{
	bool was_refused = refused != NULL || is_unseen;

	while (refused != NULL) {
		refused_here *one = refused;

		refused = one->next;
		free(one);
	}
	is_unseen = false;
	refused_word = 0;
	return was_refused;
}
