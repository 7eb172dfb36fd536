/*
 * The table of the header becomes rows here, and every row is read by code that knows only its
 * kind:
 *
 *     text -> read_quantity() or read_choice() -> uint64_t in strata_settings
 *     text -> check_text()    -> keep_text()   -> char *   in strata_settings
 *
 * A sentence about a wrong value has three parts: the value as it may be shown, what is wrong with
 * it, and what is accepted. The directive's name goes in front where it is known (conf/ini.c).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "conf/text/class_names.h"
#include "conf/dsn.h"
#include "conf/dsn_mask.h"
#include "conf/text/names.h"
#include "conf/policies.h"
#include "conf/text/quantity.h"

enum { LONGEST_NAMESPACE = 64, LONGEST_SHOWN = 60 };

/* strata.memory is 0 or at least this: a heap below it would evict all day. */
#define SMALLEST_HEAP (1ULL << 20)

static const strata_setting rows[] = {
#define X(field, kind, scope, initial, minimum, maximum, accepts, sentence) \
	{ #field, STRATA_SETTING_##kind, STRATA_SCOPE_##scope, initial, minimum, maximum, accepts, \
		sentence, offsetof(strata_settings, field) },
	STRATA_SETTING_MAP(X)
#undef X
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const strata_setting *strata_settings_table(size_t *count)
{
	*count = ROWS;
	return rows;
}

const strata_setting *strata_settings_find(strata_view name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strata_view_equal(name, strata_view_of(rows[i].name))) {
			return &rows[i];
		}
	}
	return NULL;
}

enum { MOST_EDITS = 2 };

const strata_setting *strata_settings_nearest(strata_view name)
{
	const strata_setting *nearest = NULL;
	size_t fewest = MOST_EDITS + 1;

	if (name.size > STRATA_NAME_COMPARED + MOST_EDITS) {
		return NULL;
	}
	for (size_t i = 0; i < ROWS; i++) {
		size_t edits = strata_names_distance(name, strata_view_of(rows[i].name));

		if (edits < fewest) {
			fewest = edits;
			nearest = &rows[i];
		}
	}
	return nearest;
}

const char *strata_settings_name_objection(strata_view list, strata_view name)
{
	return strata_settings_find(name) != NULL ? "is the name of an option"
											  : strata_names_objection(list, name);
}

/*
 * What a quantity is called, how it is read, and an example where the range shows no unit in use.
 */
typedef struct {
	const char *noun;
	const char *example;
	strata_quantity_verdict (*read)(strata_view text, uint64_t *number);
} quantity_kind;

/* NULL for the kinds that are words and texts. */
static const quantity_kind *quantity_kind_of(strata_setting_kind kind)
{
	static const quantity_kind size = { "a size", ", such as 64M", strata_quantity_size };
	static const quantity_kind duration = { "a duration", ", such as 250ms",
		strata_quantity_duration };
	static const quantity_kind count = { "a whole number", "", strata_quantity_count };
	static const quantity_kind percent = { "a whole percentage", "", strata_quantity_percent };
	static const quantity_kind mode = { "an octal number", "", strata_quantity_mode };

	switch (kind) {
		case STRATA_SETTING_SIZE: return &size;
		case STRATA_SETTING_DURATION: return &duration;
		case STRATA_SETTING_COUNT: return &count;
		case STRATA_SETTING_PERCENT: return &percent;
		case STRATA_SETTING_MODE: return &mode;
		case STRATA_SETTING_CHOICE:
		case STRATA_SETTING_NAME:
		case STRATA_SETTING_LIST:
		case STRATA_SETTING_CLASSES:
		case STRATA_SETTING_POLICIES:
		case STRATA_SETTING_SOURCE:
		case STRATA_SETTING_DSN:
		case STRATA_SETTING_PATH:
		case STRATA_SETTING_TEXT:
		case STRATA_SETTING_SECRET: return NULL;
	}
	return NULL;
}

