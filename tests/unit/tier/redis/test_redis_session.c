/* Records of sessions and their locks, on a server that runs the scripts. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf/settings.h"
#include "os/clock.h"
#include "protocol/slots.h"
#include "real_redis.h"
#include "redis_tier_fixture.h"
#include "tier/envelope.h"
#include "tier/redis/redis_batch.h"

enum { LIFE = 1440000, LOCK = 60000 /* msec */ };

#define KEY  "{abc}"
#define NAME "db:2:{abc}"

static real_redis server;
static strata_unconfirmed_table *unconfirmed;

static strata_tier tier_on(const strata_hostport *seed, strata_redis_kind kind)
{
	strata_redis_client *redis;
	strata_tier made;

	REQUIRE(strata_redis_client_new(kind, seed, 1, &fixture.options, 3, fixture.stats, &redis) ==
			STRATA_OK);
	REQUIRE(strata_tier_redis_init(&made, redis, kind, &keyspace) == 0);
	return made;
}

static void begin_on(real_redis *at, strata_redis_kind kind)
{
	const strata_hostport seed = { "127.0.0.1", at->port };

	remote_fixture_begin(&fixture);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &unconfirmed) == STRATA_OK);
	fixture.options.unconfirmed = unconfirmed;
	REQUIRE(
		strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 100000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena };
	tier = tier_on(&seed, kind);
}

static void begin_here(void)
{
	CHECK(real_redis_tell(&server, "FLUSHALL") == 1);
	begin_on(&server, STRATA_REDIS_STANDALONE);
}

static void end_here(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	strata_unconfirmed_table_free(unconfirmed);
	remote_fixture_end(&fixture);
}

/* ---- verbs ---- */

static strata_session_record record_of(const char *key, uint64_t token)
{
	return (strata_session_record){ .item = { .key = strata_view_of(key),
										.value.codec = STRATA_CODEC_NULL },
		.token = token,
		.lock_ttl = LOCK,
		.life = LIFE,
		.guard = STRATA_SESSION_BY_LOCK };
}

static strata_result open_by(strata_session_record *record, strata_session_claim claim)
{
	tier.ops->sessions->open(&tier, &call, record, claim);
	return record->item.result;
}

static strata_result open_found(strata_session_record *record)
{
	return open_by(record, STRATA_SESSION_CLAIM_FOUND);
}

static strata_result store_bytes(strata_session_record *record, const char *bytes, size_t size)
{
	static uint64_t version = 1000;

	record->item.value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = { bytes, size } };
	record->item.version = ++version;
	record->item.created_at = strata_clock_wall_msec();
	tier.ops->sessions->store(&tier, &call, record);
	return record->item.result;
}

static strata_result store(strata_session_record *record, const char *text)
{
	return store_bytes(record, text, strlen(text));
}

static strata_result renew(strata_session_record *record)
{
	tier.ops->sessions->renew(&tier, &call, record);
	return record->item.result;
}

static strata_result leave(strata_session_record *record)
{
	tier.ops->sessions->leave(&tier, &call, record);
	return record->item.result;
}

static strata_result remove_it(strata_session_record *record)
{
	tier.ops->sessions->remove(&tier, &call, record);
	return record->item.result;
}

static bool has_text(const strata_session_record *record, const char *text)
{
	return record->item.value.codec == STRATA_CODEC_STRING &&
		   strata_view_equal(record->item.value.bytes, strata_view_of(text));
}

/* Without a lock. */
static bool reads(const char *key, const char *text)
{
	strata_session_record record = record_of(key, 0);

	return open_by(&record, STRATA_SESSION_CLAIM_NOTHING) == STRATA_OK && has_text(&record, text);
}

/* As a request makes it that begins with nothing. */
static void make(const char *key, const char *text)
{
	strata_session_record record = record_of(key, 0);

	record.guard = STRATA_SESSION_BY_VERSION;
	REQUIRE(store(&record, text) == STRATA_OK);
}

/* Its lock is over, and nothing else has changed. */
static void end_lock_of(strata_session_record *record)
{
	record->lock_ttl = 1;
	REQUIRE(open_found(record) == STRATA_OK);
	record->lock_ttl = LOCK;
	usleep(5000);
}

/* ---- a session from its beginning to its end ---- */

static void what_is_not_there_is_not_locked_where_only_what_is_found_is_claimed(void)
{
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	CHECK(open_found(&record) == STRATA_MISS && !record.is_locked && record.seen == 0);
	CHECK(open_by(&record, STRATA_SESSION_CLAIM_NOTHING) == STRATA_MISS && !record.is_locked);
	CHECK(real_redis_tell(&server, "DBSIZE") == 0);
	end_here();
}

static void a_session_is_made_opened_changed_and_left(void)
{
	strata_session_record new = record_of(KEY, 0), next = record_of(KEY, 2);

	begin_here();
	new.guard = STRATA_SESSION_BY_VERSION;
	CHECK(store(&new, "one") == STRATA_OK && !new.is_locked);
	CHECK(new.seen == new.item.version &&new.left == LIFE);
	CHECK(open_found(&next) == STRATA_OK && next.is_locked && has_text(&next, "one"));
	CHECK(next.seen == new.item.version &&next.left > LIFE - 60000 && next.left <= LIFE);
	CHECK(store(&next, "two") == STRATA_OK && !next.is_locked && next.seen == next.item.version);
	CHECK(reads(KEY, "two"));
	CHECK(open_found(&next) == STRATA_OK && leave(&next) == STRATA_OK && !next.is_locked);
	CHECK(leave(&next) == STRATA_NOT_STORED && reads(KEY, "two"));
	/* All of it in one key. */
	CHECK(real_redis_tell(&server, "DBSIZE") == 1);
	end_here();
}

