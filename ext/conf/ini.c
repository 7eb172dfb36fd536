/*
 * PHP wants every directive as a static entry; ours are made while the module starts, because which
 * ones there are depends on the value of one of them:
 *
 *     strata.<option>                 one for each row of the settings table
 *     strata.databases                is one of them, and its value is known once it is registered
 *     strata.<database>.<option>      for each name in it; no value means: as strata.<option>
 *
 * Registered entries are known to php_admin_value, ini_get(), phpinfo() and --ri like any others,
 * and that is why this is not done by looking into the configuration ourselves.
 *
 * An entry holds the text, checked on its way in. php-fpm changes entries after the fork, Apache,
 * [HOST=], [PATH=] and PHP_ADMIN_VALUE for a request, and with threads each has a table of its own.
 * So a text is looked up and parsed again whenever settings are asked for, and one word is kept of
 * all texts, by which settings are told from others without looking at any:
 *
 *     word ^= mark(name, text before) ^ mark(name, text after)
 *
 * What a request sets is taken back when it ends, and so is its part of the word. PHP takes back
 * nothing of PHP_ADMIN_VALUE: there the next request that sets the directive does.
 */
#include "php.h"
#include "php_ini.h"
#include "php_main.h"
#include "SAPI.h"

#include "conf/ini.h"

#include <stdatomic.h>

#include "base/buffer.h"
#include "base/compression.h"
#include "base/hash.h"
#include "base/thread.h"
#include "conf/directive.h"
#include "conf/ini_origin.h"
#include "conf/ini_said.h"
#include "conf/text/names.h"

ZEND_TSRMLS_CACHE_EXTERN()

#define PREFIX STRATA_DIRECTIVE_PREFIX

enum { DIRECTIVE = STRATA_DIRECTIVE };

typedef struct {
	char name[STRATA_NAME_LONGEST + 1];
} database;

/* What an entry was registered by. PHP 8.6 looks at it as long as the entry is there. */
typedef struct definition {
	struct definition *next;
	zend_ini_entry_def entries[2]; /* the second one ends the list */
	char name[DIRECTIVE];
	strata_ini_origin origin;
} definition;

/* Written while the module starts, when there is one thread, and read-only from then on. */
static definition *definitions;
static database *databases; /* "default" first */
static uint32_t database_count;
static uint64_t memory;
static bool verifies;
static char *topology; /* the name of the file */
static strata_ini_segment_wish segment;

static void (*changed)(void);

static STRATA_THREAD_LOCAL uint64_t word; /* of what is not as it was when PHP started */

static strata_view view_of(const zend_string *text)
{
	return text != NULL ? (strata_view){ ZSTR_VAL(text), ZSTR_LEN(text) }
						: (strata_view){ NULL, 0 };
}

/*
 * The text in force now; its data is NULL where there is no value or no such directive. An array of
 * classes was refused, and must not leave the default in its place, which is all.
 */
static strata_view text_of(const char *of_database, const strata_setting *setting)
{
	char name[DIRECTIVE];
	size_t size = strata_directive_name(name, of_database, setting);
	const zend_ini_entry *entry = zend_hash_str_find_ptr(EG(ini_directives), name, size);
	const zval *configured = entry != NULL && setting->kind == STRATA_SETTING_CLASSES
								 ? cfg_get_entry_ex(entry->name)
								 : NULL;

	if (configured != NULL && Z_TYPE_P(configured) == IS_ARRAY) {
		return strata_view_of("none");
	}
	return view_of(entry != NULL ? entry->value : NULL);
}

/* Why the text in force is not what was asked for there; NULL: it is. */
static const char *refusal_of(const char *of_database, const strata_setting *setting)
{
	char name[DIRECTIVE];
	size_t size = strata_directive_name(name, of_database, setting);
	const zend_ini_entry *entry = zend_hash_str_find_ptr(EG(ini_directives), name, size);

	return entry != NULL ? strata_ini_refusal_of(entry) : NULL;
}

/* `name[] = value` in php.ini makes an array, which PHP hands on as if it were a string. */
static bool is_array(const zend_ini_entry *entry, const zend_string *value)
{
	const zval *configured = cfg_get_entry_ex(entry->name);

	return configured != NULL && Z_TYPE_P(configured) == IS_ARRAY &&
		   (const void *) Z_ARR_P(configured) == (const void *) value;
}

/* ---- changes ---- */