static uint64_t *number_at(strata_settings *settings, const strata_setting *setting)
{
	return (uint64_t *) ((char *) settings + setting->offset);
}

static char **text_at(strata_settings *settings, const strata_setting *setting)
{
	return (char **) ((char *) settings + setting->offset);
}

static bool is(const strata_setting *setting, size_t offset)
{
	return setting->offset == offset;
}

/* Why the value was refused, to follow the value in a sentence. */
typedef struct {
	char text[STRATA_POLICY_ERROR + 32];
} objection;

__attribute__((format(printf, 2, 3))) static bool object(objection *why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why->text, sizeof(why->text), format, arguments);
	va_end(arguments);
	return false;
}

/* A log line must not be broken in two by a value. */
static void hide_controls(char *text)
{
	for (; *text != '\0'; text++) {
		if (iscntrl((unsigned char) *text)) {
			*text = '?';
		}
	}
}

static bool is_in_bounds(const strata_setting *setting, uint64_t number)
{
	if (is(setting, offsetof(strata_settings, memory)) && number > 0 && number < SMALLEST_HEAP) {
		return false;
	}
	/* Of rights every bit counts: those of the smallest are needed, and of the largest allowed. */
	if (setting->kind == STRATA_SETTING_MODE) {
		return (number & setting->minimum) == setting->minimum && (number & ~setting->maximum) == 0;
	}
	return number >= setting->minimum && number <= setting->maximum;
}

static bool is_word(strata_view text, const char *word)
{
	return text.size == strlen(word) && strncasecmp(text.data, word, text.size) == 0;
}

static bool takes_off(const strata_setting *setting)
{
	return strncmp(setting->accepts, "auto, off,", 10) == 0;
}

/*
 * A word in place of a quantity, where the option accepts one. php.ini hands on the bare word off
 * as nothing.
 */
static bool read_word(const strata_setting *setting, strata_view text, uint64_t *number)
{
	bool takes_auto = strncmp(setting->accepts, "auto,", 5) == 0;
	bool is_auto = takes_auto && is_word(text, "auto");
	bool is_off = text.size == 0 || is_word(text, "off") || is_word(text, "0");

	*number = is_auto && setting->kind == STRATA_SETTING_DURATION ? STRATA_DURATION_AUTO : 0;
	return is_auto || (takes_off(setting) && is_off);
}

static bool read_quantity(const strata_setting *setting, strata_view text, uint64_t *number,
	objection *why)
{
	const quantity_kind *kind = quantity_kind_of(setting->kind);

	if (read_word(setting, text, number)) {
		return true;
	}
	switch (kind->read(text, number)) {
		case STRATA_QUANTITY_OK:
			return is_in_bounds(setting, *number) || object(why, "is out of range");
		case STRATA_QUANTITY_MALFORMED: return object(why, "is not %s", kind->noun);
		case STRATA_QUANTITY_NO_UNIT: return object(why, "has no unit");
		case STRATA_QUANTITY_TOO_LARGE: return object(why, "is out of range");
	}
	return false;
}

/* The index of this word in "one|two|three", whatever its case. False where it is none of them. */
static bool find_word(const char *accepts, strata_view text, uint64_t *index)
{
	const char *word = accepts;

	for (*index = 0;; ++*index) {
		size_t size = strcspn(word, "|");

		if (size == text.size && strncasecmp(word, text.data, size) == 0) {
			return true;
		}
		if (word[size] == '\0') {
			return false;
		}
		word += size + 1;
	}
}

/* php.ini hands on the bare words on and off (and yes, no, true, false) as 1 and nothing. */
static bool read_choice(const strata_setting *setting, strata_view text, uint64_t *index,
	objection *why)
{
	bool is_on = strata_view_equal(text, strata_view_of("1"));
	bool is_off = text.size == 0 || strata_view_equal(text, strata_view_of("0"));
	strata_view word = is_on ? strata_view_of("on") : is_off ? strata_view_of("off") : text;

	return find_word(setting->accepts, word, index) || object(why, "is not one of the words");
}

