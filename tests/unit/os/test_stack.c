#include "os/stack.h"

#include <pthread.h>
#include <stdlib.h>
#include <ucontext.h>

#include "unit.h"

enum { THREAD_STACK = 512 * 1024, OWN_STACK = 256 * 1024 };

static __attribute__((noinline)) size_t left_below(int levels)
{
	volatile char room[1024];

	room[0] = 0;
	return levels == 0 ? strata_stack_left() : left_below(levels - 1) + (size_t) room[0];
}

static void what_is_left_shrinks_with_each_call(void)
{
	size_t here = strata_stack_left(), below = left_below(10);

	CHECK(here > 100 * 1024);
	CHECK(here - below >= 10 * 1024);
	CHECK(here - below < 100 * 1024);
}

static void *look(void *seen)
{
	*(size_t *) seen = strata_stack_left();
	return NULL;
}

static void a_thread_knows_its_own_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	size_t seen = 0;

	REQUIRE(pthread_attr_init(&attributes) == 0);
	REQUIRE(pthread_attr_setstacksize(&attributes, THREAD_STACK) == 0);
	REQUIRE(pthread_create(&thread, &attributes, look, &seen) == 0);
	REQUIRE(pthread_join(thread, NULL) == 0);
	(void) pthread_attr_destroy(&attributes);
	CHECK(seen > 0 && seen <= THREAD_STACK);
}

static ucontext_t main_context, own_context;
static size_t seen_elsewhere;

static void look_elsewhere(void)
{
	seen_elsewhere = strata_stack_left();
}

static void a_stack_of_other_making_is_not_known(void)
{
	void *stack = malloc(OWN_STACK);

	REQUIRE(stack != NULL && getcontext(&own_context) == 0);
	own_context.uc_stack.ss_sp = stack;
	own_context.uc_stack.ss_size = OWN_STACK;
	own_context.uc_link = &main_context;
	makecontext(&own_context, look_elsewhere, 0);
	seen_elsewhere = 1;
	REQUIRE(swapcontext(&main_context, &own_context) == 0);
	free(stack);
	CHECK(seen_elsewhere == 0);
}

int main(void)
{
	RUN(what_is_left_shrinks_with_each_call);
	RUN(a_thread_knows_its_own_stack);
	RUN(a_stack_of_other_making_is_not_known);
	return unit_end();
}