static void a_lock_keeps_others_out_and_is_taken_up_by_its_token(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, UINT64_MAX);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&one) == STRATA_OK && one.is_locked);
	CHECK(open_found(&two) == STRATA_NOT_STORED && !two.is_locked);
	CHECK(two.item.value.codec == STRATA_CODEC_NULL && two.item.node != NULL);
	CHECK(leave(&two) == STRATA_NOT_STORED);
	CHECK(open_found(&one) == STRATA_OK && one.is_locked && has_text(&one, "one"));
	CHECK(store(&two, "two") == STRATA_NOT_STORED && renew(&two) == STRATA_NOT_STORED);
	CHECK(reads(KEY, "one"));
	one.after = STRATA_SESSION_LOCK_TAKEN;
	CHECK(store(&one, "still") == STRATA_OK && one.is_locked);
	CHECK(open_found(&two) == STRATA_NOT_STORED);
	one.after = STRATA_SESSION_LOCK_LEFT;
	CHECK(store(&one, "done") == STRATA_OK && open_found(&two) == STRATA_OK && two.is_locked);
	end_here();
}

static void what_is_not_there_yet_is_locked_where_that_is_claimed(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);

	begin_here();
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS && one.is_locked);
	CHECK(one.seen == 0 && real_redis_tell(&server, "PTTL " NAME) > LOCK - 30000);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_NOT_STORED && !two.is_locked);
	CHECK(open_found(&two) == STRATA_NOT_STORED);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_NOTHING) == STRATA_MISS);
	CHECK(renew(&one) == STRATA_MISS);
	two.guard = STRATA_SESSION_BY_VERSION;
	CHECK(store(&two, "two") == STRATA_NOT_STORED);
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS && one.is_locked);
	CHECK(leave(&one) == STRATA_OK && real_redis_tell(&server, "DBSIZE") == 0);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS && two.is_locked);
	CHECK(store(&two, "two") == STRATA_OK && reads(KEY, "two"));
	CHECK(real_redis_tell(&server, "PTTL " NAME) > LIFE - 60000);
	/* Where it is there by now, that is read. */
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_OK && has_text(&one, "two"));
	end_here();
}

static void a_placeholder_without_a_lock_is_nothing(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);

	begin_here();
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS);
	/* Its lock is over, and the server has not removed it yet. */
	CHECK(
		real_redis_tell(&server, "SETRANGE " NAME " 16 %b", "\1\0\0\0\0\0\0\0", (size_t) 8) == 96);
	CHECK(open_found(&two) == STRATA_MISS && !two.is_locked);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS && two.is_locked);
	CHECK(store(&one, "one") == STRATA_NOT_STORED && store(&two, "two") == STRATA_OK);
	end_here();
}

/* ---- late writes ---- */

static void a_late_store_is_refused_once_another_took_the_lock(void)
{
	strata_session_record late = record_of(KEY, 1), next = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	end_lock_of(&late);
	CHECK(open_found(&next) == STRATA_OK);
	CHECK(store(&late, "late") == STRATA_NOT_STORED && renew(&late) == STRATA_NOT_STORED);
	CHECK(store(&next, "next") == STRATA_OK);
	CHECK(store(&late, "late") == STRATA_NOT_STORED && renew(&late) == STRATA_NOT_STORED);
	CHECK(leave(&late) == STRATA_NOT_STORED && reads(KEY, "next"));
	end_here();
}

static void a_lock_that_ended_costs_no_honest_write(void)
{
	strata_session_record slow = record_of(KEY, 1), next = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	end_lock_of(&slow);
	CHECK(store(&slow, "two") == STRATA_OK && reads(KEY, "two"));
	end_lock_of(&slow);
	CHECK(open_found(&next) == STRATA_OK && leave(&next) == STRATA_OK);
	CHECK(renew(&slow) == STRATA_OK && store(&slow, "three") == STRATA_OK && reads(KEY, "three"));
	end_here();
}

static void a_removal_wins_over_the_request_that_was_under_way(void)
{
	strata_session_record late = record_of(KEY, 1), other = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&late) == STRATA_OK);
	CHECK(remove_it(&other) == STRATA_OK && remove_it(&other) == STRATA_MISS);
	CHECK(renew(&late) == STRATA_MISS && store(&late, "late") == STRATA_NOT_STORED);
	CHECK(leave(&late) == STRATA_NOT_STORED && real_redis_tell(&server, "DBSIZE") == 0);
	end_here();
}

static void without_a_lock_a_write_over_a_change_is_refused(void)
{
	strata_session_record one = record_of(KEY, 0), two = record_of(KEY, 0),
						  locks = record_of(KEY, 3);

	begin_here();
	make(KEY, "one");
	one.guard = two.guard = STRATA_SESSION_BY_VERSION;
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_NOTHING) == STRATA_OK && !one.is_locked);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_NOTHING) == STRATA_OK && two.left > LIFE - 60000);
	CHECK(store(&one, "two") == STRATA_OK && store(&two, "lost") == STRATA_NOT_STORED);
	CHECK(reads(KEY, "two") && store(&one, "three") == STRATA_OK);
	CHECK(open_found(&locks) == STRATA_OK && store(&one, "four") == STRATA_NOT_STORED);
	two.seen = 0;
	CHECK(store(&two, "new") == STRATA_NOT_STORED && reads(KEY, "three"));
	end_here();
}

