#include "health/breaker_state.h"

#include "unit.h"

enum { START = 100000 };

static void a_word_survives_being_packed(void)
{
	for (unsigned state = 0; state <= STRATA_STATE_DRAINING; state++) {
		strata_breaker_snapshot packed = { (strata_breaker_state) state, STRATA_BREAKER_SILENT, 7,
			START };
		strata_breaker_snapshot same =
			strata_breaker_state_unpack(strata_breaker_state_pack(packed), START);

		CHECK(same.state == packed.state && same.cause == packed.cause && same.attempt == 7 &&
			  same.moment == START);
	}
	CHECK(strata_breaker_state_pack((strata_breaker_snapshot){ 0 }) == 0);
}

/* By a thread that read its clock a tick before the one that wrote it. */
static void a_state_that_began_a_tick_ahead_is_that_state(void)
{
	strata_breaker_snapshot began = { STRATA_STATE_RECOVERING, STRATA_BREAKER_SILENT, 3,
		START + 4 };
	strata_breaker_snapshot seen =
		strata_breaker_state_unpack(strata_breaker_state_pack(began), START);

	CHECK(seen.state == STRATA_STATE_RECOVERING && seen.attempt == 3 && seen.moment == START);
	began.moment = START + STRATA_BREAKER_AHEAD + 1;
	seen = strata_breaker_state_unpack(strata_breaker_state_pack(began), START);
	CHECK(seen.state == STRATA_STATE_CLOSED && seen.attempt == 0);
}

int main(void)
{
	RUN(a_word_survives_being_packed);
	RUN(a_state_that_began_a_tick_ahead_is_that_state);
	return unit_end();
}
