/*
 * memcached_session_verbs: the verbs of one record of a session, for tests of a tier on memcached.
 * Its test makes the tier, and the call with its arena.
 */
#ifndef STRATA_TESTS_MEMCACHED_SESSION_VERBS_H
#define STRATA_TESTS_MEMCACHED_SESSION_VERBS_H

#include "os/clock.h"
#include "tier/tier.h"

#include "unit.h"

enum { LIFE = 1440000, LOCK = 60000 /* msec */ };

#define KEY  "{abc}"
#define NAME "db:2:{abc}"

static strata_call call;
static strata_tier tier;

static inline strata_session_record record_of(uint64_t token)
{
	return (strata_session_record){ .item = { .key = strata_view_of(KEY),
										.value.codec = STRATA_CODEC_NULL },
		.token = token,
		.lock_ttl = LOCK,
		.life = LIFE,
		.guard = STRATA_SESSION_BY_LOCK };
}

static inline strata_result open_by(strata_session_record *record, strata_session_claim claim)
{
	tier.ops->sessions->open(&tier, &call, record, claim);
	return record->item.result;
}

static inline strata_result open_found(strata_session_record *record)
{
	return open_by(record, STRATA_SESSION_CLAIM_FOUND);
}

static inline strata_result open_always(strata_session_record *record)
{
	return open_by(record, STRATA_SESSION_CLAIM_ALWAYS);
}

static inline strata_result look(strata_session_record *record)
{
	return open_by(record, STRATA_SESSION_CLAIM_NOTHING);
}

static inline strata_result store(strata_session_record *record, const char *text)
{
	static uint64_t version = 1000;

	record->item.value =
		(strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };
	record->item.version = ++version;
	record->item.created_at = strata_clock_wall_msec();
	tier.ops->sessions->store(&tier, &call, record);
	return record->item.result;
}

static inline strata_result renew(strata_session_record *record)
{
	tier.ops->sessions->renew(&tier, &call, record);
	return record->item.result;
}

static inline strata_result leave(strata_session_record *record)
{
	tier.ops->sessions->leave(&tier, &call, record);
	return record->item.result;
}

static inline strata_result remove_it(strata_session_record *record)
{
	tier.ops->sessions->remove(&tier, &call, record);
	return record->item.result;
}

static inline bool has_text(const strata_session_record *record, const char *text)
{
	return record->item.value.codec == STRATA_CODEC_STRING &&
		   strata_view_equal(record->item.value.bytes, strata_view_of(text));
}

/* What a request that only reads is given. */
static inline bool reads(const char *text)
{
	strata_session_record record = record_of(0);

	return look(&record) == STRATA_OK && has_text(&record, text);
}

/* A session that was written before, and has no lock. */
static inline void keep(const char *text)
{
	strata_session_record record = record_of(99);

	CHECK(open_always(&record) == STRATA_MISS && store(&record, text) == STRATA_OK);
}

#endif
