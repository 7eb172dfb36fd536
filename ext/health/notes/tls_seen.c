#include "health/notes/tls_seen.h"

#include <stddef.h>

static strata_tls_sight other(strata_tls_sight what)
{
	return what == STRATA_SEEN_CLEAR ? STRATA_SEEN_TLS : STRATA_SEEN_CLEAR;
}

void strata_tls_seen_note(strata_tls_seen *seen, strata_tls_sight what, strata_msec now)
{
	atomic_store_explicit(&seen->until[what], now + STRATA_TLS_SEEN_FOR, memory_order_relaxed);
	atomic_store_explicit(&seen->until[other(what)], 0, memory_order_relaxed);
}

const char *strata_tls_seen_advice(strata_tls_sight what)
{
	return what == STRATA_SEEN_TLS ? " (this port speaks TLS: use rediss:// or memcacheds://)"
								   : " (this port speaks no TLS: use redis:// or memcached://)";
}

const char *strata_tls_seen_doubt(const strata_tls_seen *seen, strata_tls_sight asked_by,
	strata_msec now)
{
	strata_tls_sight what = other(asked_by);
	strata_msec until = atomic_load_explicit(&seen->until[what], memory_order_relaxed);
	bool is_known = until > now && until - now <= STRATA_TLS_SEEN_FOR;

	return is_known ? strata_tls_seen_advice(what) : NULL;
}
