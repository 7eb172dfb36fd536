/* Records of sessions at two places, of which one is lost, or comes back. */
#include "tier/memcached/memcached_replicas.h"

#include <unistd.h>

#include "host/unconfirmed.h"
#include "os/clock.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached.h"

#include "memcached_session_verbs.h"
#include "real_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { SHORT_USEC = 300 * 1000 };

static remote_fixture fixture;
static strata_unconfirmed_table *names;
static real_memcached first, second; /* by the places of the key */
static uint32_t place_of_first;
static strata_keyspace keyspace;

static strata_tier tier_of(uint16_t port_of_first, uint16_t port_of_second)
{
	strata_ring_server addresses[2] = { { "127.0.0.1", 0, 1, "a" }, { "127.0.0.1", 0, 1, "b" } };
	strata_memcached *pool;
	strata_tier made;

	addresses[place_of_first].port = port_of_first;
	addresses[1 - place_of_first].port = port_of_second;
	REQUIRE(
		strata_memcached_new(addresses, 2, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_memcached_pick(pool, strata_view_of(KEY)) == place_of_first);
	REQUIRE(strata_tier_memcached_init(&made, pool, &keyspace, STRATA_MEMCACHED_DEEPEST) == 0);
	strata_memcached_replicas_begin(&made);
	return made;
}

/* This host, and another one that is asked by as_other(). */
static void begin(void)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &names) == STRATA_OK);
	fixture.options.unconfirmed = names;
	REQUIRE(
		strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 100000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena };
	real_memcached_start(&first, NULL);
	real_memcached_start(&second, NULL);
	tier = tier_of(first.port, second.port);
}

static void end(void)
{
	tier.ops->fini(&tier);
	real_memcached_kill(&first);
	real_memcached_kill(&second);
	first.port = second.port = 0;
	strata_keyspace_fini(&keyspace);
	strata_unconfirmed_table_free(names);
	remote_fixture_end(&fixture);
}

/* A server that sleeps costs each question its time. */
static void sleep_at(const real_memcached *place)
{
	fixture.options.operation_timeout = SHORT_USEC;
	real_memcached_sleep(place);
}

static void wake_at(const real_memcached *place)
{
	real_memcached_wake(place);
	fixture.options.operation_timeout = FIXTURE_PATIENCE_USEC;
}

/* The bytes at this place alone end with this text. */
static bool holds(const real_memcached *place, const char *text)
{
	const char *reply = real_memcached_value(place, NAME);

	return reply != NULL && strcmp(reply, text) == 0;
}

/* ---- both are there ---- */

static void what_is_stored_is_at_both_places(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	CHECK(open_always(&a) == STRATA_MISS && store(&a, "one") == STRATA_OK);
	CHECK(holds(&first, "one") && holds(&second, "one") && reads("one"));
	CHECK(open_found(&b) == STRATA_OK && open_found(&a) == STRATA_NOT_STORED);
	CHECK(store(&b, "two") == STRATA_OK && holds(&first, "two") && holds(&second, "two"));
	CHECK(open_found(&a) == STRATA_OK && leave(&a) == STRATA_OK);
	CHECK(open_found(&a) == STRATA_OK && renew(&a) == STRATA_OK && reads("two"));
	CHECK(open_found(&a) == STRATA_OK && remove_it(&a) == STRATA_OK && look(&b) == STRATA_MISS);
	end();
}

static void a_new_session_goes_to_both_places(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	a.after = STRATA_SESSION_LOCK_TAKEN;
	CHECK(store(&a, "one") == STRATA_OK && a.is_locked && holds(&second, "one"));
	CHECK(open_found(&b) == STRATA_NOT_STORED);
	CHECK(store(&a, "two") == STRATA_OK && holds(&first, "two") && holds(&second, "two"));
	CHECK(leave(&a) == STRATA_OK && open_found(&b) == STRATA_OK);
	end();
}

/* ---- the first place is lost ---- */

static void a_session_survives_the_loss_of_its_first_place(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	real_memcached_kill(&first);
	CHECK(reads("one") && open_found(&a) == STRATA_OK && a.is_locked && a.is_at_second);
	CHECK(open_found(&b) == STRATA_NOT_STORED);
	CHECK(store(&a, "two") == STRATA_OK && reads("two"));
	CHECK(open_found(&b) == STRATA_OK && renew(&b) == STRATA_OK);
	CHECK(open_found(&b) == STRATA_OK && leave(&b) == STRATA_OK);
	CHECK(open_always(&a) == STRATA_OK && a.is_locked);
	/* It comes back with nothing in it. */
	real_memcached_start(&first, NULL);
	CHECK(open_found(&b) == STRATA_NOT_STORED && store(&a, "three") == STRATA_OK);
	CHECK(reads("three") && open_found(&b) == STRATA_OK && holds(&first, "three"));
	CHECK(store(&b, "four") == STRATA_OK && holds(&first, "four") && holds(&second, "four"));
	end();
}

