/*
 * A slot that only moved keeps its data, and so does a master that failed over as it was told to.
 * What tells a failover is that the former master has no slot left, by the map that the commands
 * go by. So the first redirects after a failover look like slots that move, until the map comes,
 * a second later at most.
 */
#include "redis/replacement.h"

enum { MOST_MASTERS = 1024 };

static uint16_t slot_of(const strata_request_ctx *ctx, const strata_attempt *attempt)
{
	return ctx->cluster != NULL ? attempt->command->slot : 0;
}

/* True where it cannot be told: the names are noted when it can. */
static bool still_serves(const strata_request_ctx *ctx, uint32_t former)
{
	strata_master *masters;
	uint32_t count;

	if (ctx->cluster == NULL) {
		return false;
	}
	masters = strata_arena_alloc(ctx->call->arena, MOST_MASTERS * sizeof(*masters));
	if (masters == NULL) {
		return true;
	}
	count = strata_cluster_list_masters(ctx->cluster, masters, MOST_MASTERS);
	for (uint32_t i = 0; i < count; i++) {
		if (strata_confirmed_master(masters[i].name) == former) {
			return true;
		}
	}
	return count == 0;
}

static void look_at(const strata_redis_client *client, const strata_request_ctx *ctx,
	const strata_attempt *attempt)
{
	uint16_t slot = slot_of(ctx, attempt);
	uint32_t master = strata_confirmed_master(strata_node_name(attempt->node));
	uint32_t former = strata_confirmed_last_master(client->confirmed, slot);

	if (former == master) {
		return;
	}
	if (former == 0 || still_serves(ctx, former)) {
		strata_confirmed_move(client->confirmed, slot, master);
	} else if (strata_confirmed_replace(client->confirmed, slot, master, client->unconfirmed) > 0) {
		strata_node_log_event(attempt->node, "removals repeated", NULL);
	}
}

void strata_replacement_look(const strata_redis_client *client, strata_request_ctx *ctx)
{
	for (size_t i = 0; client->confirmed != NULL && i < ctx->count; i++) {
		const strata_attempt *attempt = &ctx->attempts[i];

		if (attempt->is_open && attempt->node != NULL && !attempt->is_replica) {
			look_at(client, ctx, attempt);
		}
	}
}