/* As where the first reply was lost with its connection. */
static void a_store_that_was_done_is_done(void)
{
	strata_session_record one = record_of(KEY, 1), again, next = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&one) == STRATA_OK);
	again = one;
	CHECK(store(&one, "two") == STRATA_OK);
	again.item.value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = { "two", 3 } };
	again.item.version = one.item.version;
	tier.ops->sessions->store(&tier, &call, &again);
	CHECK(again.item.result == STRATA_OK && again.seen == one.seen && !again.is_locked);
	CHECK(open_found(&next) == STRATA_OK && next.is_locked);
	tier.ops->sessions->store(&tier, &call, &again);
	CHECK(again.item.result == STRATA_OK);
	CHECK(store(&next, "three") == STRATA_OK);
	tier.ops->sessions->store(&tier, &call, &again);
	CHECK(again.item.result == STRATA_NOT_STORED && reads(KEY, "three"));
	end_here();
}

/* ---- what is sent to a server that is stopped ---- */

static uint32_t owed(void)
{
	strata_unconfirmed_view view = { .names = 0 };

	return strata_unconfirmed_look(unconfirmed, 0, &view) ? view.names : 0;
}

/* For what is asked of a server that says nothing. */
static void lose_patience(void)
{
	fixture.options.operation_timeout = 50000;
	call.waited = 0;
}

static void be_patient(void)
{
	fixture.options.operation_timeout = FIXTURE_PATIENCE_USEC;
	call.waited = 0;
}

static void a_store_without_an_answer_is_done_later_and_nothing_is_owed(void)
{
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&record) == STRATA_OK);
	kill(server.pid, SIGSTOP);
	lose_patience();
	CHECK(store(&record, "late") == STRATA_TIMEOUT && record.is_locked);
	be_patient();
	kill(server.pid, SIGCONT);
	freeReplyObject(real_redis_ask(&server, "PING"));
	CHECK(reads(KEY, "late") && owed() == 0);
	end_here();
}

static void a_store_that_is_done_too_late_is_refused(void)
{
	strata_session_record record = record_of(KEY, 1);
	strata_fence other = { .owner = 2, .end = strata_clock_wall_msec() + LOCK };
	char lease[STRATA_ENVELOPE_LEASE_SIZE];
	redisReply *reply = NULL;

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&record) == STRATA_OK);
	strata_envelope_lease(&other, lease);
	/* The server looks first at the connection that spoke last, and what comes first is there. */
	freeReplyObject(real_redis_ask(&server, "PING"));
	kill(server.pid, SIGSTOP);
	redisAppendCommand(server.raw, "SETRANGE " NAME " 8 %b", lease, sizeof(lease));
	for (int is_sent = 0; !is_sent;) {
		REQUIRE(redisBufferWrite(server.raw, &is_sent) == REDIS_OK);
	}
	lose_patience();
	CHECK(store(&record, "late") == STRATA_TIMEOUT);
	be_patient();
	kill(server.pid, SIGCONT);
	REQUIRE(redisGetReply(server.raw, (void **) &reply) == REDIS_OK);
	freeReplyObject(reply);
	freeReplyObject(real_redis_ask(&server, "PING"));
	CHECK(reads(KEY, "one") && owed() == 0);
	end_here();
}

static void a_removal_without_an_answer_is_not_repeated(void)
{
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	kill(server.pid, SIGSTOP);
	lose_patience();
	CHECK(remove_it(&record) == STRATA_TIMEOUT);
	be_patient();
	kill(server.pid, SIGCONT);
	CHECK(open_found(&record) == STRATA_MISS && owed() == 0);
	end_here();
}

/* After removals that could not be noted, values that are older than that are not believed. */
static void a_session_is_believed_however_old_it_is(void)
{
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	usleep(2000);
	(void) strata_unconfirmed_overflow(((strata_redis_tier *) tier.state)->redis->unconfirmed);
	CHECK(reads(KEY, "one") && open_found(&record) == STRATA_OK && has_text(&record, "one"));
	end_here();
}

/*
 * The server is stopped, and goes on when it has been asked. Then it closes the connection without
 * a look at what was asked, as one that was idle for too long.
 */
static void close_when_asked(void)
{
	freeReplyObject(real_redis_ask(&server, "PING"));
	kill(server.pid, SIGSTOP);
	redisAppendCommand(server.raw, "CLIENT KILL TYPE normal SKIPME yes");
	for (int is_sent = 0; !is_sent;) {
		REQUIRE(redisBufferWrite(server.raw, &is_sent) == REDIS_OK);
	}
	if (fork() == 0) {
		usleep(100000);
		kill(server.pid, SIGCONT);
		_exit(0);
	}
}

static bool was_closed(void)
{
	redisReply *reply = NULL;
	bool is_so;

	wait(NULL);
	REQUIRE(redisGetReply(server.raw, (void **) &reply) == REDIS_OK);
	is_so = reply->integer == 1;
	freeReplyObject(reply);
	return is_so;
}

