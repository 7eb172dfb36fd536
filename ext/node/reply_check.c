#include "node/reply_check.h"

strata_nonce_place strata_reply_check_place(const strata_protocol *protocol,
	strata_nonce_place wanted)
{
	return protocol->ask_nonce != NULL ? wanted : STRATA_NONCE_NOWHERE;
}

static bool is_before(strata_nonce_place place)
{
	return (place & STRATA_NONCE_BEFORE) != 0;
}

static bool is_behind(strata_nonce_place place)
{
	return (place & STRATA_NONCE_BEHIND) != 0;
}

uint32_t strata_reply_check_echoes(strata_nonce_place place)
{
	return (uint32_t) is_before(place) + (uint32_t) is_behind(place);
}

strata_result strata_reply_check_compose(strata_buffer *out, const strata_protocol *protocol,
	strata_nonce_place place, const strata_nonce *nonce, strata_view request)
{
	strata_view text = strata_view_of(nonce->text);

	if ((is_before(place) && protocol->ask_nonce(out, text) != 0) ||
		strata_buffer_append(out, request) != 0 ||
		(is_behind(place) && protocol->ask_nonce(out, text) != 0)) {
		return STRATA_NO_MEMORY;
	}
	return STRATA_OK;
}

strata_reply_kind strata_reply_check(const strata_protocol *protocol, strata_nonce_place place,
	const strata_nonce *nonce, uint32_t expected, uint32_t index, const void *reply,
	strata_result *why)
{
	uint32_t first = is_before(place) ? 1 : 0;
	bool leads = index < first;

	*why = STRATA_OK;
	if (!leads && index - first < expected) {
		return STRATA_REPLY_OF_COMMAND;
	}
	*why = protocol->check_nonce(reply, strata_view_of(nonce->text));
	if (*why != STRATA_OK) {
		return *why == STRATA_DESYNC ? STRATA_REPLY_IS_OUT_OF_STEP : STRATA_REPLY_REFUSES;
	}
	return leads ? STRATA_REPLY_IS_ECHO : STRATA_REPLY_PROVES;
}