static void a_request_goes_on_at_the_second_place(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	real_memcached_kill(&first);
	CHECK(store(&a, "two") == STRATA_OK && reads("two"));
	CHECK(store(&b, "new") == STRATA_NOT_STORED);
	real_memcached_start(&first, NULL);
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "two") && holds(&first, "two"));
	end();
}

static void a_request_is_refused_where_another_has_the_second_place(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	real_memcached_kill(&first);
	CHECK(open_found(&b) == STRATA_OK);
	CHECK(store(&a, "late") == STRATA_NOT_STORED);
	CHECK(store(&b, "two") == STRATA_OK && reads("two"));
	end();
}

static void what_the_lost_place_had_been_given_is_not_lost_with_its_lock(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	real_memcached_kill(&first);
	real_memcached_start(&first, NULL);
	/* The lock went with it, and the record is what was seen. */
	CHECK(store(&a, "two") == STRATA_OK && holds(&first, "two") && holds(&second, "two"));
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "two"));
	end();
}

/* ---- the first place was out, and comes back as it was ---- */

static void what_it_held_before_does_not_come_back(void)
{
	strata_session_record a = record_of(1), b = record_of(2), dead = record_of(3);

	begin();
	keep("one");
	CHECK(open_found(&dead) == STRATA_OK);
	sleep_at(&first);
	CHECK(open_found(&a) == STRATA_OK && store(&a, "two") == STRATA_OK);
	wake_at(&first);
	CHECK(holds(&first, "one") && reads("two"));
	/* Nor does a lock that is in it count. */
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "two") && holds(&first, "two"));
	CHECK(store(&dead, "late") == STRATA_NOT_STORED);
	CHECK(store(&b, "three") == STRATA_OK && holds(&first, "three") && holds(&second, "three"));
	end();
}

/* It was sent before the place fell asleep for good, and is executed after the others. */
static void what_it_executes_late_does_not_win(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	sleep_at(&first);
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "one"));
	/* The clock of its host is ahead. */
	a.written = strata_clock_wall_msec() + 30000;
	CHECK(store(&a, "late") == STRATA_NOT_STORED);
	CHECK(store(&b, "two") == STRATA_OK);
	wake_at(&first);
	CHECK(reads("two") && open_found(&a) == STRATA_OK && has_text(&a, "two"));
	CHECK(holds(&first, "two"));
	end();
}

static void a_logout_at_the_second_place_wins(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	sleep_at(&first);
	CHECK(remove_it(&b) == STRATA_OK);
	wake_at(&first);
	CHECK(look(&b) == STRATA_MISS && open_found(&b) == STRATA_MISS);
	a.is_locked = true;
	CHECK(store(&a, "late") == STRATA_NOT_STORED && look(&b) == STRATA_MISS);
	CHECK(open_always(&b) == STRATA_MISS && store(&b, "new") == STRATA_OK && reads("new"));
	end();
}

static void a_logout_at_the_first_place_wins(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	sleep_at(&second);
	CHECK(remove_it(&a) == STRATA_OK && look(&b) == STRATA_MISS);
	wake_at(&second);
	CHECK(look(&b) == STRATA_MISS && open_found(&b) == STRATA_MISS);
	end();
}

/* ---- the second place ---- */

static void without_the_second_place_the_first_one_is_enough(void)
{
	strata_session_record a = record_of(1);

	begin();
	keep("one");
	real_memcached_kill(&second);
	CHECK(open_found(&a) == STRATA_OK && store(&a, "two") == STRATA_OK && reads("two"));
	CHECK(open_found(&a) == STRATA_OK && renew(&a) == STRATA_OK);
	CHECK(open_found(&a) == STRATA_OK && leave(&a) == STRATA_OK);
	real_memcached_start(&second, NULL);
	CHECK(open_found(&a) == STRATA_OK && holds(&second, "two"));
	real_memcached_kill(&first);
	CHECK(reads("two"));
	end();
}

static void a_second_place_that_is_behind_catches_up_with_the_next_open(void)
{
	strata_session_record a = record_of(1);

	begin();
	keep("one");
	sleep_at(&second);
	CHECK(open_found(&a) == STRATA_OK && store(&a, "two") == STRATA_OK);
	wake_at(&second);
	CHECK(holds(&second, "one") && reads("two"));
	CHECK(open_found(&a) == STRATA_OK && leave(&a) == STRATA_OK && holds(&second, "two"));
	real_memcached_kill(&first);
	CHECK(reads("two"));
	end();
}

