/* Records of sessions and their locks, each in one item of a server. */
#include "tier/memcached/memcached.h"

#include <unistd.h>

#include "host/unconfirmed.h"
#include "os/clock.h"
#include "tier/envelope.h"

#include "memcached_session_verbs.h"
#include "real_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { SHORT_LOCK = 300 /* msec */, SHORT_USEC = 300 * 1000 };

static remote_fixture fixture;
static strata_unconfirmed_table *names;
static real_memcached server;
static strata_keyspace keyspace;

static strata_tier tier_at(const real_memcached *at, strata_memcached_place place)
{
	strata_ring_server address = { "127.0.0.1", at->port, 1, NULL };
	strata_memcached *pool;
	strata_tier made;

	REQUIRE(strata_memcached_new(&address, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&made, pool, &keyspace, place) == 0);
	return made;
}

static void begin_at(const real_memcached *at)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &names) == STRATA_OK);
	fixture.options.unconfirmed = names;
	REQUIRE(
		strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 100000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena };
	tier = tier_at(at, STRATA_MEMCACHED_DEEPEST);
}

static void begin(void)
{
	CHECK(strcmp(real_memcached_ask(&server, "flush_all"), "OK") == 0);
	begin_at(&server);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	strata_unconfirmed_table_free(names);
	remote_fixture_end(&fixture);
}

static int64_t seconds_left(void)
{
	const char *reply = real_memcached_ask(&server, "mg " NAME " t");
	const char *at = strstr(reply, " t");

	return at == NULL ? -9 : strtoll(at + 2, NULL, 10);
}

static bool is_there(void)
{
	return strcmp(real_memcached_ask(&server, "mg " NAME), "HD") == 0;
}

static uint64_t commands(void)
{
	return real_memcached_count(&server, "cmd_get") + real_memcached_count(&server, "cmd_set") +
		   real_memcached_count(&server, "cmd_touch") +
		   real_memcached_count(&server, "delete_hits") +
		   real_memcached_count(&server, "delete_misses");
}

/* ---- opening and storing ---- */

static void a_new_session_is_locked_stored_and_read(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	CHECK(open_always(&a) == STRATA_MISS && a.is_locked && a.seen == 0 && a.cas != 0);
	CHECK(open_found(&b) == STRATA_NOT_STORED && !b.is_locked);
	CHECK(open_always(&b) == STRATA_NOT_STORED);
	CHECK(store(&a, "one") == STRATA_OK && !a.is_locked && a.seen == a.item.version);
	CHECK(reads("one"));
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "one") && b.is_locked && b.seen == a.seen);
	CHECK(store(&b, "two") == STRATA_OK && reads("two"));
	end();
}

static void where_nothing_is_no_lock_is_taken_without_need(void)
{
	strata_session_record a = record_of(1);

	begin();
	CHECK(open_found(&a) == STRATA_MISS && !a.is_locked && a.seen == 0 && !is_there());
	CHECK(look(&a) == STRATA_MISS && !is_there());
	CHECK(store(&a, "one") == STRATA_OK && reads("one"));
	end();
}

static void an_id_that_was_never_opened_must_be_new(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	CHECK(store(&a, "one") == STRATA_OK);
	CHECK(store(&b, "two") == STRATA_NOT_STORED && reads("one"));
	end();
}

static void a_locked_session_can_be_read(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	CHECK(look(&b) == STRATA_OK && has_text(&b, "one") && !b.is_locked);
	/* The lock of a holds what b saw from being written. */
	CHECK(store(&b, "two") == STRATA_NOT_STORED && reads("one"));
	CHECK(store(&a, "three") == STRATA_OK && reads("three"));
	end();
}

static void the_holder_takes_its_lock_up_again(void)
{
	strata_session_record a = record_of(1);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK && open_found(&a) == STRATA_OK && a.is_locked);
	CHECK(store(&a, "two") == STRATA_OK);
	end();
}