static void note_change(const zend_ini_entry *entry, const zend_string *text)
{
	uint64_t change = strata_ini_mark(entry, entry->value) ^ strata_ini_mark(entry, text);

	if (change != 0) {
		word ^= change;
		changed();
	}
}

/* ---- values ---- */

/*
 * False with a sentence where the value cannot be taken at this stage. What the host shares is made
 * once, before a pool or a request could ask for something else. And what stands in a folder of the
 * site (.htaccess, .user.ini) is the site's word, which must not tell it where its values are.
 */
static bool may_set(const strata_setting *setting, int stage, char error[STRATA_SETTINGS_ERROR])
{
	if (stage != PHP_INI_STAGE_STARTUP && setting->scope == STRATA_SCOPE_HOST) {
		snprintf(error, STRATA_SETTINGS_ERROR,
			"there is one for the whole host, taken when PHP starts; accepted: only in php.ini");
		return false;
	}
	if (stage == PHP_INI_STAGE_HTACCESS || stage == PHP_INI_STAGE_RUNTIME) {
		snprintf(error, STRATA_SETTINGS_ERROR,
			"neither .htaccess, .user.ini nor a script may set it; accepted: in php.ini, or as "
			"php_admin_value of a pool or a virtual host");
		return false;
	}
	return true;
}

static bool is_usable(const zend_ini_entry *entry, const strata_setting *setting,
	zend_string *value, int stage, char error[STRATA_SETTINGS_ERROR])
{
	if (stage == PHP_INI_STAGE_STARTUP && is_array(entry, value)) {
		snprintf(error, STRATA_SETTINGS_ERROR,
			"[] makes it an array; accepted: one value, without []");
		return false;
	}
	/* The names of databases are judged one by one, so that one typo does not cost the others. */
	return may_set(setting, stage, error) &&
		   (setting->kind == STRATA_SETTING_LIST ||
			   strata_settings_apply(NULL, setting, view_of(value), error));
}

/*
 * What was configured to shut something out must not leave it open for a typo: it is taken over,
 * and counts as none (strata_settings_apply()); for an array see text_of().
 */
static bool counts_as_none(const zend_ini_entry *entry, const strata_setting *setting,
	const zend_string *value, int stage)
{
	bool is_configured = stage == PHP_INI_STAGE_STARTUP || stage == PHP_INI_STAGE_ACTIVATE;

	return setting->kind == STRATA_SETTING_CLASSES && is_configured && !is_array(entry, value);
}

/* Asked for by a text that was taken, and not the default. */
static bool asks_for_missing_zstd(const strata_setting *setting, const zend_ini_entry *entry,
	const zend_string *value, int stage)
{
	strata_settings settings = { 0 };
	char error[STRATA_SETTINGS_ERROR];

	if (strata_compression_library() != NULL || strcmp(setting->name, "compress_from") != 0 ||
		(stage == PHP_INI_STAGE_STARTUP && cfg_get_entry_ex(entry->name) == NULL)) {
		return false;
	}
	return strata_settings_apply(&settings, setting, view_of(value), error) &&
		   settings.compress_from > 0;
}

/* What is configured, and cannot be done by this build. */
static void report_missing(const zend_ini_entry *entry, const strata_setting *setting,
	const zend_string *value, int stage)
{
	static const char sentence[] =
		"nothing is compressed, strata was built without zstd; accepted: 0, or a build with "
		"libzstd-dev";

	if (asks_for_missing_zstd(setting, entry, value, stage)) {
		strata_ini_refuse(strata_ini_place_at(stage), strata_ini_moment_at(stage),
			ZSTR_VAL(entry->name), sentence);
	}
}

static PHP_INI_MH(check_value)
{
	const strata_setting *setting = mh_arg1;
	char error[STRATA_SETTINGS_ERROR];

	/* No value: a database has none of its own, or gets that back when a request ends. */
	if (new_value != NULL && stage != PHP_INI_STAGE_DEACTIVATE &&
		!is_usable(entry, setting, new_value, stage, error)) {
		if (strata_ini_origin_refuse(entry, setting, stage, error)) {
			changed();
		}
		if (!counts_as_none(entry, setting, new_value, stage)) {
			return FAILURE;
		}
	}
	if (new_value != NULL) {
		report_missing(entry, setting, new_value, stage);
	}
	strata_ini_origin_accept(entry, new_value, stage);
	if (stage != PHP_INI_STAGE_STARTUP) {
		note_change(entry, new_value);
	}
	return SUCCESS;
}

uint64_t strata_ini_word(void)
{
	return word ^ strata_ini_refused_word();
}

