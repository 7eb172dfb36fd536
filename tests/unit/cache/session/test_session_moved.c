/* Sessions whose id was changed: requests that still have the old one end where the user is. */
#include "session_fixture.h"

static strata_session *moved(const char *from, const char *to, const char *text)
{
	strata_session *old = session_of(from), *new = session_of(to);

	REQUIRE(gets(a, old, text) && moves(a, old, new, text) == STRATA_OK);
	return new;
}

static void a_moved_session_is_followed(void)
{
	strata_session *one, *two = session_of("old");

	begin();
	have("old", "1");
	one = moved("old", "new", "1");
	CHECK(one->record.is_locked && strata_lock_is_held(&one->lock));
	CHECK(waits(b, two) && !two->is_moved);
	CHECK(stores(a, one, "2") == STRATA_OK && gets(b, two, "2") && two->is_moved);
	CHECK(strata_view_equal(strata_session_id(two), strata_view_of("new")));
	CHECK(stores(b, two, "3") == STRATA_OK && holds("new", "3") && holds("old", "3"));
	CHECK(strata_lock_table_used(a->locks) == 0 && strata_lock_table_used(b->locks) == 0);
	end();
}

static void a_pointer_is_not_locked(void)
{
	strata_session *one = session_of("old");

	begin();
	have("old", "1");
	CHECK(leaves(a, moved("old", "new", "1")) == STRATA_OK);
	CHECK(fake_session_diary_is("open {old}; store {new}; store {old}; leave {new}; "));
	CHECK(gets(b, one, "1") && leaves(b, one) == STRATA_OK);
	CHECK(fake_session_diary_is("open {old}; open {new}; leave {new}; "));
	CHECK(fake_session_of(&server, "{old}")->token == 0);
	CHECK(fake_session_of(&server, "{old}")->end <= server.now + 30000);
	server.now += 30001;
	CHECK(holds("old", NULL) && holds("new", "1"));
	end();
}

static void a_request_that_waits_at_the_new_id_goes_on_there(void)
{
	strata_session *one, *two = session_of("old");

	begin();
	have("old", "1");
	one = moved("old", "new", "1");
	fake_session_diary_forget();
	CHECK(waits(b, two) && waits(b, two));
	CHECK(fake_session_diary_is("open {old}; open {new}; open {new}; "));
	CHECK(stores(a, one, "2") == STRATA_OK && gets(b, two, "2") && two->is_moved);
	CHECK(fake_session_diary_is("store {new}; open {new}; ") && leaves(b, two) == STRATA_OK);
	end();
}

static void eight_hops_are_followed_and_no_ninth(void)
{
	strata_session *one, *two, *three;
	char from[] = "a", to[] = "b";

	begin();
	have("a", "1");
	for (; to[0] <= 'i'; from[0]++, to[0]++) {
		CHECK(leaves(a, moved(from, to, "1")) == STRATA_OK);
	}
	one = session_of("a"), two = session_of("0"), three = session_of("0");
	CHECK(gets(b, one, "1") && strata_view_equal(strata_session_id(one), strata_view_of("i")));
	CHECK(leaves(b, one) == STRATA_OK);
	have("0", "1");
	CHECK(opens(a, two, STRATA_SESSION_CLAIM_FOUND) == STRATA_LOCK_GOT);
	new_call();
	/* It leads to where eight more lead on. */
	strata_session_move(a, &call, two, session_of("00"), strata_view_of("1"),
		STRATA_SESSION_TO_NEW);
	fake_session_diary_forget();
	if (!is_local) {
		fake_session_hold(&server, "{0}", STRATA_CODEC_MOVED, "a");
		CHECK(gets(b, three, NULL) && !three->is_moved && !three->record.is_locked);
		CHECK(strata_view_equal(strata_session_id(three), strata_view_of("0")));
		CHECK(stores(b, three, "2") == STRATA_OK && holds("0", "2"));
	}
	end();
}

static void a_loop_counts_as_nothing(void)
{
	strata_session *one = session_of("x"), *two = session_of("x");

	begin();
	fake_session_hold(&server, "{x}", STRATA_CODEC_MOVED, "y");
	fake_session_hold(&server, "{y}", STRATA_CODEC_MOVED, "x");
	CHECK(opens(a, one, STRATA_SESSION_CLAIM_FOUND) == STRATA_LOCK_GOT);
	CHECK(one->record.item.result == STRATA_MISS && !one->record.is_locked && !one->is_moved);
	CHECK(fake_session_of(&server, "{x}")->token == 0);
	CHECK(fake_session_of(&server, "{y}")->token == 0);
	CHECK(gets(a, two, NULL) && !two->record.is_locked && stores(a, two, "1") == STRATA_OK);
	CHECK(holds("x", "1") && strata_lock_table_used(a->locks) == 0);
	end();
}

static void what_is_no_id_is_not_followed(void)
{
	strata_session *one = session_of("x");

	begin();
	fake_session_hold(&server, "{x}", STRATA_CODEC_MOVED, "a}b");
	fake_session_hold(&server, "{a}b}", STRATA_CODEC_STRING, "another's");
	CHECK(gets(a, one, NULL) && stores(a, one, "1") == STRATA_OK && holds("x", "1"));
	end();
}

