/*
 * What was put off is computed by the last shutdown function, see api/ending: a later moment would
 * find objects that were destructed.
 */
#include "api/remember/after_response.h"

#include "Zend/zend_exceptions.h"

#include "api/ending/ending.h"
#include "api/request/globals.h"
#include "os/process.h"

enum {
	MOST = 1000 /* of what waits: a program that never ends must not grow without end */
};

struct strata_waiting {
	strata_put_off put_off;
	struct strata_waiting *next;
	uint32_t process; /* strata_process_generation(): a forked child has not put anything off */
};

/* ---- what waits ---- */

static void hold(strata_put_off *put_off)
{
	zend_string_addref(put_off->key);
	Z_TRY_ADDREF(put_off->function.function_name);
	/* The zval does not hold what parent:: and static callables were called on. */
	if (put_off->cache.object != NULL) {
		GC_ADDREF(put_off->cache.object);
	}
}

static void release(struct strata_waiting *waiting)
{
	strata_put_off put_off = waiting->put_off;

	efree(waiting);
	if (put_off.cache.object != NULL) {
		OBJ_RELEASE(put_off.cache.object);
	}
	zval_ptr_dtor(&put_off.function.function_name);
	zend_string_release(put_off.key);
}

static struct strata_waiting *take_first(void)
{
	struct strata_waiting *first = STRATA_G(put_off).first;

	if (first != NULL) {
		STRATA_G(put_off).first = first->next;
		STRATA_G(put_off).last = first->next != NULL ? STRATA_G(put_off).last : NULL;
		STRATA_G(put_off).count--;
	}
	return first;
}

static bool waits(const strata_put_off *wanted)
{
	const struct strata_waiting *waiting = STRATA_G(put_off).first;

	while (waiting != NULL && (!strata_space_equal(&waiting->put_off.space, &wanted->space) ||
								  !zend_string_equals(waiting->put_off.key, wanted->key))) {
		waiting = waiting->next;
	}
	return waiting != NULL;
}

static void append(const strata_put_off *wanted)
{
	struct strata_waiting *waiting = emalloc(sizeof(*waiting));

	*waiting =
		(struct strata_waiting){ .put_off = *wanted, .process = strata_process_generation() };
	hold(&waiting->put_off);
	if (STRATA_G(put_off).last != NULL) {
		STRATA_G(put_off).last->next = waiting;
	} else {
		STRATA_G(put_off).first = waiting;
	}
	STRATA_G(put_off).last = waiting;
	STRATA_G(put_off).count++;
}

bool strata_after_response_put_off(const strata_put_off *wanted)
{
	if (STRATA_G(put_off).is_computing || !strata_ending_enter()) {
		return false;
	}
	if (waits(wanted)) {
		return true;
	}
	if (STRATA_G(put_off).count == MOST) {
		return false;
	}
	append(wanted);
	return true;
}

/* ---- computing ---- */

static void compute(struct strata_waiting *waiting)
{
	if (waiting->process == strata_process_generation()) {
		strata_budget_fill(&STRATA_G(budget));
		waiting->put_off.compute(&waiting->put_off);
	}
	release(waiting);
}

/* After a fatal error in one, PHP takes back the rest: strata_after_response_close(). */
static void compute_all(bool exit_ends_it)
{
	struct strata_waiting *waiting;

	STRATA_G(put_off).is_computing = true;
	while ((waiting = take_first()) != NULL) {
		compute(waiting);
		if (exit_ends_it && EG(exception) && zend_is_unwind_exit(EG(exception))) {
			break;
		}
		strata_ending_say_uncaught();
	}
	STRATA_G(put_off).is_computing = false;
}

void strata_after_response_compute(void)
{
	if (!STRATA_G(put_off).is_computing) {
		compute_all(true);
	}
}

static bool waits_any(void)
{
	return STRATA_G(put_off).first != NULL;
}

static void run(void)
{
	compute_all(false);
}

void strata_after_response_start(void)
{
	static const strata_ending_work work = { waits_any, run };

	strata_ending_add(&work);
}

/* ---- requests ---- */

void strata_after_response_open(void)
{
	STRATA_G(put_off) = (strata_put_off_list){ .first = NULL };
}

void strata_after_response_close(void)
{
	struct strata_waiting *waiting;

	while ((waiting = take_first()) != NULL) {
		release(waiting);
	}
}