static void a_connection_that_closes_meanwhile_costs_no_session(void)
{
	strata_session_record one = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	close_when_asked();
	CHECK(open_found(&one) == STRATA_OK && was_closed());
	close_when_asked();
	CHECK(store(&one, "two") == STRATA_OK && was_closed());
	close_when_asked();
	CHECK(remove_it(&one) == STRATA_OK && was_closed());
	end_here();
}

/* ---- lives ---- */

static void a_record_does_not_end_before_its_lock(void)
{
	strata_session_record one = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	CHECK(real_redis_tell(&server, "PEXPIRE " NAME " 20000") == 1);
	CHECK(open_found(&one) == STRATA_OK && one.left > 0 && one.left <= 20000);
	CHECK(real_redis_tell(&server, "PTTL " NAME) > LOCK - 30000);
	one.life = 1000;
	one.after = STRATA_SESSION_LOCK_TAKEN;
	CHECK(store(&one, "two") == STRATA_OK && renew(&one) == STRATA_OK && one.is_locked);
	CHECK(real_redis_tell(&server, "PTTL " NAME) > LOCK - 30000);
	one.after = STRATA_SESSION_LOCK_LEFT;
	CHECK(renew(&one) == STRATA_OK && real_redis_tell(&server, "PTTL " NAME) <= 1000);
	end_here();
}

static void a_renewed_session_has_its_life_and_no_lock(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	CHECK(real_redis_tell(&server, "PEXPIRE " NAME " 600000") == 1);
	CHECK(open_found(&one) == STRATA_OK && renew(&one) == STRATA_OK && !one.is_locked);
	CHECK(one.left == LIFE && real_redis_tell(&server, "PTTL " NAME) > LIFE - 60000);
	CHECK(open_found(&two) == STRATA_OK && has_text(&two, "one") && two.is_locked);
	CHECK(real_redis_tell(&server, "PERSIST " NAME) == 1);
	CHECK(open_found(&two) == STRATA_OK && two.left == STRATA_NEVER);
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_NOTHING) == STRATA_OK && one.left == STRATA_NEVER);
	end_here();
}

static void an_id_that_was_left_leads_on_for_no_longer_because_it_is_asked_for(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&one) == STRATA_OK);
	one.life = 30000;
	one.item.value = (strata_value){ .codec = STRATA_CODEC_MOVED, .bytes = strata_view_of("new") };
	one.item.version = 99;
	tier.ops->sessions->store(&tier, &call, &one);
	CHECK(one.item.result == STRATA_OK && !one.is_locked);
	CHECK(open_found(&two) == STRATA_OK && two.item.value.codec == STRATA_CODEC_MOVED);
	CHECK(strata_view_equal(two.item.value.bytes, strata_view_of("new")) && !two.is_locked);
	CHECK(real_redis_tell(&server, "PTTL " NAME) <= 30000 && two.seen == 99);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_OK && !two.is_locked);
	CHECK(real_redis_tell(&server, "PTTL " NAME) <= 30000 && two.left <= 30000);
	/* Where it leads nowhere, what is stored over it is a new session. */
	CHECK(store(&two, "two") == STRATA_OK && reads(KEY, "two"));
	end_here();
}

/* A clock that was set back, or a lie: the longest lock is an hour. */
static void an_end_that_is_too_far_away_is_not_believed(void)
{
	strata_session_record one = record_of(KEY, 1);
	strata_fence fence = { .owner = 7, .end = strata_clock_wall_msec() + 4000 * 1000 };
	char lease[STRATA_ENVELOPE_LEASE_SIZE];

	begin_here();
	make(KEY, "one");
	strata_envelope_lease(&fence, lease);
	CHECK(real_redis_tell(&server, "SETRANGE " NAME " 8 %b", lease, sizeof(lease)) == 99);
	CHECK(open_found(&one) == STRATA_OK && one.is_locked && leave(&one) == STRATA_OK);
	fence.end -= 1000 * 1000;
	strata_envelope_lease(&fence, lease);
	CHECK(real_redis_tell(&server, "SETRANGE " NAME " 8 %b", lease, sizeof(lease)) == 99);
	CHECK(open_found(&one) == STRATA_NOT_STORED);
	end_here();
}

/* ---- what is no session ---- */

static bool is_as_it_was(const char *bytes, size_t size)
{
	redisReply *reply = real_redis_ask(&server, "GET " NAME);
	bool is_same = reply->len == size && memcmp(reply->str, bytes, size) == 0;

	freeReplyObject(reply);
	return is_same;
}

static void is_refused_untouched(const char *bytes, size_t size, strata_result why)
{
	strata_session_record record = record_of(KEY, 1);

	CHECK(real_redis_tell(&server, "SET " NAME " %b", bytes, size) == 1);
	CHECK(open_found(&record) == why && !record.is_locked && record.seen == 0);
	CHECK(record.item.value.codec == STRATA_CODEC_NULL);
	CHECK(open_by(&record, STRATA_SESSION_CLAIM_ALWAYS) == why && !record.is_locked);
	CHECK(open_by(&record, STRATA_SESSION_CLAIM_NOTHING) == why);
	CHECK(is_as_it_was(bytes, size));
	record.guard = STRATA_SESSION_BY_VERSION;
	record.seen = 0;
	CHECK(store(&record, "new") == STRATA_NOT_STORED && is_as_it_was(bytes, size));
}