static void the_lock_is_kept_where_that_is_asked_for(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	a.after = STRATA_SESSION_LOCK_TAKEN;
	CHECK(store(&a, "one") == STRATA_OK && a.is_locked);
	CHECK(open_found(&b) == STRATA_NOT_STORED);
	CHECK(store(&a, "two") == STRATA_OK && a.is_locked);
	a.after = STRATA_SESSION_LOCK_LEFT;
	CHECK(store(&a, "three") == STRATA_OK && open_found(&b) == STRATA_OK);
	CHECK(has_text(&b, "three"));
	end();
}

/* ---- guards ---- */

static void a_lock_that_ended_costs_no_honest_write(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	a.lock_ttl = SHORT_LOCK;
	CHECK(open_found(&a) == STRATA_OK);
	usleep(2 * SHORT_USEC);
	CHECK(look(&b) == STRATA_OK);
	CHECK(store(&a, "two") == STRATA_OK && reads("two"));
	end();
}

static void a_late_write_goes_over_no_other(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	a.lock_ttl = SHORT_LOCK;
	CHECK(open_found(&a) == STRATA_OK);
	usleep(2 * SHORT_USEC);
	CHECK(open_found(&b) == STRATA_OK && b.is_locked);
	CHECK(store(&a, "late") == STRATA_NOT_STORED && !a.is_locked);
	CHECK(store(&b, "two") == STRATA_OK && reads("two"));
	/* There is no lock any more, and the record is another. */
	a.is_locked = true;
	CHECK(store(&a, "late") == STRATA_NOT_STORED && reads("two"));
	end();
}

static void a_lock_that_came_and_went_costs_no_honest_write(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	a.lock_ttl = SHORT_LOCK;
	CHECK(open_found(&a) == STRATA_OK);
	usleep(2 * SHORT_USEC);
	CHECK(open_found(&b) == STRATA_OK && leave(&b) == STRATA_OK);
	CHECK(store(&a, "two") == STRATA_OK && reads("two"));
	end();
}

static void by_version_what_another_changed_is_not_written_over(void)
{
	strata_session_record a = record_of(0), b = record_of(0);

	begin();
	keep("one");
	a.guard = b.guard = STRATA_SESSION_BY_VERSION;
	CHECK(look(&a) == STRATA_OK && look(&b) == STRATA_OK);
	CHECK(store(&a, "two") == STRATA_OK);
	CHECK(store(&b, "late") == STRATA_NOT_STORED && reads("two"));
	CHECK(store(&a, "three") == STRATA_OK && reads("three"));
	end();
}

static void by_nothing_the_last_one_wins(void)
{
	strata_session_record a = record_of(1), b = record_of(0);

	begin();
	b.guard = STRATA_SESSION_BY_NOTHING;
	CHECK(open_always(&a) == STRATA_MISS);
	CHECK(store(&b, "two") == STRATA_OK && reads("two"));
	CHECK(store(&a, "one") == STRATA_NOT_STORED);
	end();
}

static void what_was_evicted_is_stored_anew(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	(void) real_memcached_ask(&server, "md " NAME);
	CHECK(renew(&a) == STRATA_MISS);
	CHECK(store(&a, "two") == STRATA_OK && reads("two"));
	/* Not by a request of long ago: it may have been removed since. */
	CHECK(open_found(&b) == STRATA_OK);
	(void) real_memcached_ask(&server, "md " NAME);
	b.opened_at -= LOCK;
	CHECK(store(&b, "three") == STRATA_NOT_STORED && !is_there());
	end();
}

/* ---- leaving ---- */

static void a_lock_that_is_left_sends_no_value(void)
{
	strata_session_record a = record_of(1), b = record_of(2);
	uint64_t received;

	begin();
	keep("0123456789012345678901234567890123456789012345678901234567890123456789");
	CHECK(open_found(&a) == STRATA_OK);
	received = real_memcached_count(&server, "cmd_set");
	CHECK(leave(&a) == STRATA_OK && !a.is_locked);
	CHECK(real_memcached_count(&server, "cmd_set") == received);
	CHECK(open_found(&b) == STRATA_OK && b.is_locked);
	CHECK(leave(&a) == STRATA_NOT_STORED);
	CHECK(open_found(&a) == STRATA_NOT_STORED);
	CHECK(store(&b, "two") == STRATA_OK && reads("two"));
	end();
}

