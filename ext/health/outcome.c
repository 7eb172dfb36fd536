#include "health/outcome.h"

/* While connecting, a lost connection is a refusal in other words. */
static strata_outcome of_lost_connection(strata_outcome_moment moment)
{
	switch (moment) {
		case STRATA_WHILE_CONNECTING: return STRATA_OUTCOME_HARD;
		case STRATA_WHILE_STALE: return STRATA_OUTCOME_STALE;
		case STRATA_WHILE_ASKING: break;
	}
	return STRATA_OUTCOME_SOFT;
}

/* A connection that lost its user says nothing of the password. */
static strata_outcome of_lost_user(strata_outcome_moment moment)
{
	return moment == STRATA_WHILE_STALE ? STRATA_OUTCOME_STALE : STRATA_OUTCOME_AUTH;
}

strata_outcome strata_outcome_of(strata_result result, strata_outcome_moment moment)
{
	switch (result) {
		case STRATA_OK:
		case STRATA_TOO_LARGE: return STRATA_OUTCOME_OK;
		case STRATA_TIMEOUT: return STRATA_OUTCOME_SOFT;
		case STRATA_CONNECTION: return of_lost_connection(moment);
		case STRATA_REFUSED:
		case STRATA_TLS:
		case STRATA_UNSUPPORTED: return STRATA_OUTCOME_HARD;
		/* Past the handshake an error is an answer. */
		case STRATA_SERVER:
			return moment == STRATA_WHILE_CONNECTING ? STRATA_OUTCOME_HARD : STRATA_OUTCOME_OK;
		case STRATA_PROTOCOL:
		case STRATA_DESYNC: return STRATA_OUTCOME_PROTOCOL;
		case STRATA_NOT_READY: return STRATA_OUTCOME_NOT_READY;
		case STRATA_AUTH: return of_lost_user(moment);
		case STRATA_FULL: return STRATA_OUTCOME_FULL;
		case STRATA_MISS:
		case STRATA_STALE:
		case STRATA_NOT_STORED:
		case STRATA_NOT_INTEGER:
		case STRATA_OVERFLOW:
		case STRATA_FOREIGN:
		case STRATA_OTHER_KEY:
		case STRATA_CORRUPT:
		case STRATA_UNKNOWN_CODEC:
		case STRATA_BUSY:
		case STRATA_UNCONFIGURED:
		case STRATA_NO_GENERATION:
		case STRATA_BREAKER_OPEN:
		case STRATA_BULKHEAD:
		case STRATA_SHED:
		case STRATA_CONNECT_RATE:
		case STRATA_BUDGET:
		case STRATA_EXHAUSTED:
		case STRATA_REDIRECTS:
		case STRATA_NO_OWNER:
		case STRATA_NO_MEMORY: break;
	}
	return STRATA_OUTCOME_LOCAL;
}
