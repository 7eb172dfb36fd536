/*
 * One reader for both places, word by word:
 *
 *     policies   pattern options ; pattern options ; ...
 *     options    name = value , name = value       a comma or a blank between them
 *     tiers      tiers = local , redis             what follows a comma and has no = is a tier
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/policies.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

#include "conf/text/quantity.h"

#define HOURS 3600000ULL /* msec */

enum { LONGEST_SHOWN = 40 };

typedef struct {
	const char *name;
	uint8_t bit;
	uint8_t place; /* of its number in the policy */
	strata_msec least;
	strata_msec most;
	const char *accepts;
} option;

static const option durations[] = {
	{ "ttl", STRATA_POLICY_TTL, offsetof(strata_policy, ttl), 1, 87600 * HOURS, "1ms to 87600h" },
	{ "stale", STRATA_POLICY_STALE, offsetof(strata_policy, stale), 0, 87600 * HOURS,
		"0 to 87600h" },
	{ "local_ttl", STRATA_POLICY_LOCAL_TTL, offsetof(strata_policy, local_ttl), 0, 24 * HOURS,
		"0 to 24h" },
};

enum { DURATIONS = sizeof(durations) / sizeof(durations[0]) };

static const char *const tier_names[] = { "local", "memcached", "redis" };

enum { TIERS = sizeof(tier_names) / sizeof(tier_names[0]) };