static void a_placeholder_goes_with_its_lock(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	CHECK(open_always(&a) == STRATA_MISS && seconds_left() >= LOCK / 1000 - 1 &&
		  seconds_left() <= LOCK / 1000 + 5);
	CHECK(leave(&a) == STRATA_OK && !is_there());
	CHECK(leave(&a) == STRATA_NOT_STORED);
	CHECK(open_always(&b) == STRATA_MISS && b.is_locked);
	end();
}

/* As the next caller on a host does it for a process that died. */
static void a_lock_is_left_by_its_token_alone(void)
{
	strata_session_record a = record_of(1), dead = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	dead.is_locked = true;
	CHECK(leave(&dead) == STRATA_OK && open_found(&b) == STRATA_OK);
	CHECK(leave(&dead) == STRATA_NOT_STORED && store(&b, "two") == STRATA_OK);
	end();
}

/* ---- life ---- */

static void a_life_begins_anew_with_the_lock_and_with_each_renewal(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	a.life = 100000;
	CHECK(store(&a, "one") == STRATA_OK && seconds_left() >= 99 && seconds_left() <= 102);
	CHECK(look(&b) == STRATA_OK && b.left >= 98000 && b.left <= 102000);
	CHECK(open_found(&b) == STRATA_OK && b.left == LIFE && seconds_left() >= LIFE / 1000 - 1);
	b.life = 200000;
	CHECK(renew(&b) == STRATA_OK && !b.is_locked && b.left == 200000);
	CHECK(seconds_left() >= 198 && seconds_left() <= 202 && reads("one"));
	CHECK(open_found(&a) == STRATA_OK && store(&a, "two") == STRATA_OK);
	end();
}

static void a_record_does_not_end_before_its_lock(void)
{
	strata_session_record a = record_of(1);

	begin();
	keep("one");
	a.life = 5000;
	CHECK(open_found(&a) == STRATA_OK && seconds_left() >= LOCK / 1000);
	end();
}

static void a_renewal_keeps_the_lock_where_that_is_asked_for(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	a.after = STRATA_SESSION_LOCK_TAKEN;
	CHECK(renew(&a) == STRATA_OK && a.is_locked && open_found(&b) == STRATA_NOT_STORED);
	a.after = STRATA_SESSION_LOCK_LEFT;
	CHECK(store(&a, "two") == STRATA_OK);
	end();
}

static void what_another_has_is_not_renewed(void)
{
	strata_session_record a = record_of(0), b = record_of(2);

	begin();
	a.guard = STRATA_SESSION_BY_VERSION;
	CHECK(renew(&a) == STRATA_MISS);
	CHECK(open_always(&b) == STRATA_MISS && renew(&b) == STRATA_MISS && leave(&b) == STRATA_OK);
	keep("one");
	CHECK(look(&a) == STRATA_OK && open_found(&b) == STRATA_OK);
	CHECK(renew(&a) == STRATA_NOT_STORED);
	CHECK(store(&b, "two") == STRATA_OK && renew(&a) == STRATA_NOT_STORED);
	CHECK(look(&a) == STRATA_OK && renew(&a) == STRATA_OK);
	a.guard = STRATA_SESSION_BY_NOTHING;
	CHECK(renew(&a) == STRATA_OK && reads("two"));
	end();
}

