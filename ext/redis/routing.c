#include "redis/routing.h"

#include "os/clock.h"
#include "net/socket.h"

/* Are there slots without an owner among those of the commands? */
static bool lacks_owner(const strata_errand_scope *scope, const strata_errand *errands,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_node *owner;
		uint16_t slot = errands[i].command->slot;

		if (strata_cluster_owner(scope->cluster, slot, &owner) == STRATA_NO_OWNER) {
			return true;
		}
	}
	return false;
}

static strata_result learn(const strata_errand_scope *scope, const strata_errand *errands,
	size_t count, strata_wire_error *error)
{
	strata_arena *arena = scope->call->arena;
	strata_result result =
		strata_cluster_learn(scope->cluster, strata_clock_usec(), scope->deadline, arena, error);

	if (result == STRATA_OK && lacks_owner(scope, errands, count)) {
		strata_cluster_mark_stale(scope->cluster, STRATA_REFRESH_URGENT, strata_clock_usec());
		result = strata_cluster_learn(scope->cluster, strata_clock_usec(), scope->deadline, arena,
			error);
	}
	return result;
}

static void try_replica(const strata_errand_scope *scope, strata_errand *errand)
{
	strata_node *replica = strata_cluster_pick_replica(scope->cluster, errand->command->slot,
		STRATA_REPLICA_BY_CHOICE);

	if (replica != NULL) {
		errand->node = replica;
		errand->is_stand_in = true;
	}
}

static void route(const strata_errand_scope *scope, strata_errand *errand)
{
	uint16_t slot = errand->command->slot;
	strata_result result = strata_cluster_owner(scope->cluster, slot, &errand->node);

	if (result != STRATA_OK) {
		strata_errand_finish(errand, result, NULL);
		strata_call_explain(scope->call, "redis: slot %u: %s", (unsigned) slot,
			strata_result_text(result));
	} else if (errand->command->is_plain_read) {
		try_replica(scope, errand);
	} else {
		strata_cluster_note_write(scope->cluster, slot, strata_clock_usec());
	}
}

void strata_routing_begin(const strata_errand_scope *scope, strata_errand *errands, size_t count)
{
	strata_wire_error error;
	strata_result result = learn(scope, errands, count, &error);
	const char *asked = strata_node_name(strata_cluster_last_source(scope->cluster));
	strata_view name = strata_arena_copy(scope->call->arena, strata_view_of(asked));

	for (size_t i = 0; i < count; i++) {
		errands[i].command->node_name = name.data != NULL ? name.data : "redis";
		if (result == STRATA_OK) {
			route(scope, &errands[i]);
		} else {
			strata_errand_finish(&errands[i], result, NULL);
			strata_call_explain(scope->call, "%s", error.text);
		}
	}
}

/* ---- again ---- */

/* By the map that there is after asking, if it is the host's turn to ask. */
static void find_new_owner(const strata_errand_scope *scope, strata_errand *errand)
{
	strata_wire_error unused;
	strata_node *owner;

	errand->seeks_owner = false;
	if (strata_cluster_learn(scope->cluster, strata_clock_usec(), scope->deadline,
			scope->call->arena, &unused) == STRATA_OK &&
		strata_cluster_owner(scope->cluster, errand->command->slot, &owner) == STRATA_OK &&
		owner != errand->node) {
		errand->node = owner;
	} else {
		strata_errand_give_up(scope, errand);
	}
}

static bool is_any_due(const strata_errand *errands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strata_errand_is_due(&errands[i])) {
			return true;
		}
	}
	return false;
}

/* The first moment at which one of them is to be sent; 0 when none is left. */
static strata_usec first_moment(const strata_errand *errands, size_t count)
{
	strata_usec first = 0;

	for (size_t i = 0; i < count; i++) {
		if (errands[i].is_open && (first == 0 || errands[i].wait_until < first)) {
			first = errands[i].wait_until;
		}
	}
	return first;
}

static void wait_for(strata_errand *errands, size_t count, strata_usec moment)
{
	int unused;

	/* A wait that fails is a short one. */
	(void) !strata_socket_wait(NULL, 0, moment, &unused);
	for (size_t i = 0; i < count; i++) {
		if (errands[i].wait_until <= moment) {
			errands[i].wait_until = 0;
		}
	}
}

bool strata_routing_go_on(const strata_errand_scope *scope, strata_errand *errands, size_t count)
{
	strata_usec moment;

	for (size_t i = 0; i < count; i++) {
		if (errands[i].is_open && errands[i].seeks_owner) {
			find_new_owner(scope, &errands[i]);
		}
	}
	if (!is_any_due(errands, count)) {
		moment = first_moment(errands, count);
		if (moment == 0) {
			return false;
		}
		wait_for(errands, count, moment);
	}
	return true;
}

strata_usec strata_routing_deadline(const strata_errand_scope *scope, const strata_errand *errands,
	size_t count)
{
	strata_usec now;
	size_t i = 0;

	/* The commands of a round are all reads, or none is. */
	while (i < count && !strata_errand_is_due(&errands[i])) {
		i++;
	}
	if (i == count || !strata_errand_can_switch(scope, &errands[i])) {
		return scope->deadline;
	}
	now = strata_clock_usec();
	return now < scope->deadline ? now + (scope->deadline - now) / 2 : scope->deadline;
}
