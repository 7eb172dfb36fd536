#include "redis/advice.h"

#include <stdio.h>

static bool is_alone(const strata_request_ctx *ctx)
{
	return ctx->cluster == NULL && ctx->sentinel == NULL;
}

static strata_advice say(const char *text)
{
	strata_advice advice = { .lasts = true };

	snprintf(advice.text, sizeof(advice.text), "%s", text);
	return advice;
}

/* Newer servers name the user themselves. */
static strata_advice name_user(const strata_node *node, const strata_resp_reply *error)
{
	const char *user = strata_node_user(node);
	strata_advice advice = { .text = "" };

	if (!strata_view_contains(error->text, user)) {
		snprintf(advice.text, sizeof(advice.text), " (user \"%.64s\")", user);
	}
	return advice;
}

static strata_advice about_replica(strata_node *node, strata_usec now)
{
	strata_advice advice =
		say(" (it is a replica: the DSN wants its master, or redis-sentinel://)");

	advice.lasts = strata_node_stays_replica(node, now);
	return advice;
}

/* No data server lacks GET. */
static bool is_sentinel(const strata_resp_reply *error)
{
	return strata_view_contains(error->text, "unknown command 'GET'") ||
		   strata_view_contains(error->text, "unknown command `GET`");
}

strata_advice strata_advice_about(const strata_request_ctx *ctx, strata_node *node,
	const strata_resp_reply *error)
{
	if (strata_resp_is_error(error, "NOPERM")) {
		return name_user(node, error);
	}
	if (!is_alone(ctx)) {
		return (strata_advice){ .text = "" };
	}
	if (strata_resp_is_error(error, "READONLY")) {
		return about_replica(node, ctx->now);
	}
	if (strata_resp_is_error(error, "CLUSTERDOWN")) {
		return say(" (it is a cluster node: use redis-cluster://)");
	}
	if (is_sentinel(error)) {
		return say(" (is it a sentinel? Then use redis-sentinel://)");
	}
	return (strata_advice){ .text = "" };
}
