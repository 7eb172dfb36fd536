#include "database/route.h"

enum { ROUTES = 1 << STRATA_TIER_COUNT };

/* ---- entering ---- */

static void place(strata_database *database, uint8_t deeper)
{
	size_t total = database->tier_count + database->deeper;

	for (size_t i = 0; i < total; i++) {
		database->tiers[i].stands_in = deeper > 0 && i + deeper + 1 == total;
	}
	database->deeper = deeper;
	database->tier_count = total - deeper;
}

strata_route strata_route_change(strata_database *database, uint8_t kept_out)
{
	strata_route before = { database->kept_out, database->deeper };
	size_t total = database->tier_count + database->deeper;
	uint8_t deeper = 0;

	while (
		deeper < total && (kept_out & 1U << database->tiers[total - 1 - deeper].ops->kind) != 0) {
		deeper++;
	}
	database->kept_out = kept_out;
	if (deeper != database->deeper) {
		place(database, deeper);
	}
	return before;
}

void strata_route_restore(strata_database *database, strata_route before)
{
	database->kept_out = before.kept_out;
	if (before.deeper != database->deeper) {
		place(database, before.deeper);
	}
}

/* ---- batches ---- */

static void run(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_route_verb verb, const void *with, uint8_t kept_out)
{
	strata_route before = strata_route_enter(database, kept_out);

	verb(database, call, items, count, with);
	strata_route_leave(database, before);
}

/* Without memory for lists, one by one. */
static void run_singly(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_route_verb verb, const void *with)
{
	for (size_t i = 0; i < count; i++) {
		run(database, call, &items[i], 1, verb, with, strata_route_of(database, items[i]->key));
	}
}

static void run_routes(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_route_verb verb, const void *with)
{
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	if (list == NULL) {
		run_singly(database, call, items, count, verb, with);
		return;
	}
	for (unsigned kept_out = 0; kept_out < ROUTES; kept_out++) {
		size_t found = 0;

		for (size_t i = 0; i < count; i++) {
			if (strata_route_of(database, items[i]->key) == kept_out) {
				list[found++] = items[i];
			}
		}
		if (found > 0) {
			run(database, call, list, found, verb, with, (uint8_t) kept_out);
		}
	}
}

void strata_route_each(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_route_verb verb, const void *with)
{
	uint8_t first = count > 0 ? strata_route_of(database, items[0]->key) : 0;
	size_t same = 0;

	while (same < count && strata_route_of(database, items[same]->key) == first) {
		same++;
	}
	if (same == count) {
		run(database, call, items, count, verb, with, first);
	} else {
		run_routes(database, call, items, count, verb, with);
	}
}
