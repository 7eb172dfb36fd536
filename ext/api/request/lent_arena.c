#include "api/request/lent_arena.h"

#include "api/request/globals.h"
#include "base/compiler.h"

static STRATA_COLD strata_lent_arena *new_arena(void)
{
	strata_lent_arena *fresh = malloc(sizeof(*fresh));

	if (fresh != NULL) {
		*fresh = (strata_lent_arena){ .arena = strata_arena_new() };
		if (fresh->arena == NULL) {
			free(fresh);
			fresh = NULL;
		}
	}
	return fresh;
}

strata_lent_arena *strata_lent_arena_lend(void)
{
	strata_lent_arena *lent = STRATA_G(idle);

	if (lent != NULL) {
		STRATA_G(idle) = lent->next;
	} else {
		lent = new_arena();
	}
	if (lent != NULL) {
		lent->previous = NULL;
		lent->next = STRATA_G(lent);
		if (lent->next != NULL) {
			lent->next->previous = lent;
		}
		STRATA_G(lent) = lent;
	}
	return lent;
}

static void unlink_lent(strata_lent_arena *lent)
{
	if (lent->previous != NULL) {
		lent->previous->next = lent->next;
	} else {
		STRATA_G(lent) = lent->next;
	}
	if (lent->next != NULL) {
		lent->next->previous = lent->previous;
	}
}

static void free_arena(strata_lent_arena *lent)
{
	strata_arena_free(lent->arena);
	free(lent);
}

static uint32_t idle_count(void)
{
	uint32_t count = 0;

	for (strata_lent_arena *at = STRATA_G(idle); at != NULL; at = at->next) {
		count++;
	}
	return count;
}

void strata_lent_arena_return(strata_lent_arena *lent)
{
	unlink_lent(lent);
	if (idle_count() >= STRATA_ARENAS_KEPT) {
		free_arena(lent);
		return;
	}
	strata_arena_reset(lent->arena);
	lent->next = STRATA_G(idle);
	STRATA_G(idle) = lent;
}

void strata_lent_arena_return_all(void)
{
	while (STRATA_G(lent) != NULL) {
		strata_lent_arena_return(STRATA_G(lent));
	}
}

static void free_arenas(strata_lent_arena *list)
{
	while (list != NULL) {
		strata_lent_arena *next = list->next;

		free_arena(list);
		list = next;
	}
}

void strata_lent_arena_free_all(zend_strata_globals *globals)
{
	free_arenas(globals->idle);
	free_arenas(globals->lent);
	globals->idle = NULL;
	globals->lent = NULL;
}
