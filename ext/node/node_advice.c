#include "node/node_advice.h"

#include <stdio.h>
#include <string.h>

#include "health/notes/last_error.h"
#include "node/node_internal.h"

static bool is_of_this_host(strata_result result)
{
	return strata_result_class_of(result) != STRATA_FAILURE || result == STRATA_NO_MEMORY ||
		   result == STRATA_EXHAUSTED;
}

void strata_node_note_error(const strata_node *node, strata_result result,
	const strata_protocol_error *error, strata_usec now)
{
	bool lasts = error->lasts || strata_result_is_misconfiguration(result);

	if (is_of_this_host(result) || !strata_node_has_breaker(node)) {
		return;
	}
	strata_last_error_note(&strata_node_notes_of(node)->last_error, error->text,
		lasts ? STRATA_ERROR_STAYS : STRATA_ERROR_PASSES, strata_msec_of(now));
}

/* A server that answered before, and is starting again, has no socket either. */
static const char *misplaced(const strata_node *node)
{
	const strata_location *location = &node->peer.location;
	bool may_start =
		strata_location_is_path(location) &&
		(!strata_node_has_breaker(node) || strata_breaker_has_answered(&node->records.breaker));

	return may_start ? NULL : strata_location_advice(location);
}

/* ---- TLS on one side only ---- */

static const char *tls_advice(const strata_node *node, strata_usec now)
{
	strata_tls_sight asked_by =
		node->peer.options->tls != NULL ? STRATA_SEEN_TLS : STRATA_SEEN_CLEAR;

	return strata_tls_seen_doubt(&strata_node_notes_of(node)->tls, asked_by, strata_msec_of(now));
}

/* Sends a command that needs no login, and never a login: it goes in the clear. */
static void begin_look(strata_node *node, const strata_address *address, strata_usec now)
{
	strata_buffer command = { 0 };
	bool asks_clear = node->peer.options->tls != NULL;

	if (address == NULL ||
		!strata_tls_seen_may_look(&strata_node_notes_of(node)->tls, strata_msec_of(now))) {
		return;
	}
	if (!asks_clear || node->peer.protocol->ask_nonce(&command, (strata_view){ "", 0 }) == 0) {
		strata_location_begin_look(&node->peer.location, address,
			(strata_view){ command.data, command.size }, now);
	}
	strata_buffer_fini(&command);
}

void strata_node_end_look(strata_node *node, strata_usec now)
{
	strata_protocol_error error = { .lasts = true };
	strata_tls_speech speech;

	if (!strata_location_end_look(&node->peer.location, now, &speech) ||
		!strata_node_has_breaker(node) || speech == STRATA_SPEAKS_UNKNOWN) {
		return;
	}
	strata_tls_seen_note(&strata_node_notes_of(node)->tls,
		speech == STRATA_SPEAKS_TLS ? STRATA_SEEN_TLS : STRATA_SEEN_CLEAR, strata_msec_of(now));
	if (tls_advice(node, now) != NULL) {
		snprintf(error.text, sizeof(error.text), "%s %s: %s%s", node->peer.protocol->name,
			node->name, strata_result_text(STRATA_TLS), tls_advice(node, now));
		strata_node_note_error(node, STRATA_TLS, &error, now);
		node->has_repeated = false;
	}
}

static const char *explain_doubt(strata_node *node, const strata_connection *connection,
	strata_result *result, strata_usec now)
{
	switch (strata_connection_tls_doubt(connection, *result)) {
		case STRATA_TLS_NO_DOUBT: return NULL;
		case STRATA_TLS_IS_WANTED:
			*result = STRATA_TLS;
			return strata_tls_seen_advice(STRATA_SEEN_TLS);
		case STRATA_TLS_MAYBE_WANTED:
		case STRATA_TLS_MAYBE_UNKNOWN: break;
	}
	if (strata_node_has_breaker(node) && tls_advice(node, now) != NULL) {
		*result = STRATA_TLS;
		return tls_advice(node, now);
	}
	if (strata_node_has_breaker(node)) {
		begin_look(node, strata_connection_address(connection), now);
	}
	return node->peer.options->tls == NULL ? " (does this port want TLS?)"
										   : " (does this port speak TLS?)";
}

strata_result strata_node_explain_failure(strata_node *node, const strata_connection *connection,
	strata_result result, strata_protocol_error *error, strata_usec now)
{
	size_t used = strlen(error->text);
	const char *advice = NULL;

	if (connection != NULL) {
		advice = explain_doubt(node, connection, &result, now);
	}
	if (advice == NULL && connection != NULL && result == STRATA_CONNECTION &&
		strata_connection_moment(connection) == STRATA_WHILE_CONNECTING) {
		advice = misplaced(node);
		error->lasts |= advice != NULL;
	}
	error->lasts |= strata_result_is_misconfiguration(result);
	snprintf(error->text + used, sizeof(error->text) - used, "%s", advice != NULL ? advice : "");
	return result;
}
