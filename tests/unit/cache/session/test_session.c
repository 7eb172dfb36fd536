/*
 * What one request after another finds and may still change, of two hosts over one server, and of
 * one host in its own memory: the same holds for both.
 */
#include "session_fixture.h"

static const strata_session_claim found = STRATA_SESSION_CLAIM_FOUND;
static const strata_session_claim always = STRATA_SESSION_CLAIM_ALWAYS;
static const strata_session_claim nothing = STRATA_SESSION_CLAIM_NOTHING;

/* ---- ids ---- */

static void an_id_is_of_php_s_characters(void)
{
	char longest[STRATA_SESSION_LONGEST_ID + 1];

	memset(longest, 'a', sizeof(longest));
	CHECK(strata_session_is_id(strata_view_of("azAZ09,-")));
	CHECK(strata_session_is_id((strata_view){ longest, STRATA_SESSION_LONGEST_ID }));
	CHECK(!strata_session_is_id((strata_view){ longest, STRATA_SESSION_LONGEST_ID + 1 }));
	CHECK(!strata_session_is_id(strata_view_of("")) && !strata_session_is_id(strata_view_of("a}")));
	CHECK(
		!strata_session_is_id(strata_view_of("a b")) && !strata_session_is_id(strata_view_of("é")));
	CHECK(!strata_session_is_id((strata_view){ "a\0b", 3 }));
}

/* ---- opening ---- */

static void one_request_at_a_time_has_it(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && one->record.is_locked && strata_lock_is_held(&one->lock));
	CHECK(waits(b, two) && waits(b, two));
	CHECK(stores(a, one, "2") == STRATA_OK && !one->record.is_locked);
	CHECK(!strata_lock_is_held(&one->lock));
	CHECK(gets(b, two, "2") && leaves(b, two) == STRATA_OK && holds("s", "2"));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSION_WAITS) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_OPENED) == 4);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_WRITTEN) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_LOCKS_ACQUIRED) == 0);
	end();
}

static void a_session_may_be_empty(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	CHECK(gets(a, one, NULL) && stores(a, one, "") == STRATA_OK && gets(b, two, ""));
	CHECK(two->record.item.value.bytes.data != NULL && leaves(b, two) == STRATA_OK);
	end();
}

static void what_is_claimed_is_what_is_locked(void)
{
	strata_session *one = session_of("s"), *two = session_of("s"), *three = session_of("s");

	begin();
	CHECK(opens(a, one, found) == STRATA_LOCK_GOT && one->record.item.result == STRATA_MISS);
	CHECK(!one->record.is_locked && strata_lock_table_used(a->locks) == 0);
	CHECK(opens(a, one, nothing) == STRATA_LOCK_GOT && !one->record.is_locked);
	CHECK(opens(a, one, always) == STRATA_LOCK_GOT && one->record.item.result == STRATA_MISS);
	CHECK(one->record.is_locked && waits(b, two));
	strata_session_give_up(b->locks, two);
	CHECK(opens(b, two, nothing) == STRATA_LOCK_GOT && !two->record.is_locked);
	CHECK(leaves(a, one) == STRATA_OK && leaves(a, one) == STRATA_OK);
	CHECK(gets(b, three, NULL) && leaves(b, three) == STRATA_OK);
	CHECK(strata_lock_table_used(a->locks) == 0 && strata_lock_table_used(b->locks) == 0);
	end();
}

static void a_lock_may_be_kept_over_a_write(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	CHECK(gets(a, one, NULL) && keeps(a, one, "1") == STRATA_OK && one->record.is_locked);
	CHECK(waits(b, two) && keeps(a, one, "2") == STRATA_OK && stores(a, one, "3") == STRATA_OK);
	CHECK(gets(b, two, "3") && leaves(b, two) == STRATA_OK);
	end();
}

/* An id that was made in this request: nothing was asked. */
static void a_new_id_is_stored_where_nothing_is(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	CHECK(stores(a, one, "1") == STRATA_OK && !one->record.is_locked && holds("s", "1"));
	CHECK(stores(b, two, "2") == STRATA_NOT_STORED && holds("s", "1"));
	CHECK(strata_lock_table_used(a->locks) == 0 && strata_lock_table_used(b->locks) == 0);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_REFUSED) == 1);
	end();
}

/* ---- late writes ---- */

/* The first request's lock ends by its time, at the server or in the table. */
static void let_locks_end(void)
{
	server.now += lock_ttl + 1;
	if (is_local) {
		usleep((useconds_t) (lock_ttl + 1) * 1000);
	}
}