void strata_ini_end_request(void)
{
	if (strata_ini_forget_refused()) {
		changed();
	}
}

static void print_text(const char *text, bool is_value)
{
	if (sapi_module.phpinfo_as_text) {
		php_printf("%s", text);
	} else if (is_value) {
		php_html_puts(text, strlen(text));
	} else {
		php_printf("<i>%s</i>", text);
	}
}

static PHP_INI_DISP(show_masked)
{
	bool is_original = type == PHP_INI_DISPLAY_ORIG && ini_entry->modified;
	strata_view text = view_of(is_original ? ini_entry->orig_value : ini_entry->value);
	char *shown;

	if (text.size == 0) {
		print_text(text.data == NULL ? "as the common option" : "no value", false);
		return;
	}
	/* A mask may be longer than a short secret. */
	shown = safe_emalloc(1, text.size, sizeof("***"));
	strata_settings_mask(ini_entry->mh_arg1, text, shown, text.size + sizeof("***"));
	print_text(shown, true);
	efree(shown);
}

static void register_entry(int module_number, const char *of_database,
	const strata_setting *setting)
{
	const char *initial = of_database == NULL ? setting->initial : NULL;
	definition *kept = pecalloc(1, sizeof(*kept), 1);
	zend_ini_entry_def *entry = &kept->entries[0];

	kept->next = definitions;
	definitions = kept;
	entry->name_length = (uint16_t) strata_directive_name(kept->name, of_database, setting);
	entry->name = kept->name;
	entry->on_modify = check_value;
	entry->mh_arg1 = (void *) setting;
	entry->mh_arg2 = &kept->origin;
	entry->value = initial;
	entry->value_length = initial != NULL ? (uint32_t) strlen(initial) : 0;
	entry->displayer = show_masked;
	/* What PHP would ignore without a word for want of a right is refused by check_value(). */
	entry->modifiable = PHP_INI_SYSTEM | PHP_INI_PERDIR;
	zend_register_ini_entries(kept->entries, module_number);
}

static void free_definitions(void)
{
	while (definitions != NULL) {
		definition *first = definitions;

		definitions = first->next;
		free(first->origin.refusal);
		pefree(first, 1);
	}
}

static void register_entries(int module_number, const char *of_database)
{
	size_t count;
	const strata_setting *settings = strata_settings_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (of_database == NULL || settings[i].scope == STRATA_SCOPE_DATABASE) {
			register_entry(module_number, of_database, &settings[i]);
		}
	}
}

static const strata_setting *option(const char *name)
{
	return strata_settings_find(strata_view_of(name));
}

static void add_database(strata_view name)
{
	database *added = &databases[database_count++];

	memcpy(added->name, name.data, name.size);
}

/* Says why a name of strata.databases is ignored. */
static void warn_of_name(strata_view name, const char *objection)
{
	char shown[STRATA_NAME_LONGEST + 16];
	char sentence[STRATA_SETTINGS_ERROR];

	strata_settings_mask(option("databases"), name, shown, sizeof(shown));
	snprintf(sentence, sizeof(sentence), "\"%s\" %s; the name is ignored; accepted: %s", shown,
		objection, option("databases")->accepts);
	strata_ini_refuse(STRATA_PLACE_PHP_INI, STRATA_INI_AT_START, PREFIX "databases", sentence);
}

static void read_databases(void)
{
	strata_view list = text_of(NULL, option("databases"));
	strata_view rest = list, name;
	size_t names = 1;

	while (strata_names_next(&rest, &name)) {
		names++;
	}
	databases = pecalloc(names, sizeof(*databases), 1);
	add_database(strata_view_of("default"));
	for (rest = list; strata_names_next(&rest, &name);) {
		const char *objection = strata_settings_name_objection(list, name);

		if (objection == NULL) {
			add_database(name);
		} else {
			warn_of_name(name, objection);
		}
	}
}

static database *find_database(strata_view name)
{
	for (uint32_t i = 0; i < database_count; i++) {
		if (strata_view_equal(strata_view_of(databases[i].name), name)) {
			return &databases[i];
		}
	}
	return NULL;
}