static void a_pointer_is_not_locked_and_ends_when_it_would(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	a.item.value = (strata_value){ .codec = STRATA_CODEC_MOVED, .bytes = strata_view_of("def") };
	a.item.version = 7;
	a.life = 30000;
	tier.ops->sessions->store(&tier, &call, &a);
	CHECK(a.item.result == STRATA_OK);
	CHECK(open_always(&b) == STRATA_OK && b.item.value.codec == STRATA_CODEC_MOVED);
	CHECK(!b.is_locked && strata_view_equal(b.item.value.bytes, strata_view_of("def")));
	CHECK(seconds_left() <= 32 && b.left <= 32000);
	end();
}

/* ---- removing ---- */

static void a_logout_wins(void)
{
	strata_session_record a = record_of(1), b = record_of(2), c = record_of(3);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	CHECK(remove_it(&b) == STRATA_OK && !b.is_locked);
	CHECK(look(&c) == STRATA_MISS && open_found(&c) == STRATA_MISS && !c.is_locked);
	CHECK(store(&a, "late") == STRATA_NOT_STORED && look(&c) == STRATA_MISS);
	CHECK(remove_it(&c) == STRATA_MISS);
	/* Nor after a request under the same id that stored nothing. */
	CHECK(open_always(&c) == STRATA_MISS && c.is_locked && leave(&c) == STRATA_OK);
	a.is_locked = true;
	CHECK(store(&a, "late") == STRATA_NOT_STORED && look(&c) == STRATA_MISS);
	CHECK(open_always(&c) == STRATA_MISS && store(&c, "new") == STRATA_OK && reads("new"));
	end();
}

static void a_session_that_was_new_is_not_stored_after_a_logout(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	CHECK(open_always(&a) == STRATA_MISS && remove_it(&b) == STRATA_MISS);
	CHECK(store(&a, "late") == STRATA_NOT_STORED && look(&b) == STRATA_MISS);
	end();
}

static void the_holder_removes_in_one_step(void)
{
	strata_session_record a = record_of(1);
	uint64_t before;

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	before = commands();
	CHECK(remove_it(&a) == STRATA_OK && commands() == before + 1);
	CHECK(look(&a) == STRATA_MISS && seconds_left() <= LOCK / 1000 + 2);
	end();
}

/* ---- how much is asked ---- */

static void each_verb_takes_as_many_commands_as_it_must(void)
{
	strata_session_record a = record_of(1), b = record_of(2);
	uint64_t before;

	begin();
	before = commands();
	CHECK(open_always(&a) == STRATA_MISS && commands() == before + 2);
	CHECK(store(&a, "one") == STRATA_OK && commands() == before + 3);
	CHECK(open_found(&b) == STRATA_OK && commands() == before + 5);
	CHECK(store(&b, "two") == STRATA_OK && commands() == before + 6);
	CHECK(look(&a) == STRATA_OK && commands() == before + 7);
	CHECK(open_found(&b) == STRATA_OK && leave(&b) == STRATA_OK);
	CHECK(open_found(&b) == STRATA_OK && renew(&b) == STRATA_OK);
	CHECK(open_found(&b) == STRATA_OK);
	CHECK(open_found(&a) == STRATA_NOT_STORED);
	end();
}

/* ---- servers ---- */

static void a_server_without_cas_has_no_sessions_with_locks(void)
{
	real_memcached plain = { .pid = 0 };
	strata_session_record a = record_of(1), b = record_of(0);

	real_memcached_start(&plain, "-C");
	begin_at(&plain);
	CHECK(open_always(&a) == STRATA_UNSUPPORTED && strstr(call.error, "no cas") != NULL);
	CHECK(strcmp(real_memcached_ask(&plain, "mg " NAME), "EN") == 0);
	b.guard = STRATA_SESSION_BY_NOTHING;
	CHECK(store(&b, "one") == STRATA_OK && reads("one"));
	call.error[0] = '\0';
	CHECK(open_found(&a) == STRATA_UNSUPPORTED && strstr(call.error, "session_lock") != NULL);
	CHECK(remove_it(&b) == STRATA_OK && look(&b) == STRATA_MISS);
	end();
	real_memcached_kill(&plain);
}