static void a_late_write_is_refused_while_another_request_has_it(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	let_locks_end();
	CHECK(gets(b, two, "1") && stores(a, one, "late") == STRATA_NOT_STORED);
	CHECK(stores(b, two, "2") == STRATA_OK && holds("s", "2"));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_REFUSED) == 1);
	end();
}

static void a_late_write_is_refused_after_another(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	let_locks_end();
	CHECK(gets(b, two, "1") && stores(b, two, "2") == STRATA_OK);
	CHECK(stores(a, one, "late") == STRATA_NOT_STORED && holds("s", "2"));
	CHECK(leaves(a, one) == STRATA_OK && strata_lock_table_used(a->locks) == 0);
	end();
}

static void a_late_write_is_honest_where_no_request_came_between(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	let_locks_end();
	CHECK(gets(b, two, "1") && leaves(b, two) == STRATA_OK);
	CHECK(stores(a, one, "late") == STRATA_OK && holds("s", "late"));
	CHECK(strata_lock_table_used(a->locks) == 0);
	end();
}

/* A lock that is lost is no lost session, and the record of one that is held is made anew. */
static void lose_lock(const char *key)
{
	fake_session *there = fake_session_of(&server, key);

	REQUIRE(there != NULL);
	there->token = 0;
}

static void an_evicted_lock_costs_no_honest_write(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	lose_lock("{s}");
	CHECK(gets(b, two, "1"));
	lose_lock("{s}");
	CHECK(stores(a, one, "2") == STRATA_OK && stores(b, two, "late") == STRATA_NOT_STORED);
	CHECK(holds("s", "2"));
	end();
}

static void lose_record(const char *key)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };

	new_call();
	call.generation = STRATA_GENERATION_OF_SESSIONS;
	if (is_local) {
		a->tiers[0].ops->remove(&a->tiers[0], &call, one, 1);
	} else {
		REQUIRE(fake_session_of(&server, key) != NULL);
		*fake_session_of(&server, key) = (fake_session){ 0 };
	}
}

/* From outside it cannot be told from a removal. */
static void an_evicted_record_is_not_stored_anew(void)
{
	strata_session *one = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	lose_record("{s}");
	CHECK(stores(a, one, "2") == STRATA_NOT_STORED && holds("s", NULL));
	CHECK(strata_lock_table_used(a->locks) == 0);
	end();
}

static void no_record_ends_before_its_lock(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	one->life = 1000;
	CHECK(stores(a, one, "1") == STRATA_OK && gets(b, two, "1") && two->record.left <= 1000);
	server.now += 1001;
	if (is_local) {
		usleep(1100 * 1000);
	}
	CHECK(stores(b, two, "2") == STRATA_OK && holds("s", "2"));
	end();
}

static void a_removal_has_the_last_word(void)
{
	strata_session *one = session_of("s"), *two = session_by("s", STRATA_SESSION_BY_NOTHING);

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && gets(b, two, "1"));
	CHECK(removes(b, two) == STRATA_OK && holds("s", NULL));
	CHECK(stores(a, one, "late") == STRATA_NOT_STORED && holds("s", NULL));
	CHECK(removes(a, one) == STRATA_MISS && strata_lock_table_used(a->locks) == 0);
	end();
}

static void a_request_that_removed_its_session_may_begin_it_again(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && removes(a, one) == STRATA_OK && !one->record.is_locked);
	CHECK(stores(a, one, "2") == STRATA_OK && gets(b, two, "2"));
	end();
}

/* ---- without a lock ---- */

static void an_optimistic_write_is_refused_over_what_was_not_read(void)
{
	strata_session *one = session_by("s", STRATA_SESSION_BY_VERSION);
	strata_session *two = session_by("s", STRATA_SESSION_BY_VERSION);
	strata_session *locker = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && gets(b, two, "1") && !one->record.is_locked);
	CHECK(stores(b, two, "2") == STRATA_OK && stores(a, one, "late") == STRATA_NOT_STORED);
	CHECK(gets(a, one, "2") && gets(b, locker, "2"));
	CHECK(stores(a, one, "3") == STRATA_NOT_STORED && stores(b, locker, "4") == STRATA_OK);
	CHECK(holds("s", "4") && remote_fixture_count(&fixture, STRATA_COUNT_SESSION_WAITS) == 0);
	CHECK(strata_lock_table_used(a->locks) == 0 && strata_lock_table_used(b->locks) == 0);
	end();
}

static void an_optimistic_new_session_is_stored_once(void)
{
	strata_session *one = session_by("s", STRATA_SESSION_BY_VERSION);
	strata_session *two = session_by("s", STRATA_SESSION_BY_VERSION);

	begin();
	CHECK(gets(a, one, NULL) && gets(b, two, NULL));
	CHECK(stores(a, one, "1") == STRATA_OK && stores(b, two, "2") == STRATA_NOT_STORED);
	CHECK(stores(a, one, "3") == STRATA_OK && holds("s", "3"));
	end();
}