static void without_any_place_there_is_no_answer(void)
{
	strata_session_record a = record_of(1), b = record_of(2);

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	real_memcached_kill(&first);
	real_memcached_kill(&second);
	CHECK(strata_result_class_of(store(&a, "two")) == STRATA_FAILURE && a.is_locked);
	CHECK(strata_result_class_of(open_found(&b)) == STRATA_FAILURE);
	CHECK(strata_result_class_of(remove_it(&b)) == STRATA_FAILURE);
	CHECK(strata_result_class_of(leave(&a)) == STRATA_FAILURE);
	end();
}

/* ---- hosts that see different places ---- */

/* For this one the first place is out. */
static void swap_hosts(strata_tier *other)
{
	strata_tier former = tier;

	tier = *other;
	*other = former;
}

static void the_lock_of_a_host_without_the_first_place_counts(void)
{
	strata_session_record a = record_of(1), b = record_of(2);
	strata_tier other;

	begin();
	keep("one");
	other = tier_of(1, second.port);
	swap_hosts(&other);
	CHECK(open_found(&b) == STRATA_OK && b.is_at_second);
	swap_hosts(&other);
	CHECK(open_found(&a) == STRATA_NOT_STORED);
	swap_hosts(&other);
	CHECK(store(&b, "two") == STRATA_OK);
	swap_hosts(&other);
	CHECK(reads("two") && open_found(&a) == STRATA_OK && has_text(&a, "two"));
	other.ops->fini(&other);
	end();
}

static void what_it_confirmed_is_not_written_over(void)
{
	strata_session_record a = record_of(1), b = record_of(2);
	strata_tier other;

	begin();
	keep("one");
	CHECK(open_found(&a) == STRATA_OK);
	other = tier_of(1, second.port);
	swap_hosts(&other);
	CHECK(open_found(&b) == STRATA_OK && store(&b, "two") == STRATA_OK);
	swap_hosts(&other);
	CHECK(store(&a, "late") == STRATA_NOT_STORED && !a.is_locked && reads("two"));
	CHECK(open_found(&a) == STRATA_OK && has_text(&a, "two") && store(&a, "three") == STRATA_OK);
	/* The same while it has but the lock. */
	CHECK(open_found(&a) == STRATA_OK);
	swap_hosts(&other);
	CHECK(open_found(&b) == STRATA_OK && has_text(&b, "three"));
	swap_hosts(&other);
	CHECK(store(&a, "late") == STRATA_NOT_STORED);
	swap_hosts(&other);
	CHECK(store(&b, "four") == STRATA_OK);
	swap_hosts(&other);
	CHECK(reads("four") && open_found(&a) == STRATA_OK && holds(&first, "four"));
	/* And where that is left without a write, what was refused does not come out. */
	swap_hosts(&other);
	CHECK(open_found(&b) == STRATA_OK);
	swap_hosts(&other);
	CHECK(store(&a, "late") == STRATA_NOT_STORED);
	swap_hosts(&other);
	CHECK(leave(&b) == STRATA_OK);
	swap_hosts(&other);
	CHECK(reads("four"));
	other.ops->fini(&other);
	end();
}

int main(void)
{
	strata_ring *ring;
	const strata_ring_server addresses[2] = { { "", 0, 1, "a" }, { "", 0, 1, "b" } };

	REQUIRE(strata_ring_new(addresses, 2, &ring) == STRATA_OK);
	place_of_first = strata_ring_pick(ring, strata_view_of(KEY));
	strata_ring_free(ring);
	RUN(what_is_stored_is_at_both_places);
	RUN(a_new_session_goes_to_both_places);
	RUN(a_session_survives_the_loss_of_its_first_place);
	RUN(a_request_goes_on_at_the_second_place);
	RUN(a_request_is_refused_where_another_has_the_second_place);
	RUN(what_the_lost_place_had_been_given_is_not_lost_with_its_lock);
	RUN(what_it_held_before_does_not_come_back);
	RUN(what_it_executes_late_does_not_win);
	RUN(a_logout_at_the_second_place_wins);
	RUN(a_logout_at_the_first_place_wins);
	RUN(without_the_second_place_the_first_one_is_enough);
	RUN(a_second_place_that_is_behind_catches_up_with_the_next_open);
	RUN(without_any_place_there_is_no_answer);
	RUN(the_lock_of_a_host_without_the_first_place_counts);
	RUN(what_it_confirmed_is_not_written_over);
	return unit_end();
}
