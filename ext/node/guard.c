#include "node/guard.h"

#include "os/clock.h"

static strata_view nonce_of(const strata_guard *guard)
{
	return strata_view_of(guard->nonce.text);
}

bool strata_guard_trails(const strata_client_options *options, const strata_breaker *breaker)
{
	return options->is_strict ||
		   (breaker != NULL && strata_breaker_is_suspected(breaker, strata_clock_msec()));
}

strata_result strata_guard_wrap(strata_guard *guard, const strata_protocol *protocol,
	strata_task *task, bool leads, bool trails)
{
	bool can = protocol->ask_nonce != NULL;

	guard->leads = can && leads;
	guard->trails = can && trails;
	guard->taken = 0;
	guard->bytes.size = 0;
	if (!guard->leads && !guard->trails) {
		return STRATA_OK;
	}
	guard->nonce = strata_nonce_new();
	if ((guard->leads && protocol->ask_nonce(&guard->bytes, nonce_of(guard)) != 0) ||
		strata_buffer_append(&guard->bytes, task->request) != 0 ||
		(guard->trails && protocol->ask_nonce(&guard->bytes, nonce_of(guard)) != 0)) {
		return STRATA_NO_MEMORY;
	}
	return STRATA_OK;
}

void strata_guard_fini(strata_guard *guard)
{
	strata_buffer_fini(&guard->bytes);
}

strata_view strata_guard_request(const strata_guard *guard, const strata_task *task)
{
	return guard->leads || guard->trails ? (strata_view){ guard->bytes.data, guard->bytes.size }
										 : task->request;
}

uint32_t strata_guard_owed(const strata_guard *guard, const strata_task *task)
{
	return task->owed + guard->leads + guard->trails;
}

static strata_result check(const strata_guard *guard, const strata_protocol *protocol,
	const void *reply)
{
	return protocol->is_nonce(reply, nonce_of(guard)) ? STRATA_OK : STRATA_DESYNC;
}

strata_result strata_guard_take(strata_guard *guard, const strata_protocol *protocol,
	strata_task *task, void *reply)
{
	uint32_t index = guard->taken++;

	if (guard->leads && index == 0) {
		return check(guard, protocol, reply);
	}
	index -= guard->leads;
	if (index < task->owed) {
		task->replies[index] = reply;
		task->received += guard->trails ? 0 : 1;
		return STRATA_OK;
	}
	task->received = task->owed;
	if (check(guard, protocol, reply) != STRATA_OK) {
		task->received = 0;
		return STRATA_DESYNC;
	}
	return STRATA_OK;
}