static bool is_namespace(strata_view text, objection *why)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

	for (size_t i = 0; i < text.size; i++) {
		if (memchr(allowed, text.data[i], sizeof(allowed) - 1) == NULL) {
			return object(why, "holds a byte that is none of these");
		}
	}
	return text.size <= LONGEST_NAMESPACE || object(why, "is too long");
}

static bool is_list(strata_view text, objection *why)
{
	strata_view rest = text, name;

	while (strata_names_next(&rest, &name)) {
		const char *reason = strata_settings_name_objection(text, name);

		if (reason != NULL) {
			return object(why, "holds a name that %s", reason);
		}
	}
	return true;
}

static bool are_classes(strata_view text, objection *why)
{
	strata_view name;
	const char *reason = strata_class_names_objection(text, &name);

	if (reason == NULL) {
		return true;
	}
	if (name.size == 0) {
		return object(why, "%s", reason);
	}
	(void) object(why, "is no list: %.*s %s", (int) (name.size < 48 ? name.size : 48), name.data,
		reason);
	hide_controls(why->text);
	return false;
}

static bool are_policies(strata_view text, objection *why)
{
	char error[STRATA_POLICY_ERROR];
	strata_policies policies;

	return strata_policies_parse(text, &policies, error) || object(why, "is not usable: %s", error);
}

static bool is_dsn(const strata_setting *setting, strata_view text, objection *why)
{
	bool wants_memcached = is(setting, offsetof(strata_settings, memcached)) ||
						   is(setting, offsetof(strata_settings, shadow_memcached));
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn;
	bool is_memcached;

	if (text.size == 0) {
		return true;
	}
	if (!strata_dsn_parse(text, &dsn, error)) {
		return object(why, "is not usable: %s", error);
	}
	is_memcached = dsn.scheme == STRATA_SCHEME_MEMCACHED;
	strata_dsn_fini(&dsn);
	return is_memcached == wants_memcached || object(why, "names the wrong kind of server");
}

static bool is_text(strata_view text, objection *why)
{
	return text.size == 0 || memchr(text.data, '\0', text.size) == NULL ||
		   object(why, "holds a NUL byte");
}

/* Processes that stand in different folders look at one and the same file. */
static bool is_path(const strata_setting *setting, strata_view text, objection *why)
{
	bool must_be_full = is(setting, offsetof(strata_settings, topology)) ||
						is(setting, offsetof(strata_settings, segment));

	return !must_be_full || text.size == 0 || text.data[0] == '/' ||
		   object(why, "does not begin with /");
}

static bool is_source(strata_view text, objection *why)
{
	strata_view database, prefix;
	const char *reason = strata_names_split_source(text, &database, &prefix);

	return reason == NULL || object(why, "%s", reason);
}

static bool check_text(const strata_setting *setting, strata_view text, objection *why)
{
	switch (setting->kind) {
		case STRATA_SETTING_NAME: return is_namespace(text, why);
		case STRATA_SETTING_LIST: return is_list(text, why);
		case STRATA_SETTING_CLASSES: return are_classes(text, why);
		case STRATA_SETTING_POLICIES: return are_policies(text, why);
		case STRATA_SETTING_SOURCE: return is_source(text, why);
		case STRATA_SETTING_DSN: return is_dsn(setting, text, why);
		case STRATA_SETTING_PATH: return is_text(text, why) && is_path(setting, text, why);
		case STRATA_SETTING_TEXT:
		case STRATA_SETTING_SECRET: return is_text(text, why);
		case STRATA_SETTING_SIZE:
		case STRATA_SETTING_DURATION:
		case STRATA_SETTING_COUNT:
		case STRATA_SETTING_PERCENT:
		case STRATA_SETTING_MODE:
		case STRATA_SETTING_CHOICE: return false;
	}
	return false;
}

