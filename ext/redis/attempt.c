#include "redis/attempt.h"

void strata_attempt_complete(strata_attempt *attempt, strata_result result,
	const strata_resp_reply *reply)
{
	attempt->is_open = false;
	attempt->command->result = result;
	attempt->command->reply = reply;
	attempt->command->is_from_replica = attempt->is_replica;
}

void strata_attempts_fail(strata_request_ctx *ctx, strata_result result, const char *why)
{
	for (size_t i = 0; i < ctx->count; i++) {
		if (ctx->attempts[i].is_open) {
			strata_attempt_complete(&ctx->attempts[i], result, NULL);
			strata_call_explain(ctx->call, "%s", why);
		}
	}
}