/* Its commands lie in the buffers of the server until it wakes up. */
static void a_write_without_an_answer_is_done_or_refused(void)
{
	strata_session_record a = record_of(1), b = record_of(2);
	const char *seen;

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	fixture.options.operation_timeout = SHORT_USEC;
	real_memcached_sleep(&server);
	CHECK(store(&a, "late") == STRATA_TIMEOUT && a.is_locked);
	real_memcached_wake(&server);
	fixture.options.operation_timeout = FIXTURE_PATIENCE_USEC;
	CHECK(look(&b) == STRATA_OK);
	seen = has_text(&b, "late") ? "late" : "one";
	CHECK(has_text(&b, seen));
	/* The lock of a goes with its write. */
	if (strcmp(seen, "late") == 0) {
		CHECK(open_found(&b) == STRATA_OK && store(&b, "two") == STRATA_OK && reads("two"));
	}
	end();
}

static bool is_refused(const char *command, uint64_t cas, const char *rest)
{
	char line[128];

	snprintf(line, sizeof(line), "%s C%llu%s", command, (unsigned long long) cas, rest);
	return strncmp(real_memcached_ask(&server, line), "EX", 2) == 0;
}

/* What a server that was stopped may find in its buffers: commands of a, after those of b. */
static void what_a_server_executes_late_undoes_nothing_that_was_confirmed(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK && a.cas != 0);
	b = record_of(1);
	CHECK(leave(&b) == STRATA_OK);
	CHECK(is_refused("ms " NAME " 4 T10", a.cas, "\r\nlate"));
	CHECK(is_refused("md " NAME " I T10", a.cas, "") && is_refused("md " NAME, a.cas, ""));
	b = record_of(2);
	CHECK(open_found(&b) == STRATA_OK && is_refused("ms " NAME " 4", a.cas, "\r\nlate"));
	CHECK(store(&b, "two") == STRATA_OK && is_refused("ms " NAME " 4", a.cas, "\r\nlate"));
	CHECK(is_refused("md " NAME " I T10", a.cas, "") && reads("two"));
	CHECK(open_found(&b) == STRATA_OK && b.is_locked && remove_it(&b) == STRATA_OK);
	CHECK(is_refused("ms " NAME " 4", a.cas, "\r\nlate") && look(&b) == STRATA_MISS);
	end();
}

static void a_full_server_loses_no_session_by_its_lock(void)
{
	real_memcached full = { .pid = 0 };
	strata_session_record a = record_of(1), b = record_of(2);
	char text[4000], line[64];
	strata_session_record other = record_of(1);

	real_memcached_start(&full, "-Mm2");
	begin_at(&full);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK(open_always(&a) == STRATA_MISS && store(&a, text) == STRATA_OK);
	for (int i = 0; i < 2000 && other.item.result != STRATA_SERVER; i++) {
		other = record_of(1);
		snprintf(line, sizeof(line), "{%d}", i);
		other.item.key = strata_view_of(line);
		(void) store(&other, text);
	}
	CHECK(other.item.result == STRATA_SERVER);
	CHECK(open_found(&b) == STRATA_OK && b.is_locked);
	CHECK(store(&b, text) == STRATA_OK && reads(text));
	end();
	real_memcached_kill(&full);
}

static void what_is_not_ours_is_told_and_not_locked(void)
{
	strata_session_record a = record_of(1);

	begin();
	CHECK(strcmp(real_memcached_ask(&server, "ms " NAME " 6\r\nfoo|i:"), "HD") == 0);
	CHECK(open_always(&a) == STRATA_FOREIGN && !a.is_locked);
	CHECK(strcmp(real_memcached_ask(&server, "ms " NAME " 2\r\n42"), "HD") == 0);
	CHECK(look(&a) == STRATA_FOREIGN);
	CHECK(remove_it(&a) == STRATA_MISS && look(&a) == STRATA_MISS);
	end();
}