__attribute__((format(printf, 2, 3))) static bool object(char *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, STRATA_POLICY_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- words ---- */

/* A word as a sentence may hold it. */
typedef struct {
	char text[LONGEST_SHOWN + 4];
} shown;

static shown show(strata_view word)
{
	size_t size = word.size < LONGEST_SHOWN ? word.size : LONGEST_SHOWN;
	shown out;

	for (size_t i = 0; i < size; i++) {
		out.text[i] = iscntrl((unsigned char) word.data[i]) ? '?' : word.data[i];
	}
	snprintf(out.text + size, sizeof(out.text) - size, "%s", size < word.size ? "..." : "");
	return out;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static strata_view after(strata_view text, size_t count)
{
	return (strata_view){ text.data + count, text.size - count };
}

static void skip_blanks(strata_view *text)
{
	while (text->size > 0 && is_blank(text->data[0])) {
		*text = after(*text, 1);
	}
}

static bool is_next(strata_view text, char byte)
{
	return text.size > 0 && text.data[0] == byte;
}

/* Takes this byte, with the blanks around it. */
static bool take_byte(strata_view *text, char byte)
{
	skip_blanks(text);
	if (!is_next(*text, byte)) {
		return false;
	}
	*text = after(*text, 1);
	skip_blanks(text);
	return true;
}

/* Takes a name or value; it is empty where none stands. */
static strata_view take_word(strata_view *text)
{
	size_t size = 0;

	while (size < text->size && !is_blank(text->data[size]) && text->data[size] != ',' &&
		   text->data[size] != '=') {
		size++;
	}
	*text = after(*text, size);
	return (strata_view){ text->data - size, size };
}

/* ---- options ---- */

static strata_msec *number_at(strata_policy *policy, const option *option)
{
	return (strata_msec *) (void *) ((char *) policy + option->place);
}

static bool read_duration(const option *option, strata_view word, strata_policy *policy,
	char *error)
{
	static const char *const reasons[] = { "", "is not a duration", "has no unit",
		"is out of range" };
	strata_usec duration;
	strata_quantity_verdict verdict = strata_quantity_duration(word, &duration);
	/* Rounded up: what was asked for is more than nothing. */
	strata_msec msec = duration / 1000 + (duration % 1000 != 0);

	if (verdict == STRATA_QUANTITY_OK && (msec < option->least || msec > option->most)) {
		verdict = STRATA_QUANTITY_TOO_LARGE;
	}
	if (verdict != STRATA_QUANTITY_OK) {
		return object(error, "%s: \"%s\" %s; accepted: %s, such as 90s", option->name,
			show(word).text, reasons[verdict], option->accepts);
	}
	*number_at(policy, option) = msec;
	return true;
}

static bool add_tier(strata_view word, uint8_t *tiers, char *error)
{
	for (unsigned i = 0; i < TIERS; i++) {
		if (!strata_view_equal(word, strata_view_of(tier_names[i]))) {
			continue;
		}
		if ((*tiers & 1U << i) != 0) {
			return object(error, "tiers: %s stands there twice", tier_names[i]);
		}
		*tiers |= (uint8_t) (1U << i);
		return true;
	}
	return object(error,
		"tiers: there is no tier \"%s\"; accepted: local, memcached, redis, with commas between "
		"them",
		show(word).text);
}

/* A word after a comma is a further tier, unless it is the name of the next option. */
static bool read_tiers(strata_view *text, strata_policy *policy, char *error)
{
	strata_view rest;

	policy->tiers = 0;
	do {
		if (!add_tier(take_word(text), &policy->tiers, error)) {
			return false;
		}
		rest = *text;
		if (!take_byte(&rest, ',')) {
			return true;
		}
		(void) take_word(&rest);
		skip_blanks(&rest);
	} while (!is_next(rest, '=') && take_byte(text, ','));
	return true;
}

static const option *find_duration(strata_view name)
{
	for (size_t i = 0; i < DURATIONS; i++) {
		if (strata_view_equal(name, strata_view_of(durations[i].name))) {
			return &durations[i];
		}
	}
	return NULL;
}

/* What else stands in its place is not shown: it may be a password in a wrong place. */
static bool is_name(strata_view word)
{
	for (size_t i = 0; i < word.size; i++) {
		if (!islower((unsigned char) word.data[i]) && word.data[i] != '_') {
			return false;
		}
	}
	return word.size > 0;
}

static bool read_option(strata_view *text, strata_policy *policy, char *error)
{
	strata_view name = take_word(text);
	const option *duration = find_duration(name);
	bool is_tiers = strata_view_equal(name, strata_view_of("tiers"));
	uint8_t bit = is_tiers ? STRATA_POLICY_TIERS : duration != NULL ? duration->bit : 0;

	if (bit == 0) {
		return object(error,
			"%s%s%s is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each with = "
			"and a value",
			is_name(name) ? "\"" : "", is_name(name) ? show(name).text : "this",
			is_name(name) ? "\"" : "");
	}
	if (!take_byte(text, '=')) {
		return object(error, "%s has no value; accepted: %s = and a value", show(name).text,
			show(name).text);
	}
	if ((policy->given & bit) != 0) {
		return object(error, "%s stands there twice", show(name).text);
	}
	policy->given |= bit;
	return is_tiers ? read_tiers(text, policy, error)
					: read_duration(duration, take_word(text), policy, error);
}

/* Is each of them of use beside the others? */
static bool go_together(const strata_policy *policy, char *error)
{
	bool has_both = (policy->given & STRATA_POLICY_TIERS) != 0 &&
					(policy->given & STRATA_POLICY_LOCAL_TTL) != 0;

	if (has_both && (policy->tiers & STRATA_POLICY_LOCAL) == 0) {
		return object(error, "local_ttl is for the local tier, which tiers leaves out");
	}
	if (has_both && policy->tiers == STRATA_POLICY_LOCAL) {
		return object(error,
			"local_ttl is for copies of what a deeper tier has, and tiers names none");
	}
	if (has_both && policy->local_ttl == 0) {
		return object(error, "tiers names local, where local_ttl = 0 keeps nothing");
	}
	return true;
}

bool strata_policy_parse_options(strata_view text, strata_policy *policy,
	char error[STRATA_POLICY_ERROR])
{
	strata_policy read = *policy;

	error[0] = '\0';
	skip_blanks(&text);
	while (text.size > 0) {
		if (!read_option(&text, &read, error)) {
			return false;
		}
		if (take_byte(&text, ',') && text.size == 0) {
			return object(error,
				"nothing follows the last comma; accepted: an option, or no comma");
		}
	}
	if (!go_together(&read, error)) {
		return false;
	}
	*policy = read;
	return true;
}

/* ---- patterns ---- */

static bool is_prefix(strata_view prefix)
{
	for (size_t i = 0; i < prefix.size; i++) {
		unsigned char byte = (unsigned char) prefix.data[i];

		if (byte <= ' ' || byte == 0x7F || memchr("*;]\"", byte, 4) != NULL) {
			return false;
		}
	}
	return prefix.size < 2 || memmem(prefix.data, prefix.size, "${", 2) == NULL;
}

bool strata_policy_parse_pattern(strata_view pattern, strata_policy *out,
	char error[STRATA_POLICY_ERROR])
{
	strata_view prefix = { pattern.data, pattern.size > 0 ? pattern.size - 1 : 0 };

	error[0] = '\0';
	*out = (strata_policy){ .tiers = STRATA_POLICY_ALL_TIERS };
	if (pattern.size == 0 || pattern.data[prefix.size] != '*' || !is_prefix(prefix)) {
		return object(error,
			"\"%s\" is no pattern; accepted: how keys begin, without blanks ; ] \" or ${, and then "
			"one *",
			show(pattern).text);
	}
	if (prefix.size > STRATA_POLICY_LONGEST) {
		return object(error, "\"%s\" is too long; accepted: %d bytes and a *", show(pattern).text,
			STRATA_POLICY_LONGEST);
	}
	out->prefix = prefix;
	return true;
}

/* ---- policies ---- */

bool strata_policies_have(const strata_policies *policies, strata_view prefix)
{
	for (uint32_t i = 0; i < policies->count; i++) {
		if (strata_view_equal(policies->items[i].prefix, prefix)) {
			return true;
		}
	}
	return false;
}

/* In front of what is wrong with its options. */
static bool explain_options(strata_view pattern, char *error)
{
	char why[STRATA_POLICY_ERROR];

	memcpy(why, error, sizeof(why));
	return object(error, "%s, %.*s", show(pattern).text, STRATA_POLICY_ERROR - 64, why);
}

static bool add(strata_view text, strata_policies *out, char *error)
{
	strata_view pattern, rest = text;
	strata_policy policy;
	size_t size = 0;

	while (size < text.size && !is_blank(text.data[size])) {
		size++;
	}
	pattern = (strata_view){ text.data, size };
	rest = after(text, size);
	if (!strata_policy_parse_pattern(pattern, &policy, error)) {
		return false;
	}
	if (!strata_policy_parse_options(rest, &policy, error)) {
		return explain_options(pattern, error);
	}
	if (strata_policies_have(out, policy.prefix)) {
		return object(error, "%s stands there twice", show(pattern).text);
	}
	if (out->count == STRATA_POLICIES_MOST) {
		return object(error, "there are more than %d policies", STRATA_POLICIES_MOST);
	}
	out->items[out->count++] = policy;
	return true;
}

bool strata_policies_parse(strata_view text, strata_policies *out, char error[STRATA_POLICY_ERROR])
{
	error[0] = '\0';
	out->count = 0;
	while (text.size > 0) {
		const char *end = memchr(text.data, ';', text.size);
		size_t size = end != NULL ? (size_t) (end - text.data) : text.size;
		strata_view one = { text.data, size };

		skip_blanks(&one);
		if (one.size > 0 && !add(one, out, error)) {
			out->count = 0;
			return false;
		}
		text = after(text, size + (size < text.size));
	}
	return true;
}

/* ---- printing ---- */

void strata_policy_print_tiers(uint8_t tiers, char text[STRATA_POLICY_TIERS_TEXT])
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < TIERS; i++) {
		if ((tiers & 1U << i) != 0) {
			used += (size_t) snprintf(text + used, STRATA_POLICY_TIERS_TEXT - used, "%s%s",
				used > 0 ? "," : "", tier_names[i]);
		}
	}
}

int strata_policy_print(const strata_policy *policy, strata_buffer *out)
{
	char tiers[STRATA_POLICY_TIERS_TEXT];
	int failed = strata_buffer_print(out, "%.*s*", (int) policy->prefix.size, policy->prefix.data);

	for (size_t i = 0; i < DURATIONS; i++) {
		if ((policy->given & durations[i].bit) != 0) {
			failed |= strata_buffer_print(out, " %s=%llums", durations[i].name,
				(unsigned long long) *number_at((strata_policy *) policy, &durations[i]));
		}
	}
	if ((policy->given & STRATA_POLICY_TIERS) != 0) {
		strata_policy_print_tiers(policy->tiers, tiers);
		failed |= strata_buffer_print(out, " tiers=%s", tiers);
	}
	return failed != 0 ? -1 : 0;
}