/* PHP says nothing about directives that no module registered, so that a typo would go unseen. */
static void report_unknown(void)
{
	const size_t prefix = sizeof(PREFIX) - 1;
	char sentence[STRATA_SETTINGS_ERROR];
	zend_string *key;

	ZEND_HASH_FOREACH_STR_KEY(php_ini_get_configuration_hash(), key)
	{
		if (key != NULL && ZSTR_LEN(key) > prefix &&
			strncasecmp(ZSTR_VAL(key), PREFIX, prefix) == 0 &&
			!zend_hash_exists(EG(ini_directives), key)) {
			strata_directive_explain((strata_view){ ZSTR_VAL(key) + prefix,
										 ZSTR_LEN(key) - prefix },
				strata_ini_has_database, sentence);
			strata_ini_refuse(STRATA_PLACE_PHP_INI, STRATA_INI_AT_START, ZSTR_VAL(key), sentence);
		}
	}
	ZEND_HASH_FOREACH_END();
}

static void read_host_options(void)
{
	const strata_setting *of_host[] = { option("memory"), option("verify"), option("topology"),
		option("segment"), option("segment_mode"), option("segment_group") };
	strata_settings settings = { 0 };
	char error[STRATA_SETTINGS_ERROR];

	for (size_t i = 0; i < sizeof(of_host) / sizeof(of_host[0]); i++) {
		strata_settings_apply(&settings, of_host[i], text_of(NULL, of_host[i]), error);
	}
	memory = settings.memory;
	verifies = settings.verify == STRATA_VERIFY_ON;
	topology = settings.topology;
	segment = (strata_ini_segment_wish){
		.path = settings.segment,
		.group = settings.segment_group,
		.mode = (uint32_t) settings.segment_mode,
	};
}

void strata_ini_register(int module_number, void (*on_change)(void), strata_ini_enter enter)
{
	changed = on_change;
	word = 0;
	strata_ini_said_reset(enter);
	register_entries(module_number, NULL);
	read_host_options();
	read_databases();
	for (uint32_t i = 1; i < database_count; i++) {
		register_entries(module_number, databases[i].name);
	}
	report_unknown();
}

void strata_ini_unregister(int module_number)
{
	zend_unregister_ini_entries(module_number);
	strata_ini_said_reset(NULL);
	free_definitions();
	pefree(databases, 1);
	free(topology);
	free(segment.path);
	free(segment.group);
	topology = NULL;
	segment = (strata_ini_segment_wish){ 0 };
	databases = NULL;
	database_count = 0;
	memory = 0;
}

uint64_t strata_ini_memory(void)
{
	return memory;
}

bool strata_ini_verifies(void)
{
	return verifies;
}

const char *strata_ini_topology(void)
{
	return topology != NULL ? topology : "";
}

const strata_ini_segment_wish *strata_ini_segment(void)
{
	return segment.path != NULL && segment.path[0] != '\0' ? &segment : NULL;
}

uint64_t strata_ini_operator(void)
{
	strata_settings settings = { 0 };
	char error[STRATA_SETTINGS_ERROR];

	/* What was accepted once is understood again. */
	(void) strata_settings_apply(&settings, option("operator"), text_of(NULL, option("operator")),
		error);
	return settings.operator;
}

bool strata_ini_has_database(strata_view name)
{
	return find_database(name) != NULL;
}

uint32_t strata_ini_database_count(void)
{
	return database_count;
}

const char *strata_ini_database_name(uint32_t index)
{
	return databases[index].name;
}

/* Sets the list to the names that were accepted. */
static int resolve_databases(strata_settings *out)
{
	strata_buffer list = { 0 };
	char error[STRATA_SETTINGS_ERROR];
	int failed = 0;

	for (uint32_t i = 1; i < database_count; i++) {
		failed |= strata_buffer_print(&list, "%s%s", i > 1 ? "," : "", databases[i].name);
	}
	failed |= !strata_settings_apply(out, option("databases"),
		(strata_view){ list.data, list.size }, error);
	strata_buffer_fini(&list);
	return failed ? -1 : 0;
}

/* Where the text in force of an option stands, and the directive there. */
static strata_place find_place(const char *of_database, const strata_setting *setting,
	char directive[DIRECTIVE])
{
	size_t size = strata_directive_name(directive, of_database, setting);
	const zend_ini_entry *entry = zend_hash_str_find_ptr(EG(ini_directives), directive, size);

	return entry != NULL ? strata_ini_place_of(entry) : STRATA_PLACE_PHP_INI;
}

static void report(const char *of_database, const strata_setting *setting, const char *sentence)
{
	char directive[DIRECTIVE];
	strata_place place = find_place(of_database, setting, directive);

	strata_ini_refuse(place, STRATA_INI_LATER, directive, sentence);
}

