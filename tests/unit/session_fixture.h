/*
 * session_fixture — sessions of two hosts over one server; or of one host, whose own memory keeps
 * them. Then a and b are the same.
 */
#ifndef STRATA_TESTS_SESSION_FIXTURE_H
#define STRATA_TESTS_SESSION_FIXTURE_H

#include <sys/wait.h>
#include <unistd.h>

#include "cache/session/session.h"
#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"
#include "tier/local.h"

#include "fake_session_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { SESSION_LIFE = 1440000, SESSION_LOCK_TTL = 60000, SESSION_HEAP = 1 << 20 };

typedef struct {
	strata_host *host;
	strata_process_slots *slots;
	strata_database database;
} session_host;

static remote_fixture fixture;
static fake_session_tier server;
static strata_tier server_tier;
static session_host first, second;
static strata_database *a, *b;
static void *heap;
static strata_store *store;
static strata_call call;
static bool is_local;
static strata_msec lock_ttl = SESSION_LOCK_TTL;

/* Each host makes its own, which its tokens are marked by. */
static inline void open_host(session_host *self, uint64_t local_id)
{
	strata_database *database = &self->database;

	REQUIRE(strata_host_new(&self->host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(self->host, &self->slots) == STRATA_OK);
	*database = (strata_database){ .tier_count = 1 };
	REQUIRE(strata_keyspace_init(&database->keyspace, "test", "", strata_view_of(""), 1 << 20) ==
			STRATA_OK);
	database->keyspace.local_id = local_id;
	REQUIRE(strata_lock_table_new(self->host, self->slots, &database->locks) == STRATA_OK);
	database->tiers[0] = server_tier;
	if (is_local) {
		REQUIRE(strata_tier_local_init(&database->tiers[0], store, &database->keyspace,
					(strata_local_limits){ 0 }) == 0);
	}
	database->tiers[0].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
		"deepest", STRATA_REGISTRY_COMMON);
}

static inline void close_host(session_host *self)
{
	if (is_local) {
		self->database.tiers[0].ops->fini(&self->database.tiers[0]);
	}
	strata_keyspace_fini(&self->database.keyspace);
	strata_lock_table_free(self->database.locks);
	strata_process_slots_free(self->slots);
	strata_host_free(self->host);
}

static inline void begin(void)
{
	remote_fixture_begin(&fixture);
	fake_session_tier_init(&server, &server_tier);
	if (is_local) {
		REQUIRE(strata_map_lazy(SESSION_HEAP, &heap) == STRATA_OK);
		REQUIRE(strata_store_new(heap, heap, SESSION_HEAP, NULL, &store) == STRATA_OK);
	}
	open_host(&first, 0x1001);
	open_host(&second, 0x2003);
	a = &first.database;
	b = is_local ? &first.database : &second.database;
}

static inline void end(void)
{
	close_host(&first);
	close_host(&second);
	if (is_local) {
		strata_store_free(store);
		strata_map_free(heap, SESSION_HEAP);
	}
	remote_fixture_end(&fixture);
}

static inline void new_call(void)
{
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
}

static inline strata_session *session_by(const char *id, strata_session_guard guard)
{
	static strata_session sessions[16];
	static unsigned used;
	strata_session *session = &sessions[used++ % 16];

	strata_session_init(session, strata_view_of(id), SESSION_LIFE, lock_ttl, guard);
	return session;
}

static inline strata_session *session_of(const char *id)
{
	return session_by(id, STRATA_SESSION_BY_LOCK);
}

static inline strata_lock_state opens(strata_database *database, strata_session *session,
	strata_session_claim claim)
{
	new_call();
	return strata_session_open(database, &call, session, claim);
}

/* Has the session got its record, with this text? NULL: there is none. */
static inline bool gets(strata_database *database, strata_session *session, const char *text)
{
	const strata_item *item = &session->record.item;
	strata_lock_state state = opens(database, session, STRATA_SESSION_CLAIM_ALWAYS);

	if (state != STRATA_LOCK_GOT || text == NULL) {
		return state == STRATA_LOCK_GOT && item->result == STRATA_MISS;
	}
	return item->result == STRATA_OK && item->value.codec == STRATA_CODEC_STRING &&
		   strata_view_equal(item->value.bytes, strata_view_of(text));
}

static inline bool waits(strata_database *database, strata_session *session)
{
	return opens(database, session, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_LOCK_WAITS;
}

static inline strata_result stores(strata_database *database, strata_session *session,
	const char *text)
{
	new_call();
	strata_session_store(database, &call, session, strata_view_of(text), STRATA_SESSION_LOCK_LEFT);
	return session->record.item.result;
}

static inline strata_result keeps(strata_database *database, strata_session *session,
	const char *text)
{
	new_call();
	strata_session_store(database, &call, session, strata_view_of(text), STRATA_SESSION_LOCK_TAKEN);
	return session->record.item.result;
}

static inline strata_result leaves(strata_database *database, strata_session *session)
{
	new_call();
	strata_session_leave(database, &call, session);
	return session->record.item.result;
}

static inline strata_result removes(strata_database *database, strata_session *session)
{
	new_call();
	strata_session_remove(database, &call, session);
	return session->record.item.result;
}

static inline strata_result moves(strata_database *database, strata_session *from,
	strata_session *to, const char *text)
{
	new_call();
	strata_session_move(database, &call, from, to, strata_view_of(text), STRATA_SESSION_TO_NEW);
	return to->record.item.result;
}

/* Is this what another request reads, without a lock? NULL: nothing. */
static inline bool holds(const char *id, const char *text)
{
	strata_session *reader = session_by(id, STRATA_SESSION_BY_NOTHING);

	return gets(a, reader, text);
}

/* A request makes the session and closes it. */
static inline void have(const char *id, const char *text)
{
	strata_session *session = session_of(id);

	REQUIRE(gets(b, session, NULL) && stores(b, session, text) == STRATA_OK);
	fake_session_diary_forget();
}

#endif
