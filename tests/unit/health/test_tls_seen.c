#include "health/notes/tls_seen.h"

#include "unit.h"

enum { NOW = 100000 };

static strata_tls_seen seen;

static bool doubts(strata_tls_sight asked_by, strata_msec now)
{
	return strata_tls_seen_doubt(&seen, asked_by, now) != NULL;
}

static void a_node_that_was_not_looked_at_is_not_doubted(void)
{
	seen = (strata_tls_seen){ 0 };
	CHECK(!doubts(STRATA_SEEN_CLEAR, NOW) && !doubts(STRATA_SEEN_TLS, NOW));
	CHECK(!doubts(STRATA_SEEN_CLEAR, 0) && !doubts(STRATA_SEEN_TLS, 0));
}

static void it_is_doubted_where_it_is_asked_otherwise(void)
{
	seen = (strata_tls_seen){ 0 };
	strata_tls_seen_note(&seen, STRATA_SEEN_TLS, NOW);
	CHECK(!doubts(STRATA_SEEN_TLS, NOW));
	CHECK(strata_tls_seen_doubt(&seen, STRATA_SEEN_CLEAR, NOW) ==
		  strata_tls_seen_advice(STRATA_SEEN_TLS));
	CHECK(strstr(strata_tls_seen_advice(STRATA_SEEN_TLS), "rediss://") != NULL);
	CHECK(strstr(strata_tls_seen_advice(STRATA_SEEN_CLEAR), "no TLS") != NULL);
}

static void the_last_look_counts(void)
{
	seen = (strata_tls_seen){ 0 };
	strata_tls_seen_note(&seen, STRATA_SEEN_TLS, NOW);
	strata_tls_seen_note(&seen, STRATA_SEEN_CLEAR, NOW + 1);
	CHECK(!doubts(STRATA_SEEN_CLEAR, NOW + 1));
	CHECK(doubts(STRATA_SEEN_TLS, NOW + 1));
}

static void a_sight_is_forgotten_after_ten_minutes(void)
{
	seen = (strata_tls_seen){ 0 };
	strata_tls_seen_note(&seen, STRATA_SEEN_CLEAR, NOW);
	CHECK(doubts(STRATA_SEEN_TLS, NOW + STRATA_TLS_SEEN_FOR - 1));
	CHECK(!doubts(STRATA_SEEN_TLS, NOW + STRATA_TLS_SEEN_FOR));
}

/* What no process can have written: an end that lies further away than any note puts it. */
static void damaged_moments_are_no_sight(void)
{
	seen = (strata_tls_seen){ 0 };
	for (strata_msec until = NOW + STRATA_TLS_SEEN_FOR + 1; until > NOW; until *= 2) {
		seen.until[STRATA_SEEN_TLS] = until;
		CHECK(!doubts(STRATA_SEEN_CLEAR, NOW));
	}
	seen.until[STRATA_SEEN_TLS] = UINT64_MAX;
	CHECK(!doubts(STRATA_SEEN_CLEAR, NOW));
}

static void the_host_looks_once_a_minute(void)
{
	seen = (strata_tls_seen){ 0 };
	CHECK(strata_tls_seen_may_look(&seen, NOW));
	CHECK(!strata_tls_seen_may_look(&seen, NOW + STRATA_TLS_SEEN_LOOKS - 1));
	CHECK(strata_tls_seen_may_look(&seen, NOW + STRATA_TLS_SEEN_LOOKS));
}

int main(void)
{
	RUN(a_node_that_was_not_looked_at_is_not_doubted);
	RUN(it_is_doubted_where_it_is_asked_otherwise);
	RUN(the_last_look_counts);
	RUN(a_sight_is_forgotten_after_ten_minutes);
	RUN(damaged_moments_are_no_sight);
	RUN(the_host_looks_once_a_minute);
	return unit_end();
}