/* Passwords do not stay behind in memory that is used for something else. */
static void free_text(char *text)
{
	if (text != NULL) {
		explicit_bzero(text, strlen(text));
	}
	free(text);
}

static bool keep_text(char **field, strata_view text, objection *why)
{
	char *copy = text.size > 0 ? strndup(text.data, text.size) : strdup("");

	if (copy == NULL) {
		return object(why, "cannot be kept, memory is short");
	}
	free_text(*field);
	*field = copy;
	return true;
}

static bool apply_text(strata_settings *settings, const strata_setting *setting, strata_view text,
	objection *why)
{
	bool is_kept = settings != NULL && setting->kind == STRATA_SETTING_POLICIES;
	bool is_right = is_kept || check_text(setting, text, why);

	if (!is_right && setting->kind == STRATA_SETTING_CLASSES && settings != NULL) {
		text = strata_view_of("none");
		is_right = true;
	}
	return is_right && (settings == NULL || keep_text(text_at(settings, setting), text, why));
}

static bool apply(strata_settings *settings, const strata_setting *setting, strata_view text,
	objection *why)
{
	bool is_quantity = quantity_kind_of(setting->kind) != NULL;
	uint64_t number;

	if (!is_quantity && setting->kind != STRATA_SETTING_CHOICE) {
		return apply_text(settings, setting, text, why);
	}
	if (is_quantity ? !read_quantity(setting, text, &number, why)
					: !read_choice(setting, text, &number, why)) {
		return false;
	}
	if (settings != NULL) {
		*number_at(settings, setting) = number;
	}
	return true;
}

/* The value as it may be shown, short enough for a sentence. */
static void quote(const strata_setting *setting, strata_view text, char shown[LONGEST_SHOWN + 1])
{
	strata_settings_mask(setting, text, shown, LONGEST_SHOWN + 1);
	if (strlen(shown) == LONGEST_SHOWN) {
		memcpy(shown + LONGEST_SHOWN - 3, "...", 3);
	}
}

/* What PHP does with an unquoted value in php.ini was measured: docs/configuration.md has it. */
static const char *hint_for(const strata_setting *setting, strata_view text)
{
	return setting->kind == STRATA_SETTING_DSN && strata_dsn_mask_looks_cut(text)
			   ? "; php.ini cuts what has no quotes at ; and ! and other marks: \"quote it\""
			   : "";
}

bool strata_settings_apply(strata_settings *settings, const strata_setting *setting,
	strata_view text, char error[STRATA_SETTINGS_ERROR])
{
	const quantity_kind *kind = quantity_kind_of(setting->kind);
	char shown[LONGEST_SHOWN + 1];
	objection why;

	error[0] = '\0';
	if (apply(settings, setting, text, &why)) {
		return true;
	}
	quote(setting, text, shown);
	/* Of policies the objection says what is accepted in the place of the word that is wrong. */
	if (setting->kind == STRATA_SETTING_POLICIES) {
		snprintf(error, STRATA_SETTINGS_ERROR, "\"%s\" %s", shown, why.text);
	} else {
		snprintf(error, STRATA_SETTINGS_ERROR, "\"%s\" %s; accepted: %s%s%s", shown, why.text,
			setting->accepts, kind != NULL && !takes_off(setting) ? kind->example : "",
			hint_for(setting, text));
	}
	return false;
}

int strata_settings_init(strata_settings *settings)
{
	char error[STRATA_SETTINGS_ERROR];

	*settings = (strata_settings){ 0 };
	for (size_t i = 0; i < ROWS; i++) {
		if (!strata_settings_apply(settings, &rows[i], strata_view_of(rows[i].initial), error)) {
			strata_settings_fini(settings);
			return -1;
		}
	}
	return 0;
}

void strata_settings_fini(strata_settings *settings)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (quantity_kind_of(rows[i].kind) == NULL && rows[i].kind != STRATA_SETTING_CHOICE) {
			free_text(*text_at(settings, &rows[i]));
		}
	}
	free(settings->refused);
	*settings = (strata_settings){ 0 };
}

