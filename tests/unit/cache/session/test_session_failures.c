/* Answers that are lost, and what comes late: none of it is stored over what was confirmed. */
#include "session_fixture.h"

static void fail(fake_session_verb verb, fake_session_doing doing)
{
	server.verdicts[verb] = STRATA_TIMEOUT;
	server.doing = doing;
}

static void recover(void)
{
	memset(server.verdicts, 0, sizeof(server.verdicts));
}

static void an_open_without_an_answer_is_taken_back(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");
	uint64_t token = one->record.token;

	begin();
	have("s", "1");
	fail(FAKE_SESSION_OPEN, FAKE_DONE);
	CHECK(opens(a, one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_LOCK_FAILED);
	CHECK(one->record.item.result == STRATA_TIMEOUT && !one->record.is_locked);
	CHECK(strcmp(call.error, "fake: open") == 0 && one->record.token != token);
	CHECK(fake_session_diary_is("open {s}; leave {s}; "));
	recover();
	CHECK(gets(b, two, "1") && leaves(b, two) == STRATA_OK);
	CHECK(strata_lock_table_used(a->locks) == 0);
	end();
}

static void an_open_that_comes_late_is_no_lock_of_a_writer(void)
{
	strata_session *one = session_of("s"), *two = session_of("s"), *three = session_of("s");

	begin();
	have("s", "1");
	fail(FAKE_SESSION_OPEN, FAKE_LATE);
	CHECK(opens(a, one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_LOCK_FAILED);
	recover();
	CHECK(gets(a, one, "1") && stores(a, one, "2") == STRATA_OK);
	CHECK(fake_session_do_late(&server) == STRATA_OK);
	/* It is in the way of other hosts until this one removes it. */
	CHECK(waits(b, three) && stores(a, one, "late") == STRATA_NOT_STORED);
	CHECK(gets(a, two, "2") && leaves(a, two) == STRATA_OK && holds("s", "2"));
	end();
}

/* The dead process's question is answered when it was removed already. */
static void what_the_dead_asked_for_late_is_removed(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	fail(FAKE_SESSION_OPEN, FAKE_LATE);
	CHECK(opens(a, one, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_LOCK_FAILED);
	recover();
	/* Another request of this host begins to ask, with what is owed in mind. */
	fake_session_of(&server, "{s}")->token = 7;
	fake_session_of(&server, "{s}")->lock_end = server.now + 100000;
	CHECK(waits(a, two));
	fake_session_of(&server, "{s}")->token = 0;
	CHECK(fake_session_do_late(&server) == STRATA_OK);
	CHECK(gets(a, two, "1") && stores(a, two, "2") == STRATA_OK && holds("s", "2"));
	end();
}

static void a_write_without_an_answer_holds_no_lock(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	fake_session_diary_forget();
	fail(FAKE_SESSION_STORE, FAKE_NOT_DONE);
	CHECK(stores(a, one, "2") == STRATA_TIMEOUT && !one->record.is_locked);
	CHECK(strcmp(call.error, "fake: store") == 0);
	CHECK(fake_session_diary_is("store {s}; leave {s}; "));
	recover();
	CHECK(leaves(a, one) == STRATA_OK && fake_session_diary_is(""));
	CHECK(gets(b, two, "1") && stores(b, two, "3") == STRATA_OK && holds("s", "3"));
	CHECK(strata_lock_table_used(a->locks) == 0);
	end();
}

static void a_write_that_was_done_without_an_answer_stays(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	fail(FAKE_SESSION_STORE, FAKE_DONE);
	CHECK(stores(a, one, "2") == STRATA_TIMEOUT);
	recover();
	CHECK(gets(b, two, "2") && leaves(b, two) == STRATA_OK);
	/* The lock went with the write; the host forgets it as soon as it is asked. */
	CHECK(gets(a, one, "2") && leaves(a, one) == STRATA_OK);
	end();
}

static void a_write_that_comes_late_goes_over_nothing(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	fail(FAKE_SESSION_STORE, FAKE_LATE);
	CHECK(stores(a, one, "late") == STRATA_TIMEOUT);
	recover();
	CHECK(gets(b, two, "1") && fake_session_do_late(&server) == STRATA_NOT_STORED);
	CHECK(stores(b, two, "2") == STRATA_OK && fake_session_do_late(&server) == STRATA_NOT_STORED);
	CHECK(holds("s", "2"));
	end();
}

static void a_lock_that_cannot_be_given_back_is_removed_by_the_next(void)
{
	strata_session *one = session_of("s"), *two = session_of("s"), *three = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	fail(FAKE_SESSION_LEAVE, FAKE_NOT_DONE);
	CHECK(leaves(a, one) == STRATA_TIMEOUT && !one->record.is_locked);
	CHECK(opens(a, two, STRATA_SESSION_CLAIM_ALWAYS) == STRATA_LOCK_FAILED);
	CHECK(two->record.item.result == STRATA_TIMEOUT);
	recover();
	CHECK(waits(b, three) && gets(a, two, "1") && leaves(a, two) == STRATA_OK);
	end();
}

static void a_refused_write_keeps_the_lock(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	server.verdicts[FAKE_SESSION_STORE] = STRATA_TOO_LARGE;
	CHECK(stores(a, one, "2") == STRATA_TOO_LARGE && one->record.is_locked && waits(b, two));
	recover();
	CHECK(leaves(a, one) == STRATA_OK && gets(b, two, "1"));
	end();
}

static void a_removal_without_an_answer_holds_no_lock(void)
{
	strata_session *one = session_of("s"), *two = session_of("s");

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	fail(FAKE_SESSION_REMOVE, FAKE_NOT_DONE);
	CHECK(removes(a, one) == STRATA_TIMEOUT && !one->record.is_locked);
	recover();
	CHECK(gets(b, two, "1") && removes(b, two) == STRATA_OK && holds("s", NULL));
	end();
}

/* It goes back to an earlier moment, whatever was confirmed since. */
static void a_failover_loses_what_was_last_and_no_more(void)
{
	strata_session *one = session_of("s"), *two = session_of("s"), *three = session_of("s");
	fake_session before;

	begin();
	have("s", "1");
	before = *fake_session_of(&server, "{s}");
	CHECK(gets(a, one, "1") && stores(a, one, "lost") == STRATA_OK && gets(b, two, "lost"));
	*fake_session_of(&server, "{s}") = before;
	CHECK(gets(a, three, "1") && stores(a, three, "2") == STRATA_OK);
	CHECK(stores(b, two, "built on what is lost") == STRATA_NOT_STORED && holds("s", "2"));
	end();
}

static void a_lock_that_a_failover_brings_back_is_removed_by_its_host(void)
{
	strata_session *one = session_of("s"), *two = session_of("s"), *three = session_of("s");
	strata_session *new = session_of("new"), *other = session_of("new");
	fake_session locked;

	begin();
	have("s", "1");
	CHECK(gets(a, one, "1"));
	locked = *fake_session_of(&server, "{s}");
	CHECK(stores(a, one, "lost") == STRATA_OK);
	*fake_session_of(&server, "{s}") = locked;
	CHECK(waits(b, two) && gets(a, three, "1") && waits(b, two));
	CHECK(stores(a, three, "2") == STRATA_OK && gets(b, two, "2") && leaves(b, two) == STRATA_OK);
	/* What a process of the host has is not left behind, however it came by it. */
	CHECK(keeps(a, new, "1") == STRATA_OK && waits(a, other) && stores(a, new, "2") == STRATA_OK);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(an_open_without_an_answer_is_taken_back);
	RUN(an_open_that_comes_late_is_no_lock_of_a_writer);
	RUN(what_the_dead_asked_for_late_is_removed);
	RUN(a_write_without_an_answer_holds_no_lock);
	RUN(a_write_that_was_done_without_an_answer_stays);
	RUN(a_write_that_comes_late_goes_over_nothing);
	RUN(a_lock_that_cannot_be_given_back_is_removed_by_the_next);
	RUN(a_refused_write_keeps_the_lock);
	RUN(a_removal_without_an_answer_holds_no_lock);
	RUN(a_failover_loses_what_was_last_and_no_more);
	RUN(a_lock_that_a_failover_brings_back_is_removed_by_its_host);
	return unit_end();
}
