#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/generation.h"

#include <sys/wait.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/map.h"

#include "unit.h"

static strata_host *host;
static strata_generations *generations;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_generations_new(host, &generations) == STRATA_OK);
}

static void end(void)
{
	strata_generations_free(generations);
	strata_host_free(host);
}

static void a_space_has_one_record_and_no_other_space_has_it(void)
{
	strata_generation *first, *second;

	begin();
	first = strata_generations_of(generations, 5);
	second = strata_generations_of(generations, 5 + 4096);
	CHECK(first != NULL && second != NULL && first != second);
	CHECK(strata_generations_of(generations, 5) == first);
	CHECK(strata_generations_of(generations, 5 + 4096) == second);
	CHECK(strata_generations_of(generations, 0) == strata_generations_of(generations, 0));
	CHECK(strata_generations_of(generations, 0) != first);
	end();
}

static void the_value_is_raised_and_never_lowered(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	CHECK(strata_generation_value(generation) == 0);
	CHECK(strata_generation_raise(generation, 7) == 7);
	CHECK(strata_generation_raise(generation, 3) == 7);
	CHECK(strata_generation_raise(generation, 7) == 7);
	CHECK(strata_generation_value(generation) == 7);
	end();
}

static void what_was_lost_is_no_value_and_never_one_again(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	(void) strata_generation_raise(generation, 7);
	strata_generation_revoke(generation, 6);
	CHECK(strata_generation_value(generation) == 7);
	strata_generation_revoke(generation, 7);
	CHECK(strata_generation_value(generation) == 0 && strata_generation_floor(generation) == 7);
	CHECK(strata_generation_raise(generation, 5) == 0);
	CHECK(strata_generation_value(generation) == 0 && strata_generation_floor(generation) == 7);
	CHECK(strata_generation_raise(generation, 8) == 8);
	CHECK(strata_generation_value(generation) == 8 && strata_generation_floor(generation) == 8);
	end();
}

static void a_wrong_one_is_replaced_by_its_exact_value(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	(void) strata_generation_raise(generation, 900);
	strata_generation_replace(generation, 901, 7);
	CHECK(strata_generation_value(generation) == 900);
	strata_generation_replace(generation, 900, 7);
	CHECK(strata_generation_value(generation) == 7 && strata_generation_floor(generation) == 7);
	end();
}

/* A flipped bit must not be what all hosts follow, nor what this one goes by for ever. */
static void a_value_over_the_floor_is_damage_and_mended_by_the_next_answer(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	(void) strata_generation_raise(generation, 7);
	atomic_store(&generation->value, 7 | UINT64_C(1) << 40);
	CHECK(strata_generation_floor(generation) == 7);
	CHECK(strata_generation_raise(generation, 7) == 7);
	CHECK(strata_generation_value(generation) == 7);
	end();
}

static void a_child_raises_the_value_for_all(void)
{
	strata_generation *generation;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		(void) strata_generation_raise(strata_generations_of(generations, 9), 42);
		_exit(0);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	generation = strata_generations_of(generations, 9);
	CHECK(strata_generation_value(generation) == 42);
	end();
}

static void one_caller_per_interval_may_refresh(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	CHECK(strata_generation_may_refresh(generation, 500, 1000));
	CHECK(!strata_generation_may_refresh(generation, 500, 1000));
	CHECK(!strata_generation_may_refresh(generation, 1499, 1000));
	/* Another process' clock reading may be a tick older. */
	CHECK(!strata_generation_may_refresh(generation, 496, 1000));
	CHECK(strata_generation_may_refresh(generation, 1500, 1000));
	CHECK(!strata_generation_may_refresh(generation, 1500, 1000));
	end();
}

static void a_moment_in_the_future_is_damage_and_stops_no_refresh(void)
{
	const strata_msec now = 5000;

	/* A moment has 44 bits. */
	for (int bit = 13; bit < 44; bit++) {
		strata_generation *generation;

		begin();
		generation = strata_generations_of(generations, 1);
		/* What one flipped bit of the last moment would leave behind. */
		CHECK(strata_generation_may_refresh(generation, now ^ (strata_msec) 1 << bit, 1000));
		CHECK(strata_generation_is_due(generation, now, 1000));
		CHECK(strata_generation_may_refresh(generation, now, 1000));
		CHECK(!strata_generation_may_refresh(generation, now, 1000));
		end();
	}
}

static void of_many_processes_at_one_moment_one_may_refresh(void)
{
	enum { CHILDREN = 8 };
	_Atomic uint32_t *winners;
	void *memory;

	begin();
	REQUIRE(strata_map_lazy(sizeof(*winners), &memory) == STRATA_OK);
	winners = memory;
	for (int i = 0; i < CHILDREN; i++) {
		pid_t child = fork();

		if (child == 0) {
			for (strata_msec now = 1000; now <= 100000; now += 1000) {
				*winners += strata_generation_may_refresh(strata_generations_of(generations, 3),
					now, 1000000);
			}
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int i = 0; i < CHILDREN; i++) {
		REQUIRE(wait(NULL) > 0);
	}
	CHECK(*winners == 1);
	strata_map_free(memory, sizeof(*winners));
	end();
}

static void one_space_too_many_has_none(void)
{
	begin();
	for (uint64_t space = 1; space <= 4096; space++) {
		CHECK(strata_generations_of(generations, space * 0x9E3779B97F4A7C15) != NULL);
	}
	CHECK(strata_generations_of(generations, 77) == NULL);
	CHECK(strata_generations_of(generations, 0x9E3779B97F4A7C15) != NULL);
	end();
}

static void what_is_expected_is_less_than_no_value(void)
{
	strata_generation *generation;

	begin();
	generation = strata_generations_of(generations, 1);
	CHECK(strata_generation_raise(generation, 7) == 7);
	strata_generation_expect(generation, 5);
	CHECK(strata_generation_value(generation) == 7 && strata_generation_floor(generation) == 7);
	strata_generation_expect(generation, 9);
	CHECK(strata_generation_value(generation) == 0 && strata_generation_floor(generation) == 9);
	CHECK(strata_generation_raise(generation, 8) == 0);
	CHECK(strata_generation_raise(generation, 10) == 10);
	end();
}

int main(void)
{
	RUN(a_space_has_one_record_and_no_other_space_has_it);
	RUN(the_value_is_raised_and_never_lowered);
	RUN(what_was_lost_is_no_value_and_never_one_again);
	RUN(a_wrong_one_is_replaced_by_its_exact_value);
	RUN(a_value_over_the_floor_is_damage_and_mended_by_the_next_answer);
	RUN(a_child_raises_the_value_for_all);
	RUN(one_caller_per_interval_may_refresh);
	RUN(a_moment_in_the_future_is_damage_and_stops_no_refresh);
	RUN(of_many_processes_at_one_moment_one_may_refresh);
	RUN(one_space_too_many_has_none);
	RUN(what_is_expected_is_less_than_no_value);
	return unit_end();
}
