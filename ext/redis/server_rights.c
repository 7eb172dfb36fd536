/*
 * Redis judges a command in this order: is it known, has it enough arguments, may the user run it
 * on these keys, is its slot here; and then runs it (processCommand() in server.c). So each form
 * below has the arguments that it needs, and one of them cannot be meant: or it is a read, or is
 * about a key that never exists.
 */
#include "redis/server_rights.h"

#include <stdio.h>
#include <string.h>

#include "node/question/question.h"
#include "protocol/resp.h"

enum { MOST_WORDS = 5, NAMES = 256 /* bytes */ };

/* Where a command is of use. */
enum {
	OF_ALL = 0,
	OF_NUMBERED = 1, /* a database number is selected */
	OF_CLUSTER = 2,
	OF_WATCHED = 4,
	OF_CACHES = 8 /* not where PHP's sessions are */
};

typedef struct {
	const char *name;
	const char *rule; /* as ACL SETUSER takes it */
	const char *words[MOST_WORDS];
	int only;
	bool is_needed[2]; /* by strata_database_use: without it something fails that is no detail */
} form;

static const char KEY[] = "";

static const form forms[] = {
	{ "GET", "+get", { "GET", KEY }, OF_ALL, { true, true } },
	{ "SET", "+set", { "SET", KEY, "0", "STRATA-CHECK" }, OF_ALL, { true, true } },
	{ "MGET", "+mget", { "MGET", KEY }, OF_CACHES, { false, false } },
	{ "UNLINK", "+unlink", { "UNLINK", KEY }, OF_ALL, { true, true } },
	{ "EVAL", "+eval", { "EVAL", "return 1", "0" }, OF_ALL, { true, true } },
	{ "GETRANGE", "+getrange", { "GETRANGE", KEY, "0", "0" }, OF_ALL, { true, true } },
	{ "SETRANGE", "+setrange", { "SETRANGE", KEY, "none", "0" }, OF_ALL, { true, true } },
	{ "EXISTS", "+exists", { "EXISTS", KEY }, OF_CACHES, { true, false } },
	{ "INCRBY", "+incrby", { "INCRBY", KEY, "none" }, OF_CACHES, { true, false } },
	{ "PEXPIRE", "+pexpire", { "PEXPIRE", KEY, "none" }, OF_ALL, { true, true } },
	{ "PERSIST", "+persist", { "PERSIST", KEY }, OF_CACHES, { false, false } },
	{ "PTTL", "+pttl", { "PTTL", KEY }, OF_ALL, { false, true } },
	{ "SCAN", "+scan", { "SCAN", "0", "COUNT", "1" }, OF_CACHES, { false, false } },
	{ "PING", "+ping", { "PING" }, OF_ALL, { false, false } },
	{ "TIME", "+time", { "TIME" }, OF_ALL, { false, true } },
	{ "CLIENT SETNAME", "+client|setname", { "CLIENT", "SETNAME", "no name" }, OF_ALL,
		{ false, false } },
	{ "SELECT", "+select", { "SELECT", "none" }, OF_NUMBERED, { true, true } },
	{ "CLUSTER SLOTS", "+cluster|slots", { "CLUSTER", "SLOTS" }, OF_CLUSTER, { true, true } },
	{ "READONLY", "+readonly", { "READONLY" }, OF_CLUSTER, { false, false } },
	{ "ASKING", "+asking", { "ASKING" }, OF_CLUSTER, { true, true } },
	{ "ROLE", "+role", { "ROLE" }, OF_WATCHED, { true, true } },
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

typedef struct {
	strata_findings *findings;
	strata_checked_node *checked;
	const strata_check_order *order;
	const char *user;
	int places; /* of those that are asked about */
	char refused[NAMES], rules[NAMES], unknown[NAMES];
	bool is_needed_refused, is_needed_unknown;
	bool refuses_keys;
} trial;

static bool is_asked(const trial *trial, const form *form)
{
	return form->only == OF_ALL || (trial->places & form->only) != 0;
}

static bool compose(const trial *trial, strata_buffer *request, uint32_t *expected)
{
	*expected = 0;
	for (size_t i = 0; i < FORMS; i++) {
		strata_view words[MOST_WORDS];
		size_t count = 0;

		if (!is_asked(trial, &forms[i])) {
			continue;
		}
		for (; count < MOST_WORDS && forms[i].words[count] != NULL; count++) {
			const char *word = forms[i].words[count];

			words[count] = word == KEY ? trial->order->key : strata_view_of(word);
		}
		if (strata_resp_compose(request, words, count) != 0) {
			return false;
		}
		++*expected;
	}
	return true;
}

static void append(char names[NAMES], const char *separator, const char *name)
{
	size_t used = strlen(names);

	if (used + strlen(separator) + strlen(name) < NAMES) {
		snprintf(names + used, NAMES - used, "%s%s", used > 0 ? separator : "", name);
	}
}

/* Is what the user lacks the key, and not the command? Both are NOPERM. */
static bool is_about_keys(strata_view text)
{
	return strata_view_contains(text, " key") && !strata_view_contains(text, "to run");
}

static void take(trial *trial, const form *form, const strata_resp_reply *reply)
{
	bool is_needed = form->is_needed[trial->order->use];

	if (strata_resp_is_error(reply, "NOPERM") && is_about_keys(reply->text)) {
		trial->refuses_keys = true;
	} else if (strata_resp_is_error(reply, "NOPERM")) {
		strata_findings_list(trial->findings, &trial->checked->forbidden, form->name);
		append(trial->refused, ", ", form->name);
		append(trial->rules, " ", form->rule);
		trial->is_needed_refused |= is_needed;
	} else if (strata_resp_is_error(reply, "ERR unknown")) {
		strata_findings_list(trial->findings, &trial->checked->forbidden, form->name);
		append(trial->unknown, ", ", form->name);
		trial->is_needed_unknown |= is_needed;
	}
}

static void say(const trial *trial)
{
	if (trial->refuses_keys) {
		strata_findings_say(trial->findings, STRATA_SEVERITY_ERROR, trial->checked,
			"the user \"%.64s\" may not touch keys such as \"%.128s\": let ACL SETUSER give it ~ "
			"and "
			"a pattern that fits them",
			trial->user, trial->order->key.data);
	}
	if (trial->refused[0] != '\0') {
		strata_findings_say(trial->findings,
			trial->is_needed_refused ? STRATA_SEVERITY_ERROR : STRATA_SEVERITY_WARNING,
			trial->checked, "the user \"%.64s\" may not use %s: ACL SETUSER %.64s %s", trial->user,
			trial->refused, trial->user, trial->rules);
	}
	if (trial->unknown[0] != '\0') {
		strata_findings_say(trial->findings,
			trial->is_needed_unknown ? STRATA_SEVERITY_ERROR : STRATA_SEVERITY_WARNING,
			trial->checked,
			"the server does not know %s: take rename-command out of its configuration, or the "
			"proxy out of the way; docs/operations.md says what fails without each",
			trial->unknown);
	}
}

static void take_all(trial *trial, void *const *replies)
{
	uint32_t at = 0;

	for (size_t i = 0; i < FORMS; i++) {
		if (is_asked(trial, &forms[i])) {
			take(trial, &forms[i], replies[at++]);
		}
	}
	strata_findings_note(trial->findings, trial->checked, "rights_by", strata_view_of("tried"));
	say(trial);
}

void strata_server_rights_try(strata_findings *findings, strata_checked_node *checked,
	strata_node *node, const strata_check_order *order, strata_redis_place place,
	const strata_client_options *options)
{
	trial trial = {
		.findings = findings,
		.checked = checked,
		.order = order,
		.user = options->setup.user != NULL ? options->setup.user : "default",
		.places = (options->setup.database != 0 ? OF_NUMBERED : 0) |
				  (place == STRATA_PLACE_CLUSTER ? OF_CLUSTER : 0) |
				  (place == STRATA_PLACE_WATCHED ? OF_WATCHED : 0) |
				  (order->use == STRATA_USE_CACHE ? OF_CACHES : 0),
	};
	strata_buffer request = { 0 };
	strata_answer answer;
	uint32_t expected;

	if (!compose(&trial, &request, &expected)) {
		strata_buffer_fini(&request);
		findings->has_failed = true;
		return;
	}
	strata_question_ask(node, &request, expected, STRATA_QUESTION_CLOSES, order->time,
		findings->arena, &answer);
	if (answer.result == STRATA_OK) {
		take_all(&trial, answer.replies);
	} else {
		strata_findings_list(findings, &checked->unseen, "rights");
	}
}