static void what_is_no_session_is_told_and_kept_as_it_is(void)
{
	static const char zeroes[128];
	strata_item item = { .key = strata_view_of(KEY), .version = 5, .is_enveloped = true };
	strata_view sealed;
	char bytes[128];

	begin_here();
	is_refused_untouched("hello", 5, STRATA_FOREIGN);
	is_refused_untouched("17", 2, STRATA_FOREIGN);
	is_refused_untouched(zeroes, sizeof(zeroes), STRATA_FOREIGN);
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 3 };
	sealed = strata_envelope_seal(fixture.arena, &keyspace, 2, &item);
	is_refused_untouched(sealed.data, sealed.size, STRATA_FOREIGN);
	item.value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("one") };
	sealed = strata_envelope_seal(fixture.arena, &keyspace, 2, &item);
	memcpy(bytes, sealed.data, sealed.size);
	bytes[sealed.size - 1]++;
	is_refused_untouched(bytes, sealed.size, STRATA_CORRUPT);
	sealed = strata_envelope_seal(fixture.arena, &keyspace, 3, &item);
	is_refused_untouched(sealed.data, sealed.size, STRATA_DESYNC);
	item.key = strata_view_of("{abd}");
	sealed = strata_envelope_seal(fixture.arena, &keyspace, 2, &item);
	is_refused_untouched(sealed.data, sealed.size, STRATA_DESYNC);
	end_here();
}

static void a_list_is_an_error_of_the_server(void)
{
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	CHECK(real_redis_tell(&server, "RPUSH " NAME " x") == 1);
	CHECK(open_found(&record) == STRATA_SERVER && store(&record, "x") == STRATA_SERVER);
	CHECK(renew(&record) == STRATA_SERVER && leave(&record) == STRATA_SERVER);
	CHECK(remove_it(&record) == STRATA_OK);
	end_here();
}

static void a_large_session_is_compressed_and_one_too_large_refused(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);
	char *bytes = malloc(100001);

	begin_here();
	memset(bytes, 'x', 100001);
	keyspace.compress_from = 100;
	one.guard = STRATA_SESSION_BY_VERSION;
	CHECK(store_bytes(&one, bytes, 100000) == STRATA_OK);
	CHECK(real_redis_tell(&server, "STRLEN " NAME) < 1000);
	CHECK(open_found(&two) == STRATA_OK && two.item.value.bytes.size == 100000);
	CHECK(memcmp(two.item.value.bytes.data, bytes, 100000) == 0);
	CHECK(store_bytes(&two, bytes, 100001) == STRATA_TOO_LARGE && two.is_locked);
	CHECK(strstr(call.error, "100001 bytes") != NULL);
	keyspace.max_value = 1000;
	CHECK(open_found(&two) == STRATA_TOO_LARGE && strstr(call.error, "max_value") != NULL);
	/* What it cannot read it does not lock. */
	CHECK(!two.is_locked && leave(&two) == STRATA_NOT_STORED);
	end_here();
	free(bytes);
}

/* ---- lies ---- */

static const char *lie;

static void tell_the_lie(toy_redis *toy, const char *verb)
{
	(void) verb;
	toy->reply = lie;
}

/* Twice in a row. */
static strata_result answered_by(const char *words, strata_session_claim claim)
{
	strata_session_record record = record_of(KEY, 0x4141414141414141);

	lie = words;
	record.is_locked = true;
	record.seen = 5;
	open_by(&record, claim);
	CHECK(record.item.result == STRATA_OK || record.seen == 5 || record.seen == 0);
	CHECK(record.item.value.codec == STRATA_CODEC_NULL);
	return record.item.result;
}

#define TOKEN "$8\r\nAAAAAAAA\r\n"

static void a_reply_that_cannot_be_is_believed_by_no_verb(void)
{
	static const char *const lies[] = { "+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "*-1\r\n",
		"$3\r\none\r\n", "*4\r\n$8\r\nAAAAAAAB\r\n:1\r\n$-1\r\n:-2\r\n",
		"*4\r\n$7\r\nAAAAAAA\r\n:1\r\n$-1\r\n:-2\r\n", "*4\r\n:7\r\n:1\r\n$-1\r\n:-2\r\n",
		"*3\r\n" TOKEN ":1\r\n$-1\r\n", "*5\r\n" TOKEN ":1\r\n$-1\r\n:-2\r\n:0\r\n",
		"*4\r\n" TOKEN "$1\r\n1\r\n$-1\r\n:-2\r\n", "*4\r\n" TOKEN ":3\r\n$-1\r\n:-2\r\n",
		"*4\r\n" TOKEN ":-1\r\n$-1\r\n:-2\r\n", "*4\r\n" TOKEN ":1\r\n$-1\r\n$2\r\n-2\r\n",
		"*4\r\n" TOKEN ":1\r\n$-1\r\n:-3\r\n", "*4\r\n" TOKEN ":1\r\n:0\r\n:-2\r\n",
		"*4\r\n" TOKEN ":2\r\n$1\r\nx\r\n:-2\r\n", "*4\r\n" TOKEN ":1\r\n*0\r\n:-2\r\n" };
	strata_session_record record = record_of(KEY, 1);

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		begin_with(1, STRATA_REDIS_STANDALONE);
		toy_redis_let(&toys[0], tell_the_lie);
		CHECK(answered_by(lies[i], STRATA_SESSION_CLAIM_FOUND) == STRATA_DESYNC);
		CHECK(answered_by(lies[i], STRATA_SESSION_CLAIM_ALWAYS) == STRATA_DESYNC);
		end();
	}
	begin_with(1, STRATA_REDIS_STANDALONE);
	toy_redis_let(&toys[0], tell_the_lie);
	CHECK(answered_by("*0\r\n", STRATA_SESSION_CLAIM_NOTHING) == STRATA_DESYNC);
	CHECK(answered_by(":1\r\n", STRATA_SESSION_CLAIM_NOTHING) == STRATA_DESYNC);
	lie = "+OK\r\n";
	CHECK(renew(&record) == STRATA_DESYNC && leave(&record) == STRATA_DESYNC);
	CHECK(store(&record, "x") == STRATA_DESYNC && remove_it(&record) == STRATA_DESYNC);
	lie = ":3\r\n";
	CHECK(renew(&record) == STRATA_DESYNC && leave(&record) == STRATA_DESYNC);
	CHECK(store(&record, "x") == STRATA_DESYNC && remove_it(&record) == STRATA_DESYNC);
	CHECK(record.seen == 0 && !record.is_locked);
	end();
}

