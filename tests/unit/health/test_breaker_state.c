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

int main(void)
{
	RUN(a_word_survives_being_packed);
	return unit_end();
}