static void without_locks_the_last_write_wins(void)
{
	strata_session *one = session_by("s", STRATA_SESSION_BY_NOTHING);
	strata_session *two = session_by("s", STRATA_SESSION_BY_NOTHING);

	begin();
	CHECK(gets(a, one, NULL) && stores(a, one, "1") == STRATA_OK && gets(a, one, "1"));
	CHECK(gets(b, two, "1") && stores(b, two, "2") == STRATA_OK);
	CHECK(stores(a, one, "3") == STRATA_OK && holds("s", "3"));
	end();
}

/* ---- unchanged ---- */

static strata_result renews(strata_database *database, strata_session *session, bool *is_skipped)
{
	new_call();
	strata_session_renew(database, &call, session, is_skipped);
	return session->record.item.result;
}

static void an_end_is_moved_once_in_a_tenth_of_a_life(void)
{
	strata_session *one = session_of("s");
	bool is_skipped;

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && one->record.left > SESSION_LIFE - 10000);
	CHECK(renews(a, one, &is_skipped) == STRATA_OK && is_skipped && !one->record.is_locked);
	CHECK(gets(b, one, "1"));
	one->record.left = SESSION_LIFE - SESSION_LIFE / 10;
	CHECK(renews(b, one, &is_skipped) == STRATA_OK && !is_skipped && !one->record.is_locked);
	CHECK(gets(b, one, "1"));
	/* It was shortened meanwhile. */
	one->life = SESSION_LIFE / 2;
	CHECK(renews(b, one, &is_skipped) == STRATA_OK && !is_skipped);
	CHECK(gets(b, one, "1") && one->record.left <= SESSION_LIFE / 2 && one->record.left > 0);
	CHECK(leaves(b, one) == STRATA_OK && holds("s", "1"));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_SKIPPED) == 3);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_WRITTEN) == 1);
	end();
}

static void a_lock_that_is_longer_than_the_life_makes_none_longer(void)
{
	strata_session *one = session_of("s");
	bool is_skipped;

	begin();
	one->life = 10000;
	CHECK(stores(a, one, "1") == STRATA_OK && gets(b, one, "1") && one->record.left <= 10000);
	CHECK(renews(b, one, &is_skipped) == STRATA_OK && !is_skipped);
	CHECK(gets(b, one, "1") && one->record.left <= 10000 && leaves(b, one) == STRATA_OK);
	end();
}

static void what_is_gone_is_no_more(void)
{
	strata_session *one = session_of("s"), *two = session_of("t");
	bool is_skipped;

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	one->record.left = 1;
	lose_record("{s}");
	CHECK(renews(a, one, &is_skipped) == STRATA_MISS && is_skipped && !one->record.is_locked);
	CHECK(stores(a, one, "1") == STRATA_NOT_STORED && holds("s", NULL));
	/* What was not there yet is to be stored. */
	CHECK(gets(a, two, NULL) && renews(a, two, &is_skipped) == STRATA_MISS && is_skipped);
	CHECK(stores(a, two, "1") == STRATA_OK && holds("t", "1"));
	CHECK(strata_lock_table_used(a->locks) == 0);
	end();
}

static void an_unchanged_session_that_another_request_changed_is_no_refusal(void)
{
	strata_session *one = session_by("s", STRATA_SESSION_BY_VERSION), *two = session_of("s");
	bool is_skipped;

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1") && gets(b, two, "1") && stores(b, two, "2") == STRATA_OK);
	one->record.left = 1;
	CHECK(renews(a, one, &is_skipped) == STRATA_OK && is_skipped && holds("s", "2"));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_REFUSED) == 0);
	end();
}

static void the_end_of_a_life_is_that_of_the_record(void)
{
	strata_session *one = session_of("s");

	begin();
	one->life = 1000;
	CHECK(stores(a, one, "1") == STRATA_OK && holds("s", "1"));
	server.now += 1001;
	if (is_local) {
		usleep(1100 * 1000);
	}
	CHECK(holds("s", NULL));
	end();
}

/* ---- the dead, and waiting ---- */

/* Another process of the first host opens it, and dies with it. */
static void one_dies_with_it(const char *id)
{
	pid_t child = fork();

	if (child == 0) {
		strata_session *session = session_of(id);

		_exit(opens(a, session, always) == STRATA_LOCK_GOT ? 0 : 1);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void what_a_dead_process_had_is_free(void)
{
	strata_session *one = session_of("s");

	begin();
	have("s", "1");
	one_dies_with_it("s");
	CHECK(gets(a, one, "1") && stores(a, one, "2") == STRATA_OK && holds("s", "2"));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SESSIONS_WRITTEN) == 2);
	CHECK(fake_session_diary_is(is_local ? "" : "leave {s}; open {s}; store {s}; open {s}; "));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_LOCKS_FREED) == is_local);
	end();
}

