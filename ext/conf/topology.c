/*
 * PHP's own scanner is not used: it warns by itself, which runs the script's error handler in the
 * middle of a file that is to be judged whole and in one sentence; the line it tells is not always
 * the one that is wrong; and ${VARIABLES} would be put in by a worker whose environment php-fpm has
 * emptied. The format is one that takes a page, and this way it is tried without PHP.
 *
 *     text -> lines -> section, name = value -> options, policies and nodes
 *
 * Views into a copy of the text are kept, nothing else. What is refused: everything that would be
 * ignored otherwise. A name that is no option, an option that is set twice for a database or
 * belongs to all of the host, ${: an operator should learn of a slip under load before it counts.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/topology.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/dsn.h"
#include "conf/dsn_mask.h"
#include "conf/text/names.h"
#include "conf/topology_time.h"

enum { LONGEST_NODE = 120 };

/* Where in the file we are. */
typedef struct {
	strata_topology *topology;
	bool (*is_database)(strata_view name);
	strata_view section;            /* its data is NULL before the first one */
	strata_topology_policy *policy; /* of the section; NULL: it is one of options */
	uint32_t line;
	char *error; /* STRATA_TOPOLOGY_ERROR bytes */
} reading;

__attribute__((format(printf, 2, 3))) static bool object(const reading *reading, const char *format,
	...)
{
	size_t used = 0;
	va_list arguments;

	if (reading->line > 0) {
		used = (size_t) snprintf(reading->error, STRATA_TOPOLOGY_ERROR, "line %u: ", reading->line);
	}
	va_start(arguments, format);
	vsnprintf(reading->error + used, STRATA_TOPOLOGY_ERROR - used, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- texts ---- */

static strata_view up_to(strata_view text, char end)
{
	const char *found = text.size > 0 ? memchr(text.data, end, text.size) : NULL;

	return found == NULL ? text : (strata_view){ text.data, (size_t) (found - text.data) };
}

static strata_view after(strata_view text, size_t count)
{
	return (strata_view){ text.data + count, text.size - count };
}

/* Does the line say nothing more? */
static bool is_rest(strata_view text)
{
	text = strata_view_trimmed(text);
	return text.size == 0 || text.data[0] == ';';
}

/*
 * What was meant for a name may be shown if it can be one: a password in the wrong place may not.
 */
static bool is_showable(strata_view name)
{
	for (size_t i = 0; i < name.size; i++) {
		if (memchr("abcdefghijklmnopqrstuvwxyz0123456789_.", name.data[i], 38) == NULL) {
			return false;
		}
	}
	return name.size > 0 && name.size <= STRATA_NAME_LONGEST;
}

/* ---- sections ---- */

static bool object_to_policy(const reading *reading, const strata_policy *policy, const char *why)
{
	return object(reading, "[%.*s/%.*s*]: %s", (int) reading->section.size, reading->section.data,
		(int) policy->prefix.size, policy->prefix.data, why);
}

/* Is it none of those before, and not one too many? */
static bool may_add_policy(const reading *reading, const strata_policy *policy)
{
	const strata_topology *topology = reading->topology;
	uint32_t others = 0;

	for (uint32_t i = 0; i < topology->policy_count; i++) {
		const strata_topology_policy *other = &topology->policies[i];

		if (!strata_view_equal(other->database, reading->section)) {
			continue;
		}
		if (strata_view_equal(other->policy.prefix, policy->prefix)) {
			return object_to_policy(reading, policy, "the section stands there twice");
		}
		others++;
	}
	return others < STRATA_POLICIES_MOST ||
		   object_to_policy(reading, policy, "more than 64 policies of one database");
}

static bool begin_policy(reading *reading, strata_view pattern)
{
	strata_topology *topology = reading->topology;
	strata_topology_policy *added = &topology->policies[topology->policy_count];
	char why[STRATA_POLICY_ERROR];

	added->database = reading->section;
	if (!strata_policy_parse_pattern(pattern, &added->policy, why)) {
		return object(reading, "%s", why);
	}
	if (!may_add_policy(reading, &added->policy)) {
		return false;
	}
	topology->policy_count++;
	reading->policy = added;
	return true;
}

static bool read_section(reading *reading, strata_view line)
{
	strata_view inside = up_to(line, ']'), name;

	if (inside.size == line.size || !is_rest(after(line, inside.size + 1))) {
		return object(reading,
			"a section is written [database] or [database/prefix*], and nothing follows it");
	}
	inside = strata_view_trimmed(after(inside, 1));
	name = strata_view_trimmed(up_to(inside, '/'));
	if (!is_showable(name)) {
		return object(reading, "a section has the name of a database");
	}
	if (!reading->is_database(name)) {
		return object(reading, "there is no database %.*s; strata.databases must name it",
			(int) name.size, name.data);
	}
	reading->section = name;
	reading->policy = NULL;
	return name.size == inside.size ||
		   begin_policy(reading, strata_view_trimmed(after(inside, up_to(inside, '/').size + 1)));
}

/* A line of a section with a pattern: one or more options of the policy. */
static bool read_policy(const reading *reading, strata_view line)
{
	strata_policy *policy = &reading->policy->policy;
	char why[STRATA_POLICY_ERROR];

	return strata_policy_parse_options(up_to(line, ';'), policy, why) ||
		   object_to_policy(reading, policy, why);
}

/* ---- disabled ---- */

static bool is_port(strata_view text)
{
	uint32_t port = 0;

	for (size_t i = 0; i < text.size && i < 6; i++) {
		if (text.data[i] < '0' || text.data[i] > '9') {
			return false;
		}
		port = port * 10 + (uint32_t) (text.data[i] - '0');
	}
	return text.size > 0 && text.data[0] != '0' && port <= 65535;
}

/* As strata_status() names them: "host:port", "[address]:port" or a path. */
static bool is_node(strata_view name)
{
	const char *colon = name.size > 0 ? memrchr(name.data, ':', name.size) : NULL;
	strata_view host;

	if (name.size > LONGEST_NODE || memchr(name.data, '\0', name.size) != NULL) {
		return false;
	}
	if (name.size > 1 && name.data[0] == '/') {
		return true;
	}
	if (colon == NULL || colon == name.data) {
		return false;
	}
	host = (strata_view){ name.data, (size_t) (colon - name.data) };
	return is_port(after(name, host.size + 1)) && memchr(host.data, '@', host.size) == NULL &&
		   memchr(host.data, '/', host.size) == NULL &&
		   (memchr(host.data, ':', host.size) == NULL || host.data[0] == '[');
}

static bool disable(reading *reading, strata_view name)
{
	strata_topology *topology = reading->topology;

	if (!is_node(name)) {
		return object(reading,
			"disabled: names of nodes are written host:port, [address]:port or /path, with commas "
			"between them");
	}
	if (strata_topology_disables(topology, name)) {
		return true;
	}
	if (topology->disabled_count == STRATA_TOPOLOGY_MOST_DISABLED) {
		return object(reading, "disabled: more than %d nodes", STRATA_TOPOLOGY_MOST_DISABLED);
	}
	topology->disabled[topology->disabled_count++] = name;
	return true;
}

static bool read_disabled(reading *reading, strata_view value)
{
	strata_view name;

	while (strata_names_next(&value, &name)) {
		if (!disable(reading, name)) {
			return false;
		}
	}
	return true;
}

/* ---- from ---- */

static bool read_from(reading *reading, strata_view value)
{
	if (reading->topology->from != 0) {
		return object(reading, "from stands there twice");
	}
	return strata_topology_time_parse(value, &reading->topology->from) ||
		   object(reading, "from: this is no moment; " STRATA_TOPOLOGY_TIME_FORM);
}

/* They belong to no section, wherever they stand. */
static bool is_disabled(strata_view name)
{
	return strata_view_equal(strata_view_trimmed(name), strata_view_of("disabled"));
}

static bool is_from(strata_view name)
{
	return strata_view_equal(strata_view_trimmed(name), strata_view_of("from"));
}

/* ---- options ---- */

static bool explain_unknown(const reading *reading, strata_view name)
{
	const strata_setting *nearest;
	strata_view prefix = strata_view_of("strata.");

	if (!is_showable(name)) {
		return object(reading, "what stands before = is not the name of an option");
	}
	if (strata_view_starts(name, prefix)) {
		return object(reading, "options are written here without strata. and without a database");
	}
	nearest = strata_settings_nearest(name);
	return nearest == NULL ? object(reading, "there is no option %.*s", (int) name.size, name.data)
						   : object(reading, "there is no option %.*s; did you mean %s?",
								 (int) name.size, name.data, nearest->name);
}

/*
 * The namespace belongs to pools of php-fpm, which share this file: given here, it would throw the
 * values of different applications together.
 */
static bool may_change(const reading *reading, const strata_setting *setting)
{
	switch (setting->scope) {
		case STRATA_SCOPE_HOST:
			return object(reading, "%s cannot change while PHP runs; accepted: only in php.ini",
				setting->name);
		case STRATA_SCOPE_POOL:
			return object(reading, "%s is for php.ini or a pool to say", setting->name);
		case STRATA_SCOPE_DATABASE: break;
	}
	if (setting->kind == STRATA_SETTING_POLICIES) {
		return object(reading,
			"policies stand here in sections of their own; accepted: [database/prefix*] and in it "
			"ttl, stale, local_ttl, tiers");
	}
	if (setting->offset == offsetof(strata_settings, namespace)) {
		return object(reading,
			"namespace cannot change while PHP runs; accepted: only in php.ini or a pool");
	}
	return true;
}

static bool check_value(const reading *reading, const strata_setting *setting, strata_view value)
{
	char why[STRATA_SETTINGS_ERROR];

	if (value.size > 0 && memmem(value.data, value.size, "${", 2) != NULL) {
		return object(reading,
			"%s: ${} is not filled in here; a password may stand in the file "
			"that password_file names",
			setting->name);
	}
	if (!strata_settings_apply(NULL, setting, value, why)) {
		return object(reading, "%s: %s", setting->name, why);
	}
	return true;
}

static bool add_option(reading *reading, const strata_setting *setting, strata_view value)
{
	strata_topology *topology = reading->topology;

	for (uint32_t i = 0; i < topology->option_count; i++) {
		if (topology->options[i].setting == setting &&
			strata_view_equal(topology->options[i].database, reading->section)) {
			return object(reading, "%s stands there twice for the same database", setting->name);
		}
	}
	topology->options[topology->option_count++] =
		(strata_topology_option){ .database = reading->section, .setting = setting, .text = value };
	return true;
}

static bool set(reading *reading, strata_view name, strata_view value)
{
	const strata_setting *setting = strata_settings_find(name);

	if (is_disabled(name)) {
		return read_disabled(reading, value);
	}
	if (is_from(name)) {
		return read_from(reading, value);
	}
	if (setting == NULL) {
		return explain_unknown(reading, name);
	}
	if (reading->section.data == NULL) {
		return object(reading, "%s stands before the first [database]", setting->name);
	}
	return may_change(reading, setting) && check_value(reading, setting, value) &&
		   add_option(reading, setting, value);
}

/* ---- lines ---- */

static bool read_value(const reading *reading, strata_view text, strata_view *value)
{
	char quote = text.size > 0 ? text.data[0] : '\0';

	if (quote != '"' && quote != '\'') {
		*value = strata_view_trimmed(up_to(text, ';'));
		return true;
	}
	text = after(text, 1);
	*value = up_to(text, quote);
	if (value->size == text.size || !is_rest(after(text, value->size + 1))) {
		return object(reading, "a quoted value ends at the next quote, and nothing follows it");
	}
	return true;
}

static bool read_line(reading *reading, strata_view line)
{
	strata_view name = up_to(line, '='), value;

	if (is_rest(line)) {
		return true;
	}
	if (line.data[0] == '[') {
		return read_section(reading, line);
	}
	if (reading->policy != NULL && !is_disabled(name) && !is_from(name)) {
		return read_policy(reading, line);
	}
	if (name.size == line.size) {
		return object(reading, "this is no [database], no name = value and no ; comment");
	}
	return read_value(reading, strata_view_trimmed(after(line, name.size + 1)), &value) &&
		   set(reading, strata_view_trimmed(name), value);
}

static bool read_lines(reading *reading, strata_view text)
{
	strata_view mark = strata_view_of("\xEF\xBB\xBF");

	if (strata_view_starts(text, mark)) {
		text = after(text, mark.size);
	}
	while (text.size > 0) {
		strata_view line = up_to(text, '\n');

		reading->line++;
		if (!read_line(reading, strata_view_trimmed(line))) {
			return false;
		}
		text = after(text, line.size + (line.size < text.size));
	}
	return true;
}

/* No more options than lines, nor policies. */
static uint32_t count_lines(strata_view text)
{
	uint32_t count = 1;

	for (size_t i = 0; i < text.size; i++) {
		count += text.data[i] == '\n';
	}
	return count;
}

static bool make_room(strata_topology *topology, strata_view text)
{
	topology->text = malloc(text.size + 1);
	topology->options = calloc(count_lines(text), sizeof(*topology->options));
	topology->policies = calloc(count_lines(text), sizeof(*topology->policies));
	topology->disabled = calloc(STRATA_TOPOLOGY_MOST_DISABLED, sizeof(*topology->disabled));
	if (topology->text == NULL || topology->options == NULL || topology->policies == NULL ||
		topology->disabled == NULL) {
		return false;
	}
	if (text.size > 0) {
		memcpy(topology->text, text.data, text.size);
	}
	return true;
}

bool strata_topology_parse(strata_view text, bool (*is_database)(strata_view name),
	strata_topology *out, char error[STRATA_TOPOLOGY_ERROR])
{
	reading reading = { .topology = out, .is_database = is_database, .error = error };
	bool is_good;

	error[0] = '\0';
	*out = (strata_topology){ 0 };
	if (text.size > STRATA_TOPOLOGY_LONGEST) {
		return object(&reading, "it has more than %d bytes", STRATA_TOPOLOGY_LONGEST);
	}
	is_good = make_room(out, text) ? read_lines(&reading, (strata_view){ out->text, text.size })
								   : object(&reading, "out of memory");
	if (!is_good) {
		strata_topology_fini(out);
	}
	return is_good;
}

void strata_topology_fini(strata_topology *topology)
{
	free(topology->text);
	free(topology->options);
	free(topology->policies);
	free(topology->disabled);
	*topology = (strata_topology){ 0 };
}

/* ---- questions ---- */

strata_view strata_topology_text(const strata_topology *topology, const char *database,
	const strata_setting *setting)
{
	for (uint32_t i = 0; i < topology->option_count; i++) {
		if (topology->options[i].setting == setting &&
			strata_view_equal(topology->options[i].database, strata_view_of(database))) {
			return topology->options[i].text;
		}
	}
	return (strata_view){ NULL, 0 };
}

void strata_topology_policies(const strata_topology *topology, const char *database,
	strata_policies *out)
{
	out->count = 0;
	for (uint32_t i = 0; i < topology->policy_count; i++) {
		if (strata_view_equal(topology->policies[i].database, strata_view_of(database))) {
			out->items[out->count++] = topology->policies[i].policy;
		}
	}
}

bool strata_topology_disables(const strata_topology *topology, strata_view node)
{
	for (uint32_t i = 0; i < topology->disabled_count; i++) {
		if (strata_view_equal(topology->disabled[i], node)) {
			return true;
		}
	}
	return false;
}

static bool says(const strata_topology *topology, const strata_topology_option *option)
{
	for (uint32_t i = 0; i < topology->option_count; i++) {
		const strata_topology_option *other = &topology->options[i];

		if (other->setting == option->setting &&
			strata_view_equal(other->database, option->database)) {
			return strata_view_equal(other->text, option->text);
		}
	}
	return false;
}

/* Is every server that one names named by the other, for the same database? */
static bool names_servers_of(const strata_topology *one, const strata_topology *other)
{
	for (uint32_t i = 0; i < other->option_count; i++) {
		if (other->options[i].setting->kind == STRATA_SETTING_DSN &&
			!says(one, &other->options[i])) {
			return false;
		}
	}
	return true;
}

bool strata_topology_same_servers(const strata_topology *one, const strata_topology *other)
{
	return names_servers_of(one, other) && names_servers_of(other, one);
}

static bool tells_places(const strata_setting *setting)
{
	return setting->kind == STRATA_SETTING_DSN ||
		   setting->offset == offsetof(strata_settings, shadow_mode);
}

static bool names_places_of(const strata_topology *one, const strata_topology *other)
{
	for (uint32_t i = 0; i < other->option_count; i++) {
		if (tells_places(other->options[i].setting) && !says(one, &other->options[i])) {
			return false;
		}
	}
	return true;
}

bool strata_topology_same_places(const strata_topology *one, const strata_topology *other)
{
	return names_places_of(one, other) && names_places_of(other, one);
}

/* No option stands there twice, and no node. */
static bool covers(const strata_topology *one, const strata_topology *other)
{
	for (uint32_t i = 0; i < other->option_count; i++) {
		if (!says(one, &other->options[i])) {
			return false;
		}
	}
	for (uint32_t i = 0; i < other->disabled_count; i++) {
		if (!strata_topology_disables(one, other->disabled[i])) {
			return false;
		}
	}
	return true;
}

static bool is_same_policy(const strata_topology_policy *one, const strata_topology_policy *other)
{
	return strata_view_equal(one->database, other->database) &&
		   strata_view_equal(one->policy.prefix, other->policy.prefix) &&
		   one->policy.given == other->policy.given && one->policy.tiers == other->policy.tiers &&
		   one->policy.ttl == other->policy.ttl && one->policy.stale == other->policy.stale &&
		   one->policy.local_ttl == other->policy.local_ttl;
}

static bool has_policies_of(const strata_topology *one, const strata_topology *other)
{
	for (uint32_t i = 0; i < other->policy_count; i++) {
		bool is_there = false;

		for (uint32_t j = 0; j < one->policy_count && !is_there; j++) {
			is_there = is_same_policy(&one->policies[j], &other->policies[i]);
		}
		if (!is_there) {
			return false;
		}
	}
	return true;
}

bool strata_topology_equal(const strata_topology *one, const strata_topology *other)
{
	return one->option_count == other->option_count && one->policy_count == other->policy_count &&
		   one->disabled_count == other->disabled_count && covers(one, other) &&
		   has_policies_of(one, other);
}

bool strata_topology_has_secret(const strata_topology *topology)
{
	for (uint32_t i = 0; i < topology->option_count; i++) {
		const strata_topology_option *option = &topology->options[i];

		if (option->text.size > 0 && (option->setting->kind == STRATA_SETTING_SECRET ||
										 (option->setting->kind == STRATA_SETTING_DSN &&
											 strata_dsn_mask_finds_password(option->text)))) {
			return true;
		}
	}
	return false;
}