/* What is claimed cannot be missing and free, and what is opened cannot be free. */
static void a_state_that_cannot_be_is_no_answer(void)
{
	begin_with(1, STRATA_REDIS_STANDALONE);
	toy_redis_let(&toys[0], tell_the_lie);
	CHECK(answered_by("*4\r\n" TOKEN ":0\r\n$-1\r\n:-2\r\n", STRATA_SESSION_CLAIM_FOUND) ==
		  STRATA_MISS);
	CHECK(answered_by("*4\r\n" TOKEN ":0\r\n$-1\r\n:-2\r\n", STRATA_SESSION_CLAIM_ALWAYS) ==
		  STRATA_DESYNC);
	CHECK(answered_by("*4\r\n" TOKEN ":1\r\n$-1\r\n:-2\r\n", STRATA_SESSION_CLAIM_ALWAYS) ==
		  STRATA_MISS);
	CHECK(answered_by("*4\r\n" TOKEN ":1\r\n$-1\r\n:-2\r\n", STRATA_SESSION_CLAIM_FOUND) ==
		  STRATA_DESYNC);
	end();
}

/* ---- without a lock, and without scripts ---- */

static void log_in_as(const char *user)
{
	fixture.options.setup.user = user;
	fixture.options.setup.password = "secret";
}

static void without_scripts_there_is_no_lock_and_all_else_works(void)
{
	const strata_hostport seed = { "127.0.0.1", server.port };
	strata_session_record one = record_of(KEY, 1);

	begin_here();
	CHECK(real_redis_tell(&server, "ACL SETUSER plain on >secret ~* +@all -eval -evalsha") == 1);
	tier.ops->fini(&tier);
	log_in_as("plain");
	tier = tier_on(&seed, STRATA_REDIS_STANDALONE);
	CHECK(open_found(&one) == STRATA_UNSUPPORTED && !one.is_locked);
	CHECK(strstr(call.error, "sessions take EVAL") != NULL);
	CHECK(store(&one, "one") == STRATA_UNSUPPORTED && renew(&one) == STRATA_UNSUPPORTED);
	CHECK(leave(&one) == STRATA_UNSUPPORTED && strstr(call.error, "EVAL") != NULL);
	one.guard = STRATA_SESSION_BY_NOTHING;
	CHECK(open_by(&one, STRATA_SESSION_CLAIM_NOTHING) == STRATA_MISS);
	CHECK(renew(&one) == STRATA_MISS && store(&one, "one") == STRATA_OK && reads(KEY, "one"));
	CHECK(one.seen == one.item.version && store(&one, "two") == STRATA_OK && reads(KEY, "two"));
	CHECK(real_redis_tell(&server, "PEXPIRE " NAME " 600000") == 1);
	CHECK(renew(&one) == STRATA_OK && real_redis_tell(&server, "PTTL " NAME) > LIFE - 60000);
	CHECK(remove_it(&one) == STRATA_OK && real_redis_tell(&server, "DBSIZE") == 0);
	CHECK(real_redis_tell(&server, "ACL DELUSER plain") == 1);
	end_here();
}

static void a_command_that_a_script_may_not_run_is_named_with_the_others(void)
{
	const strata_hostport seed = { "127.0.0.1", server.port };
	strata_session_record one = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	CHECK(real_redis_tell(&server, "ACL SETUSER plain on >secret ~* +@all -setrange") == 1);
	tier.ops->fini(&tier);
	log_in_as("plain");
	tier = tier_on(&seed, STRATA_REDIS_STANDALONE);
	CHECK(open_found(&one) == STRATA_UNSUPPORTED && !one.is_locked);
	CHECK(strstr(call.error, "SETRANGE") != NULL);
	CHECK(real_redis_tell(&server, "ACL DELUSER plain") == 1);
	end_here();
}

static void scripts_that_the_server_forgot_run_all_the_same(void)
{
	strata_session_record one = record_of(KEY, 1);

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&one) == STRATA_OK);
	CHECK(real_redis_tell(&server, "SCRIPT FLUSH") == 1);
	CHECK(store(&one, "two") == STRATA_OK && real_redis_tell(&server, "SCRIPT FLUSH") == 1);
	CHECK(open_found(&one) == STRATA_OK && real_redis_tell(&server, "SCRIPT FLUSH") == 1);
	CHECK(renew(&one) == STRATA_OK && open_found(&one) == STRATA_OK);
	CHECK(real_redis_tell(&server, "SCRIPT FLUSH") == 1 && leave(&one) == STRATA_OK);
	end_here();
}