static void a_session_that_ended_where_it_was_moved_is_none(void)
{
	strata_session *one = session_of("old"), *two = session_of("old");

	begin();
	have("old", "1");
	CHECK(removes(a, moved("old", "new", "1")) == STRATA_OK);
	CHECK(opens(b, one, STRATA_SESSION_CLAIM_FOUND) == STRATA_LOCK_GOT);
	CHECK(one->record.item.result == STRATA_MISS && !one->record.is_locked);
	CHECK(gets(b, two, NULL) && stores(b, two, "2") == STRATA_OK && holds("old", "2"));
	CHECK(holds("new", NULL));
	CHECK(strata_lock_table_used(a->locks) == 0 && strata_lock_table_used(b->locks) == 0);
	end();
}

static void a_move_of_what_is_another_s_is_refused(void)
{
	strata_session *one = session_by("old", STRATA_SESSION_BY_VERSION);
	strata_session *two = session_of("old"), *new = session_by("new", STRATA_SESSION_BY_VERSION);

	begin();
	have("old", "1");
	CHECK(gets(a, one, "1") && gets(b, two, "1"));
	CHECK(moves(a, one, new, "1") == STRATA_NOT_STORED && new->record.seen == 0);
	CHECK(stores(b, two, "2") == STRATA_OK && holds("old", "2") && holds("new", NULL));
	end();
}

static void what_ended_meanwhile_goes_nowhere(void)
{
	const strata_session_lead leads[] = { STRATA_SESSION_TO_NEW, STRATA_SESSION_TO_NOTHING };

	for (int i = 0; i < 2; i++) {
		strata_session *one = session_of("old"), *new = session_of("new");

		begin();
		have("old", "1");
		CHECK(gets(a, one, "1") && removes(b, session_of("old")) == STRATA_OK);
		new_call();
		strata_session_move(a, &call, one, new, strata_view_of("1"), leads[i]);
		CHECK(new->record.item.result == STRATA_NOT_STORED &&new->record.seen == 0);
		CHECK(holds("old", NULL) && holds("new", NULL));
		CHECK(strata_lock_table_used(a->locks) == 0);
		end();
	}
}

static void a_late_removal_ends_where_it_was_moved_to(void)
{
	strata_session *late = session_by("old", STRATA_SESSION_BY_VERSION);

	begin();
	have("old", "1");
	CHECK(gets(b, late, "1") && leaves(a, moved("old", "new", "1")) == STRATA_OK);
	CHECK(removes(b, late) == STRATA_OK && holds("old", NULL) && holds("new", NULL));
	end();
}

static void no_move_goes_over_a_session(void)
{
	strata_session *one = session_of("old"), *taken = session_of("new");

	begin();
	have("old", "1");
	have("new", "other");
	CHECK(gets(a, one, "1") && moves(a, one, taken, "1") == STRATA_NOT_STORED);
	CHECK(taken->record.seen == 0 && one->record.is_locked);
	CHECK(stores(a, one, "2") == STRATA_OK && holds("new", "other"));
	end();
}

/* Nothing was stored or locked under it, so nothing has to lead on. */
static void a_new_session_leaves_no_pointer(void)
{
	strata_session *one = session_of("old"), *new = session_of("new");

	begin();
	CHECK(moves(a, one, new, "1") == STRATA_OK && new->record.is_locked);
	CHECK(holds("old", NULL) && leaves(a, new) == STRATA_OK && holds("new", "1"));
	end();
}

static void a_pointer_that_fails_leaves_the_new_session(void)
{
	strata_session *one = session_of("old"), *new = session_of("new");

	begin();
	have("old", "1");
	CHECK(gets(a, one, "1") && keeps(a, new, "1") == STRATA_OK);
	server.verdicts[FAKE_SESSION_STORE] = STRATA_TIMEOUT;
	CHECK(moves(a, one, new, "1") == STRATA_TIMEOUT && one->record.is_locked);
	server.verdicts[FAKE_SESSION_STORE] = STRATA_OK;
	CHECK(holds("new", "1") && holds("old", "1"));
	end();
}

static void run_all(void)
{
	RUN(a_moved_session_is_followed);
	RUN(eight_hops_are_followed_and_no_ninth);
	RUN(a_session_that_ended_where_it_was_moved_is_none);
	RUN(a_move_of_what_is_another_s_is_refused);
	RUN(what_ended_meanwhile_goes_nowhere);
	RUN(a_late_removal_ends_where_it_was_moved_to);
	RUN(no_move_goes_over_a_session);
	RUN(a_new_session_leaves_no_pointer);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	run_all();
	RUN(a_pointer_is_not_locked);
	RUN(a_request_that_waits_at_the_new_id_goes_on_there);
	RUN(a_loop_counts_as_nothing);
	RUN(what_is_no_id_is_not_followed);
	RUN(a_pointer_that_fails_leaves_the_new_session);
	is_local = true;
	run_all();
	return unit_end();
}