static void a_nearer_tier_has_no_sessions(void)
{
	strata_tier nearer;

	begin();
	nearer = tier_at(&server, STRATA_MEMCACHED_NEARER);
	CHECK(nearer.ops->sessions == NULL && nearer.ops->get == tier.ops->get);
	CHECK(tier.ops->sessions != NULL);
	nearer.ops->fini(&nearer);
	end();
}

/* ---- other handlers ---- */

static strata_result read_foreign(strata_session_record *record, const char *name)
{
	tier.ops->sessions->read_foreign(&tier, &call, strata_view_of(name), record);
	return record->item.result;
}

static void what_another_handler_left_is_read_and_removed(void)
{
	strata_session_record a = record_of(1);

	begin();
	CHECK(read_foreign(&a, "memc.sess.key.abc") == STRATA_MISS);
	CHECK(strcmp(real_memcached_ask(&server, "ms memc.sess.key.abc 7 T500\r\nfoo|i:1"), "HD") == 0);
	CHECK(read_foreign(&a, "memc.sess.key.abc") == STRATA_OK && has_text(&a, "foo|i:1"));
	CHECK(a.left > 490000 && a.left <= 500000);
	tier.ops->sessions->remove_foreign(&tier, &call, strata_view_of("memc.sess.key.abc"), &a);
	CHECK(a.item.result == STRATA_OK);
	tier.ops->sessions->remove_foreign(&tier, &call, strata_view_of("memc.sess.key.abc"), &a);
	CHECK(a.item.result == STRATA_MISS && read_foreign(&a, "memc.sess.key.abc") == STRATA_MISS);
	CHECK(strcmp(real_memcached_ask(&server, "ms memc.sess.key.abc 7 F48\r\nfoo|i:1"), "HD") == 0);
	CHECK(read_foreign(&a, "memc.sess.key.abc") == STRATA_FOREIGN);
	CHECK(strstr(call.error, "client flags") != NULL && strstr(call.error, "abc") == NULL);
	end();
}

int main(void)
{
	real_memcached_start(&server, NULL);
	RUN(a_new_session_is_locked_stored_and_read);
	RUN(where_nothing_is_no_lock_is_taken_without_need);
	RUN(an_id_that_was_never_opened_must_be_new);
	RUN(a_locked_session_can_be_read);
	RUN(the_holder_takes_its_lock_up_again);
	RUN(the_lock_is_kept_where_that_is_asked_for);
	RUN(a_lock_that_ended_costs_no_honest_write);
	RUN(a_late_write_goes_over_no_other);
	RUN(a_lock_that_came_and_went_costs_no_honest_write);
	RUN(by_version_what_another_changed_is_not_written_over);
	RUN(by_nothing_the_last_one_wins);
	RUN(what_was_evicted_is_stored_anew);
	RUN(a_lock_that_is_left_sends_no_value);
	RUN(a_placeholder_goes_with_its_lock);
	RUN(a_lock_is_left_by_its_token_alone);
	RUN(a_life_begins_anew_with_the_lock_and_with_each_renewal);
	RUN(a_record_does_not_end_before_its_lock);
	RUN(a_renewal_keeps_the_lock_where_that_is_asked_for);
	RUN(what_another_has_is_not_renewed);
	RUN(a_pointer_is_not_locked_and_ends_when_it_would);
	RUN(a_logout_wins);
	RUN(a_session_that_was_new_is_not_stored_after_a_logout);
	RUN(the_holder_removes_in_one_step);
	RUN(each_verb_takes_as_many_commands_as_it_must);
	RUN(a_server_without_cas_has_no_sessions_with_locks);
	RUN(a_write_without_an_answer_is_done_or_refused);
	RUN(what_a_server_executes_late_undoes_nothing_that_was_confirmed);
	RUN(a_full_server_loses_no_session_by_its_lock);
	RUN(what_is_not_ours_is_told_and_not_locked);
	RUN(a_nearer_tier_has_no_sessions);
	RUN(what_another_handler_left_is_read_and_removed);
	real_memcached_kill(&server);
	return unit_end();
}