static void a_server_that_is_full_still_has_what_it_has(void)
{
	strata_session_record one = record_of(KEY, 1), two = record_of(KEY, 2);

	begin_here();
	make(KEY, "one");
	CHECK(real_redis_tell(&server, "CONFIG SET maxmemory-policy noeviction maxmemory 1") == 1);
	CHECK(open_found(&one) == STRATA_OK && one.is_locked && has_text(&one, "one"));
	CHECK(open_found(&two) == STRATA_NOT_STORED);
	CHECK(store(&one, "two") == STRATA_SERVER && strstr(call.error, "OOM") != NULL);
	CHECK(leave(&one) == STRATA_OK && open_found(&two) == STRATA_OK && renew(&two) == STRATA_OK);
	CHECK(real_redis_tell(&server, "PTTL " NAME) > LIFE - 60000);
	CHECK(real_redis_tell(&server, "PERSIST " NAME) == 1);
	CHECK(open_found(&one) == STRATA_OK && leave(&one) == STRATA_OK);
	CHECK(real_redis_tell(&server, "PTTL " NAME) == -1 && reads(KEY, "one"));
	CHECK(real_redis_tell(&server, "CONFIG SET maxmemory 0") == 1);
	end_here();
}

/* ---- other programs ---- */

static void what_another_program_keeps_is_read_and_removed_by_its_name(void)
{
	const strata_view name = strata_view_of("PHPREDIS_SESSION:abc");
	strata_session_record record = record_of(KEY, 1);

	begin_here();
	tier.ops->sessions->read_foreign(&tier, &call, name, &record);
	CHECK(record.item.result == STRATA_MISS);
	CHECK(real_redis_tell(&server, "SET PHPREDIS_SESSION:abc %b PX 50000", "a|i:1;", (size_t) 6) ==
		  1);
	tier.ops->sessions->read_foreign(&tier, &call, name, &record);
	CHECK(record.item.result == STRATA_OK && has_text(&record, "a|i:1;"));
	CHECK(record.left > 0 && record.left <= 50000);
	CHECK(real_redis_tell(&server, "SET PHPREDIS_SESSION:abc 17") == 1);
	tier.ops->sessions->read_foreign(&tier, &call, name, &record);
	CHECK(has_text(&record, "17") && record.left == STRATA_NEVER && record.item.node != NULL);
	tier.ops->sessions->remove_foreign(&tier, &call, name, &record);
	CHECK(record.item.result == STRATA_OK && real_redis_tell(&server, "DBSIZE") == 0);
	tier.ops->sessions->remove_foreign(&tier, &call, name, &record);
	CHECK(record.item.result == STRATA_MISS && owed() == 0);
	end_here();
}

static void purge_neither_counts_nor_removes_sessions(void)
{
	strata_purge_order order = { .mode = STRATA_PURGE_REMOVES, .limit = 1000 };
	strata_session_record one = record_of(KEY, 1), two = record_of("{new}", 2);
	strata_purge purged;

	begin_here();
	make(KEY, "one");
	CHECK(open_found(&one) == STRATA_OK);
	CHECK(open_by(&two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS);
	CHECK(real_redis_tell(&server, "SET db:1700000000000000:a x") == 1);
	call.generation = 1800000000000000;
	CHECK(tier.ops->purge(&tier, &call, &order, &purged) == STRATA_OK && purged.is_done);
	CHECK(purged.seen == 1 && purged.former == 1 && purged.removed == 1);
	CHECK(real_redis_tell(&server, "DBSIZE") == 2 && reads(KEY, "one"));
	end_here();
}

/* ---- replicas ---- */

static void no_replica_is_asked_where_all_else_may_ask_one(void)
{
	strata_item item = { .key = strata_view_of(KEY) };
	strata_item *const one[] = { &item };
	strata_session_record record = record_of(KEY, 1);

	begin_with(2, STRATA_REDIS_CLUSTER);
	toy_redis_form_pair(toys);
	fixture.options.replica_reads = STRATA_REPLICA_READS_PREFER;
	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_MISS && item.is_from_replica);
	CHECK(toy_redis_heard(&toys[1], "GET db:7:{abc}; ") && toy_redis_heard(&toys[0], ""));
	for (int i = 0; i < 5; i++) {
		CHECK(open_by(&record, STRATA_SESSION_CLAIM_NOTHING) == STRATA_MISS);
		CHECK(heard("GET " NAME "; PTTL " NAME "; ") && !record.item.is_from_replica);
		tier.ops->sessions->read_foreign(&tier, &call, strata_view_of(NAME), &record);
		CHECK(heard("GET " NAME "; PTTL " NAME "; "));
	}
	CHECK(toy_redis_heard(&toys[1], ""));
	end();
}

/* ---- a slot that moves ---- */

