/*
 * What session_regenerate_id() wants of the old id is done when the new one is known: so the new
 * record is there before the old one goes, and where it cannot be stored nothing has gone.
 */
#include "api/session/new_id.h"

#include "api/session/session_warnings.h"

/* Is there nothing to go along, and nothing under the old id that another request could change? */
static bool is_for_nothing_at(const strata_session *left, const zend_string *taken)
{
	return taken == NULL || (left->record.seen == 0 && ZSTR_LEN(taken) == 0);
}

void strata_new_id_begin(strata_opened *opened, strata_view id, zend_long lifetime)
{
	if (!strata_opened_has(opened, id)) {
		strata_opened_begin(opened, id, lifetime);
	}
	opened->is_new = true;
	strata_opened_keep(opened, ZSTR_EMPTY_ALLOC());
}

/*
 * What is left is ended, and what goes along is stored. False with a warning: nothing is there
 * under the new id, as another request has got the session or ended it, or it could not be stored.
 * The client is to keep the old one.
 */
static bool move_along(strata_opened *opened, strata_leaving leaving, zend_string *taken)
{
	strata_view left = { opened->left->id, opened->left->id_size };
	strata_trouble written = { .kind = STRATA_TROUBLE_NONE }, removed = written;
	bool is_removed = leaving == STRATA_LEAVING_REMOVED, is_done;

	if (leaving == STRATA_LEAVING_POINTER) {
		(void) strata_opened_move(opened, taken, STRATA_SESSION_TO_NEW, &written);
	} else if (is_removed && !is_for_nothing_at(opened->left, taken)) {
		(void) strata_opened_move(opened, taken, STRATA_SESSION_TO_NOTHING, &written);
	} else if (is_removed) {
		(void) strata_opened_remove(opened, opened->left, &removed);
	}
	is_done = written.kind == STRATA_TROUBLE_NONE || opened->session->record.seen != 0;
	if (!is_done && leaving == STRATA_LEAVING_POINTER) {
		strata_opened_stay(opened);
	}
	strata_opened_leave(opened, opened->left);
	strata_session_warn_of_writing(opened, left, &written);
	strata_session_warn_of_removing(opened, left, &removed);
	return is_done;
}

bool strata_new_id_arrive(strata_opened *opened, strata_view id, zend_long lifetime)
{
	strata_leaving leaving = opened->leaving;
	zend_string *taken = opened->taken;
	bool is_done;

	strata_new_id_begin(opened, id, lifetime);
	is_done = move_along(opened, leaving, taken);
	opened->leaving = STRATA_LEAVING_NOTHING;
	opened->taken = NULL;
	if (opened->session->record.seen != 0) {
		opened->is_new = false;
		opened->made_size = 0;
		strata_opened_keep(opened, taken);
	}
	if (taken != NULL) {
		zend_string_release(taken);
	}
	return is_done;
}