static void report_password_file(const char *of_database, const strata_password_trouble *trouble)
{
	char directive[DIRECTIVE], sentence[STRATA_FILE_REFUSAL + 64];

	snprintf(sentence, sizeof(sentence), "%s; no server is asked without it", trouble->why);
	if (!trouble->is_filed) {
		report(of_database, option("password_file"), sentence);
		return;
	}
	strata_directive_name(directive, of_database, option("password_file"));
	strata_ini_refuse(STRATA_PLACE_TOPOLOGY, STRATA_INI_LATER, directive, sentence);
}

/* It is the file that has the servers, so it goes with the file. */
static void report_withheld(const char *of_database, const strata_password_trouble *trouble)
{
	bool is_for_sentinels = trouble->withheld == option("sentinel_password");
	char directive[DIRECTIVE];
	char sentence[1024];

	snprintf(sentence, sizeof(sentence),
		"not sent to servers that only %s names; accepted: in that file %s", strata_ini_topology(),
		is_for_sentinels ? "sentinel_password"
						 : "a password in the DSN, or password or password_file");
	strata_directive_name(directive, of_database, trouble->withheld);
	strata_ini_refuse(STRATA_PLACE_TOPOLOGY, STRATA_INI_LATER, directive, sentence);
}

/* The database, if the option stands there for it alone. */
static const char *owner_of(const char *of_database, const strata_setting *setting)
{
	bool is_own =
		strcmp(of_database, databases[0].name) != 0 && text_of(of_database, setting).data != NULL;

	return is_own ? of_database : NULL;
}

/* NULL where there is none. */
static const strata_setting *option_of(const char *directive)
{
	const char *dot = strrchr(directive, '.');

	return dot != NULL ? option(dot + 1) : NULL;
}

strata_place strata_ini_place(const char *of_database, const char *directive, char named[DIRECTIVE])
{
	const strata_setting *setting = option_of(directive);

	snprintf(named, DIRECTIVE, "%s", directive);
	return setting == NULL ? STRATA_PLACE_PHP_INI
						   : find_place(owner_of(of_database, setting), setting, named);
}

void strata_ini_refuse_servers(const char *of_database, const char *directive, const char *sentence,
	char named[DIRECTIVE])
{
	strata_place place = strata_ini_place(of_database, directive, named);

	strata_ini_refuse(place, STRATA_INI_LATER, named, sentence);
}

void strata_ini_note_servers(const char *of_database, const char *directive, const char *sentence)
{
	const strata_setting *setting = option_of(directive);
	char name[DIRECTIVE];

	if (setting != NULL) {
		strata_place place = find_place(owner_of(of_database, setting), setting, name);

		strata_ini_note(place, name, sentence);
	}
}

static strata_sources sources_with(const strata_topology *file)
{
	bool is_awaited = file == NULL && strata_ini_topology()[0] != '\0';

	return (strata_sources){ .configured = text_of,
		.refused = refusal_of,
		.topology = file,
		.awaited = is_awaited ? strata_ini_topology() : NULL };
}

char *strata_ini_text(const char *of_database, const strata_topology *file,
	const strata_settings *settings, const strata_setting *setting, bool *is_refused)
{
	strata_sources sources = sources_with(file);
	strata_view text = strata_resolve_text(&sources, of_database, settings, setting, is_refused);
	/* A mask may be longer than a short secret. */
	size_t room = text.size + sizeof("***");
	char *shown = malloc(room);

	if (shown != NULL) {
		strata_settings_mask(setting, text, shown, room);
	}
	return shown;
}

int strata_ini_try(const char *of_database, const strata_topology *file, strata_settings *out,
	strata_password_trouble *trouble)
{
	strata_sources sources = sources_with(file);

	if (strata_resolve(&sources, of_database, out, trouble) != 0) {
		return -1;
	}
	if (resolve_databases(out) != 0) {
		strata_settings_fini(out);
		return -1;
	}
	return 0;
}

int strata_ini_resolve(const char *of_database, const strata_topology *file, strata_settings *out)
{
	strata_password_trouble trouble;

	if (strata_ini_try(of_database, file, out, &trouble) != 0) {
		return -1;
	}
	if (trouble.why[0] != '\0') {
		report_password_file(trouble.is_own ? of_database : NULL, &trouble);
	}
	if (trouble.withheld != NULL) {
		report_withheld(trouble.is_own ? of_database : NULL, &trouble);
	}
	return 0;
}

void strata_ini_print(void)
{
	display_ini_entries(zend_hash_str_find_ptr(&module_registry, ZEND_STRL("strata")));
}