static void form_cluster(real_redis nodes[2])
{
	for (int i = 0; i < 2; i++) {
		real_redis_start(&nodes[i], REAL_REDIS_NODE);
	}
	CHECK(real_redis_tell(&nodes[0], "CLUSTER ADDSLOTSRANGE 0 16383") == 1);
	CHECK(real_redis_tell(&nodes[0], "CLUSTER MEET 127.0.0.1 %d %d", nodes[1].port, nodes[1].bus) ==
		  1);
	REQUIRE(real_redis_comes_to(&nodes[0], "CLUSTER INFO", "cluster_known_nodes:2"));
	REQUIRE(real_redis_comes_to(&nodes[0], "CLUSTER INFO", "cluster_state:ok"));
	REQUIRE(real_redis_comes_to(&nodes[1], "CLUSTER INFO", "cluster_state:ok"));
}

static void begin_move(real_redis nodes[2], int slot)
{
	redisReply *from = real_redis_ask(&nodes[0], "CLUSTER MYID");
	redisReply *to = real_redis_ask(&nodes[1], "CLUSTER MYID");

	CHECK(real_redis_tell(&nodes[1], "CLUSTER SETSLOT %d IMPORTING %s", slot, from->str) == 1);
	CHECK(real_redis_tell(&nodes[0], "CLUSTER SETSLOT %d MIGRATING %s", slot, to->str) == 1);
	freeReplyObject(from);
	freeReplyObject(to);
}

static void goes_through_its_verbs(const char *key)
{
	strata_session_record one = record_of(key, 1), two = record_of(key, 2);

	CHECK(open_found(&one) == STRATA_OK && one.is_locked);
	CHECK(open_found(&two) == STRATA_NOT_STORED && store(&one, "two") == STRATA_OK);
	CHECK(open_found(&two) == STRATA_OK && has_text(&two, "two") && renew(&two) == STRATA_OK);
	CHECK(open_found(&two) == STRATA_OK && leave(&two) == STRATA_OK && reads(key, "two"));
}

static void sessions_go_on_while_their_slot_moves(void)
{
	real_redis nodes[2];
	strata_session_record new = record_of("new{abc}", 3);
	int slot = strata_slots_of_key(strata_view_of(NAME));

	form_cluster(nodes);
	begin_on(&nodes[0], STRATA_REDIS_CLUSTER);
	make(KEY, "one");
	begin_move(nodes, slot);
	goes_through_its_verbs(KEY);
	CHECK(open_by(&new, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_MISS && new.is_locked);
	CHECK(store(&new, "one") == STRATA_OK && reads("new{abc}", "one"));
	goes_through_its_verbs("new{abc}");
	/* A lock moves with its record. */
	new = record_of(KEY, 4);
	CHECK(open_found(&new) == STRATA_OK);
	CHECK(real_redis_tell(&nodes[0], "MIGRATE 127.0.0.1 %d " NAME " 0 5000", nodes[1].port) == 1);
	CHECK(store(&new, "moved") == STRATA_OK && reads(KEY, "moved"));
	goes_through_its_verbs(KEY);
	CHECK(remove_it(&new) == STRATA_OK);
	end_here();
	real_redis_end(&nodes[0]);
	real_redis_end(&nodes[1]);
}

int main(void)
{
	real_redis_start(&server, REAL_REDIS_ALONE);
	RUN(what_is_not_there_is_not_locked_where_only_what_is_found_is_claimed);
	RUN(a_session_is_made_opened_changed_and_left);
	RUN(a_lock_keeps_others_out_and_is_taken_up_by_its_token);
	RUN(what_is_not_there_yet_is_locked_where_that_is_claimed);
	RUN(a_placeholder_without_a_lock_is_nothing);
	RUN(a_late_store_is_refused_once_another_took_the_lock);
	RUN(a_lock_that_ended_costs_no_honest_write);
	RUN(a_removal_wins_over_the_request_that_was_under_way);
	RUN(without_a_lock_a_write_over_a_change_is_refused);
	RUN(a_store_that_was_done_is_done);
	RUN(a_store_without_an_answer_is_done_later_and_nothing_is_owed);
	RUN(a_store_that_is_done_too_late_is_refused);
	RUN(a_removal_without_an_answer_is_not_repeated);
	RUN(a_session_is_believed_however_old_it_is);
	RUN(a_connection_that_closes_meanwhile_costs_no_session);
	RUN(a_record_does_not_end_before_its_lock);
	RUN(a_renewed_session_has_its_life_and_no_lock);
	RUN(an_id_that_was_left_leads_on_for_no_longer_because_it_is_asked_for);
	RUN(an_end_that_is_too_far_away_is_not_believed);
	RUN(what_is_no_session_is_told_and_kept_as_it_is);
	RUN(a_list_is_an_error_of_the_server);
	RUN(a_large_session_is_compressed_and_one_too_large_refused);
	RUN(a_reply_that_cannot_be_is_believed_by_no_verb);
	RUN(a_state_that_cannot_be_is_no_answer);
	RUN(without_scripts_there_is_no_lock_and_all_else_works);
	RUN(a_command_that_a_script_may_not_run_is_named_with_the_others);
	RUN(scripts_that_the_server_forgot_run_all_the_same);
	RUN(a_server_that_is_full_still_has_what_it_has);
	RUN(what_another_program_keeps_is_read_and_removed_by_its_name);
	RUN(purge_neither_counts_nor_removes_sessions);
	RUN(no_replica_is_asked_where_all_else_may_ask_one);
	RUN(sessions_go_on_while_their_slot_moves);
	real_redis_end(&server);
	return unit_end();
}