/* The child says when it has it, and gives it back when it is told to. */
static pid_t one_has_it(const char *id, int told[2], int tells[2])
{
	pid_t child = fork();

	if (child == 0) {
		strata_session *session = session_of(id);
		char byte = 0;
		bool is_had = opens(a, session, always) == STRATA_LOCK_GOT;

		is_had = is_had && write(tells[1], &byte, 1) == 1 && read(told[0], &byte, 1) == 1;
		_exit(is_had && leaves(a, session) == STRATA_OK ? 0 : 1);
	}
	return child;
}

static void a_process_of_the_host_is_woken(void)
{
	strata_session *one = session_of("s");
	int told[2], tells[2], status = 1;
	strata_lock_state state;
	char byte = 0;
	pid_t child;

	begin();
	REQUIRE(pipe(told) == 0 && pipe(tells) == 0);
	child = one_has_it("s", told, tells);
	REQUIRE(read(tells[0], &byte, 1) == 1);
	CHECK(waits(a, one) && !strata_session_sleep(a->locks, one, 1000) && waits(a, one));
	/* While a process of this host has it, none of them asks. */
	CHECK(fake_session_diary_is(""));
	REQUIRE(write(told[1], &byte, 1) == 1);
	do {
		state =
			strata_session_sleep(a->locks, one, 20000) ? opens(a, one, always) : STRATA_LOCK_WAITS;
	} while (state == STRATA_LOCK_WAITS);
	CHECK(state == STRATA_LOCK_GOT && one->record.is_locked);
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(status == 0 && leaves(a, one) == STRATA_OK);
	for (int i = 0; i < 2; i++) {
		close(told[i]);
		close(tells[i]);
	}
	end();
}

static void abandoned_it_is_free_for_this_host(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	strata_session_abandon(a->locks, one);
	CHECK(!one->record.is_locked && gets(a, two, "1") && stores(a, two, "2") == STRATA_OK);
	CHECK(stores(a, one, "late") == STRATA_NOT_STORED && holds("s", "2"));
	end();
}

static void a_database_without_a_tier_says_so(void)
{
	strata_session *one = session_of("s");
	size_t count;

	begin();
	count = a->tier_count;
	a->tier_count = 0;
	CHECK(opens(a, one, always) == STRATA_LOCK_FAILED);
	CHECK(one->record.item.result == STRATA_UNCONFIGURED);
	CHECK(stores(a, one, "1") == STRATA_UNCONFIGURED && removes(a, one) == STRATA_UNCONFIGURED);
	a->tier_count = count;
	end();
}

/* Of what a server keeps, and of what this host does. */
static void run_all(void)
{
	RUN(one_request_at_a_time_has_it);
	RUN(a_session_may_be_empty);
	RUN(what_is_claimed_is_what_is_locked);
	RUN(a_lock_may_be_kept_over_a_write);
	RUN(a_new_id_is_stored_where_nothing_is);
	RUN(a_removal_has_the_last_word);
	RUN(a_request_that_removed_its_session_may_begin_it_again);
	RUN(an_optimistic_write_is_refused_over_what_was_not_read);
	RUN(an_optimistic_new_session_is_stored_once);
	RUN(without_locks_the_last_write_wins);
	RUN(an_end_is_moved_once_in_a_tenth_of_a_life);
	RUN(a_lock_that_is_longer_than_the_life_makes_none_longer);
	RUN(what_is_gone_is_no_more);
	RUN(an_evicted_record_is_not_stored_anew);
	RUN(no_record_ends_before_its_lock);
	RUN(an_unchanged_session_that_another_request_changed_is_no_refusal);
	RUN(the_end_of_a_life_is_that_of_the_record);
	RUN(what_a_dead_process_had_is_free);
	RUN(a_process_of_the_host_is_woken);
	RUN(abandoned_it_is_free_for_this_host);
	RUN(a_database_without_a_tier_says_so);
	lock_ttl = is_local ? 30 : SESSION_LOCK_TTL;
	RUN(a_late_write_is_refused_while_another_request_has_it);
	RUN(a_late_write_is_refused_after_another);
	RUN(a_late_write_is_honest_where_no_request_came_between);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(an_id_is_of_php_s_characters);
	run_all();
	RUN(an_evicted_lock_costs_no_honest_write);
	is_local = true;
	run_all();
	return unit_end();
}