static int copy_one(const strata_setting *setting, const strata_settings *from, strata_settings *to)
{
	const char *text = strata_settings_text(from, setting);
	objection why;

	if (text == NULL) {
		*number_at(to, setting) = *number_at((strata_settings *) from, setting);
		return 0;
	}
	return keep_text(text_at(to, setting), strata_view_of(text), &why) ? 0 : -1;
}

int strata_settings_copy(const strata_settings *from, strata_settings *out)
{
	int failed = 0;

	*out = (strata_settings){ 0 };
	for (size_t i = 0; i < ROWS; i++) {
		failed |= copy_one(&rows[i], from, out);
	}
	if (from->refused != NULL) {
		out->refused = strdup(from->refused);
		failed |= out->refused == NULL ? -1 : 0;
	}
	if (failed != 0) {
		strata_settings_fini(out);
	}
	return failed;
}

static bool is_same(const strata_settings *one, const strata_settings *other,
	const strata_setting *setting)
{
	bool is_number =
		quantity_kind_of(setting->kind) != NULL || setting->kind == STRATA_SETTING_CHOICE;

	return is_number ? *number_at((strata_settings *) one, setting) ==
						   *number_at((strata_settings *) other, setting)
					 : strcmp(*text_at((strata_settings *) one, setting),
						   *text_at((strata_settings *) other, setting)) == 0;
}

bool strata_settings_equal(const strata_settings *one, const strata_settings *other)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (!is_same(one, other, &rows[i])) {
			return false;
		}
	}
	return strcmp(one->refused != NULL ? one->refused : "",
			   other->refused != NULL ? other->refused : "") == 0;
}

bool strata_settings_tell_servers(const strata_setting *setting)
{
	if (setting->scope != STRATA_SCOPE_DATABASE) {
		return false;
	}
	switch (setting->kind) {
		case STRATA_SETTING_NAME:
		case STRATA_SETTING_DSN:
		case STRATA_SETTING_PATH:
		case STRATA_SETTING_TEXT:
		case STRATA_SETTING_SECRET: return true;
		case STRATA_SETTING_CHOICE:
			return is(setting, offsetof(strata_settings, tls_verify)) ||
				   is(setting, offsetof(strata_settings, shadow_mode));
		case STRATA_SETTING_SIZE:
		case STRATA_SETTING_DURATION:
		case STRATA_SETTING_COUNT:
		case STRATA_SETTING_PERCENT:
		case STRATA_SETTING_MODE:
		case STRATA_SETTING_LIST:
		case STRATA_SETTING_CLASSES:
		case STRATA_SETTING_POLICIES:
		case STRATA_SETTING_SOURCE: break;
	}
	return false;
}

int strata_settings_refuse(strata_settings *settings, const char *directive, const char *sentence)
{
	if (settings->refused == NULL &&
		asprintf(&settings->refused, "%s: %s", directive, sentence) < 0) {
		settings->refused = NULL;
		return -1;
	}
	return 0;
}

const char *strata_settings_text(const strata_settings *settings, const strata_setting *setting)
{
	bool is_number =
		quantity_kind_of(setting->kind) != NULL || setting->kind == STRATA_SETTING_CHOICE;

	return is_number ? NULL : *text_at((strata_settings *) settings, setting);
}

void strata_settings_mask(const strata_setting *setting, strata_view text, char *shown, size_t room)
{
	if (setting->kind == STRATA_SETTING_DSN) {
		strata_dsn_mask(text, shown, room);
	} else if (setting->kind == STRATA_SETTING_SECRET) {
		snprintf(shown, room, "%s", text.size > 0 ? "***" : "");
	} else {
		snprintf(shown, room, "%.*s", (int) text.size, text.data);
	}
	if (room > 0) {
		hide_controls(shown);
	}
}
