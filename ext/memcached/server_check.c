/*
 * Two questions a server: "stats settings", and then "stats" over the connection that is open by
 * now, since the time that it takes is the uncertainty of the clock. memcached tells whole seconds,
 * of a clock that it moves once a second: its time is up to two seconds late.
 *
 * That it is new enough has been found out by the handshake: an older one is not reached.
 */
#include "memcached/server_check.h"

#include "conf/text/quantity.h"
#include "node/question/question.h"
#include "protocol/memcached_protocol.h"
#include "protocol/meta.h"

enum { COARSE = 2000000 /* usec */ };

typedef struct {
	strata_findings *findings;
	const strata_check_order *order;
	strata_node *node;
	strata_checked_node *checked;
	strata_view told; /* lines "name value" */
} visit;

static bool ask(visit *visit, strata_meta_verb verb, strata_answer *answer)
{
	const strata_meta_request request = { .verb = verb };
	const strata_meta_reply *reply;
	strata_buffer bytes = { 0 };

	if (strata_meta_compose(&bytes, &request) != 0) {
		strata_buffer_fini(&bytes);
		visit->findings->has_failed = true;
		return false;
	}
	strata_question_ask(visit->node, &bytes, 1, STRATA_QUESTION_KEEPS, visit->order->time,
		visit->findings->arena, answer);
	visit->checked->result = answer->result;
	visit->checked->error = answer->error;
	if (answer->result != STRATA_OK) {
		return false;
	}
	reply = answer->replies[0];
	if (reply->code != STRATA_META_SETTINGS_END) {
		strata_findings_list(visit->findings, &visit->checked->unseen,
			verb == STRATA_META_COUNTS ? "stats" : "stats settings");
		return false;
	}
	visit->told = reply->value;
	return true;
}

/* Size 0: it was not told. */
static strata_view value_of(const visit *visit, const char *name)
{
	size_t size = strlen(name);
	const char *at = visit->told.data, *end = at + visit->told.size;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t) (end - at));

		stop = stop != NULL ? stop : end;
		if ((size_t) (stop - at) > size && memcmp(at, name, size) == 0 && at[size] == ' ') {
			return (strata_view){ at + size + 1, (size_t) (stop - at) - size - 1 };
		}
		at = stop + 1;
	}
	return (strata_view){ "", 0 };
}

static bool number_of(const visit *visit, const char *name, uint64_t *number)
{
	strata_view text = value_of(visit, name);

	*number = 0;
	return text.size > 0 && strata_quantity_count(text, number) == STRATA_QUANTITY_OK;
}

static uint64_t note_number(const visit *visit, const char *fact, const char *name)
{
	uint64_t number;

	if (number_of(visit, name, &number)) {
		strata_findings_note_integer(visit->findings, visit->checked, fact, (int64_t) number);
	}
	return number;
}

static void note_text(const visit *visit, const char *fact, const char *name)
{
	strata_view text = value_of(visit, name);

	if (text.size > 0) {
		strata_findings_note(visit->findings, visit->checked, fact, text);
	}
}

static void inspect_size(const visit *visit, uint64_t largest)
{
	if (largest != 0 && largest < visit->order->max_value) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it stores values of up to %llu bytes (-I), and strata.max_value is %zu: what is "
			"larger "
			"is refused there; start memcached with a larger -I, or lower strata.max_value",
			(unsigned long long) largest, visit->order->max_value);
	}
}

static void inspect_settings(const visit *visit)
{
	strata_view cas = value_of(visit, "cas_enabled");

	inspect_size(visit, note_number(visit, "largest_value", "item_size_max"));
	note_text(visit, "cas", "cas_enabled");
	note_text(visit, "eviction", "evictions");
	if (strata_view_equal(cas, strata_view_of("no"))) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it has no cas (-C): clear() and compareAndSet() are false, and what remember() "
			"computes "
			"is not stored; start memcached without -C");
	}
	if (strata_view_equal(value_of(visit, "evictions"), strata_view_of("off")) &&
		visit->order->use == STRATA_USE_CACHE) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it evicts nothing (-M): once it is full every write fails; start memcached without "
			"-M");
	}
}

static void inspect_connections(const visit *visit, uint64_t now, uint64_t most)
{
	if (most != 0 && most < visit->order->most_inflight) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it takes %llu clients (-c), and this host alone may have %u operations under way "
			"there "
			"(strata.max_inflight): raise the one or lower the other",
			(unsigned long long) most, visit->order->most_inflight);
	} else if (most != 0 && now * 10 >= most * 9) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"%llu of %llu clients (-c) are connected: raise -c, or have fewer workers; each keeps "
			"a "
			"connection or two",
			(unsigned long long) now, (unsigned long long) most);
	}
}

static void inspect_counts(const visit *visit, const strata_answer *answer)
{
	uint64_t now = note_number(visit, "connections", "curr_connections");
	uint64_t most = note_number(visit, "connections_most", "max_connections");
	uint64_t seconds;

	note_text(visit, "version", "version");
	strata_findings_note(visit->findings, visit->checked, "software", strata_view_of("memcached"));
	(void) note_number(visit, "memory", "bytes");
	(void) note_number(visit, "memory_most", "limit_maxbytes");
	inspect_connections(visit, now, most);
	visit->checked->took = answer->took;
	if (number_of(visit, "time", &seconds) && seconds < UINT64_MAX / 4000000) {
		strata_findings_compare_clock(visit->findings, visit->checked, seconds * 1000000,
			answer->sent_at, answer->took, COARSE);
		strata_node_note_clock(visit->node, visit->checked->clock.difference,
			visit->checked->clock.uncertainty);
	}
}

static void visit_server(visit *visit)
{
	strata_answer answer;

	visit->checked = strata_findings_add_node(visit->findings, strata_node_name(visit->node),
		strata_memcached_protocol.name);
	if (visit->checked == NULL) {
		return;
	}
	if (ask(visit, STRATA_META_SETTINGS, &answer)) {
		inspect_settings(visit);
	}
	if (answer.result == STRATA_OK && ask(visit, STRATA_META_COUNTS, &answer)) {
		inspect_counts(visit, &answer);
	}
}

void strata_memcached_check(const strata_memcached *pool, const strata_check_order *order,
	strata_findings *findings)
{
	for (uint32_t i = 0; i < strata_memcached_count(pool); i++) {
		visit visit = {
			.findings = findings,
			.order = order,
			.node = strata_memcached_node(pool, i),
		};

		visit_server(&visit);
	}
}
