/*
 * The functions that PHP calls for a session, in an order that scripts decide. With an id of the
 * client:
 *
 *     open ─▶ validate_sid (strict mode) ─▶ read ─▶ write or update_timestamp ─▶ close
 *               asks, and locks             takes that over
 *
 * A new id is asked for at no server: create_sid makes it, read finds it new, and write stores it
 * where nothing is. session_regenerate_id() calls write or destroy for the old id, then close,
 * open, create_sid and read for the new one. What the first of these wants is done when the last
 * one tells the id: so the new record is there before the old one goes.
 *
 * PHP closes also what it could not read, and may write before that: where a fatal error ends the
 * wait for a lock, an empty session. What was not read is not written.
 */
#include "api/session/save_handler.h"

#include "api/request/databases.h"
#include "api/session/new_id.h"
#include "api/session/opened.h"
#include "api/session/session_module.h"
#include "api/session/session_warnings.h"
#include "conf/ini.h"

static const char *state = "not there: PHP has no module of sessions";

#define PS_OF(field) (strata_session_module_globals()->field)

static const ps_module handler;

static strata_view view_of(const zend_string *text)
{
	return (strata_view){ ZSTR_VAL(text), ZSTR_LEN(text) };
}

/* ---- open ---- */

/* What a script may write that closes and opens by itself, as to connect anew. */
static bool may_be_written(const strata_opened *opened)
{
	return opened->was_read || (opened->is_read && !opened->is_read_only && !opened->is_parents);
}

static void end(strata_opened *opened)
{
	opened->was_read = PS_OF(mod) != &handler && may_be_written(opened);
	strata_opened_stay(opened);
	strata_opened_close(opened);
}

/*
 * A handler of the script that threw, or that forgets to, closes nothing. When PHP opens the next
 * session, the former one ends, or its lock would stay. A script that opens by hand goes on with
 * what it has, if that lies in the same database.
 */
static void end_former(strata_opened *opened)
{
	strata_session_asker asker = strata_session_module_asker();
	bool is_between = asker == STRATA_ASKER_REGENERATE && opened->leaving != STRATA_LEAVING_NOTHING;

	if (opened->is_open && asker != STRATA_ASKER_SCRIPT && !is_between) {
		end(opened);
	}
	if (asker == STRATA_ASKER_START || asker == STRATA_ASKER_READ_AND_CLOSE) {
		opened->was_read = false;
	}
}

static bool enter(strata_opened *opened, strata_view path)
{
	uint32_t index;

	if (!strata_api_has_database(path.size > 0 ? path : strata_view_of("sessions"), &index)) {
		strata_session_warn_of_path(path);
		return false;
	}
	if (opened->is_open && opened->space.database != index) {
		end(opened);
	}
	if (!strata_opened_enter(opened, index)) {
		strata_session_warn_of_opening(opened, path, &opened->trouble);
		return false;
	}
	return true;
}

static zend_result open_handler(PS_OPEN_ARGS)
{
	strata_opened *opened = strata_opened_get();
#if PHP_VERSION_ID >= 80600
	strata_view path = view_of(save_path);
#else
	strata_view path = strata_view_of(save_path);
#endif

	if (opened == NULL) {
		php_error_docref(NULL, E_WARNING, "out of memory");
		return FAILURE;
	}
	end_former(opened);
	if (!enter(opened, path)) {
		strata_opened_stay(opened);
		return FAILURE;
	}
	opened->is_open = true;
	*mod_data = opened;
	return SUCCESS;
}

/* That of this process, where PHP has it open; else NULL. */
static strata_opened *opened_of(void **mod_data)
{
	strata_opened *opened = *mod_data != NULL ? strata_opened_get() : NULL;

	return opened != NULL && opened->is_open ? opened : NULL;
}

/* The same, for an id that is one. */
static strata_opened *opened_for(void **mod_data, const zend_string *id)
{
	strata_opened *opened = opened_of(mod_data);

	if (opened != NULL && !strata_session_is_id(view_of(id))) {
		strata_session_warn_of_id(opened);
		return NULL;
	}
	return opened;
}

/* ---- ids ---- */

static zend_string *create_sid(PS_CREATE_SID_ARGS)
{
	strata_opened *opened = opened_of(mod_data);
	zend_string *id = strata_session_module_make_id();

	if (opened != NULL && id != NULL) {
		strata_opened_note_made(opened, view_of(id));
	}
	return id;
}

/* Of an id that another client may have. A server that fails says nothing against it. */
static bool is_in_use(strata_opened *opened, strata_view id)
{
	strata_trouble trouble;
	strata_result result;
	zend_string *bytes;

	strata_opened_begin_other(opened, id, PS_OF(gc_maxlifetime));
	result =
		strata_opened_ask(opened, &opened->other, STRATA_SESSION_CLAIM_NOTHING, &bytes, &trouble);
	strata_opened_leave_other(opened);
	if (bytes != NULL) {
		zend_string_release(bytes);
	}
	return trouble.kind == STRATA_TROUBLE_NONE && result == STRATA_OK;
}

/* Of the session of PHP, or of an id that was made here: there is nothing to ask for. */
static bool is_new(const strata_opened *opened, strata_view id)
{
	return strata_opened_has(opened, id) ? opened->is_new : strata_opened_made(opened, id);
}

static strata_session_claim claim_of(strata_session_asker asker, strata_session_claim wanted)
{
	return asker == STRATA_ASKER_READ_AND_CLOSE ? STRATA_SESSION_CLAIM_NOTHING : wanted;
}

/*
 * Asks for the session of PHP, and keeps what it was told. What it has already, it reads again
 * under the same lock.
 */
static strata_result look(strata_opened *opened, strata_view id, strata_session_claim claim)
{
	bool is_again = strata_opened_has(opened, id);
	strata_session_claim wanted =
		is_again && opened->is_read_only ? STRATA_SESSION_CLAIM_NOTHING : claim;
	zend_string *bytes;
	strata_result result;

	if (!is_again) {
		strata_opened_begin(opened, id, PS_OF(gc_maxlifetime));
	}
	result = strata_opened_ask(opened, opened->session, wanted, &bytes, &opened->trouble);
	if (bytes == NULL) {
		strata_opened_keep(opened, ZSTR_EMPTY_ALLOC());
	} else {
		strata_opened_keep(opened, bytes);
		zend_string_release(bytes);
	}
	return result;
}

/*
 * A server that fails, or a wait that is over, must not make a guest of a user: then the id stays,
 * and read() says what is wrong.
 */
static bool is_known(strata_opened *opened, strata_view id, strata_session_asker asker)
{
	bool is_again = strata_opened_has(opened, id);
	strata_result result;

	if (is_new(opened, id)) {
		return true;
	}
	result = look(opened, id, claim_of(asker, STRATA_SESSION_CLAIM_FOUND));
	opened->is_ready = true;
	if (opened->trouble.kind != STRATA_TROUBLE_NONE || result != STRATA_MISS || is_again) {
		return true;
	}
	strata_opened_leave(opened, opened->session);
	opened->has_session = false;
	return false;
}

/*
 * An id that is none is not in use: PHP makes another one, and there is nothing to be warned of.
 * A script that throws at warnings would fail whenever a client sends one.
 */
static zend_result validate_sid(PS_VALIDATE_SID_ARGS)
{
	strata_session_asker asker = strata_session_module_asker();
	strata_opened *opened = opened_of(mod_data);
	strata_view id = view_of(key);
	bool is_good = false;

	if (opened == NULL || !strata_session_is_id(id)) {
		return FAILURE;
	}
	switch (asker) {
		case STRATA_ASKER_REGENERATE: is_good = !is_new(opened, id) && is_in_use(opened, id); break;
		case STRATA_ASKER_CREATE_ID: is_good = is_in_use(opened, id); break;
		case STRATA_ASKER_START:
		case STRATA_ASKER_READ_AND_CLOSE:
		case STRATA_ASKER_RESET:
		case STRATA_ASKER_DECODE:
		case STRATA_ASKER_OTHER:
		case STRATA_ASKER_SCRIPT:
		case STRATA_ASKER_ENGINE: is_good = is_known(opened, id, asker); break;
	}
	return is_good ? SUCCESS : FAILURE;
}

/* ---- read ---- */

static bool is_empty(const zend_string *bytes)
{
	return bytes == NULL || ZSTR_LEN(bytes) == 0;
}

/* What is read then is known to be another request's, so that it is not written. */
static void read_without_lock(strata_opened *opened, strata_view id)
{
	opened->is_read_only = true;
	(void) look(opened, id, STRATA_SESSION_CLAIM_NOTHING);
}

/* By the settings, what could not be opened is had in another way, or not. */
static bool have_it_otherwise(strata_opened *opened, strata_view id)
{
	strata_trouble *trouble = &opened->trouble;

	if (trouble->kind == STRATA_TROUBLE_TIME && opened->is_read_after_wait) {
		read_without_lock(opened, id);
	}
	if (trouble->kind == STRATA_TROUBLE_NONE) {
		return true;
	}
	strata_session_warn_of_opening(opened, id, trouble);
	if (trouble->kind == STRATA_TROUBLE_TIME || trouble->kind == STRATA_TROUBLE_INTERRUPTED ||
		!opened->is_empty_on_error) {
		return false;
	}
	opened->is_read_only = true;
	return true;
}

/* What a script asks of another id than its session's, by a method of the handler. */
static zend_result read_other(strata_opened *opened, strata_view id, zend_string **val)
{
	strata_trouble trouble;

	strata_opened_begin_other(opened, id, PS_OF(gc_maxlifetime));
	(void) strata_opened_ask(opened, &opened->other, STRATA_SESSION_CLAIM_NOTHING, val, &trouble);
	strata_opened_leave_other(opened);
	if (trouble.kind != STRATA_TROUBLE_NONE) {
		strata_session_warn_of_opening(opened, id, &trouble);
		return FAILURE;
	}
	if (*val == NULL) {
		*val = ZSTR_EMPTY_ALLOC();
	}
	return SUCCESS;
}

static bool read_own(strata_opened *opened, strata_view id, strata_session_asker asker)
{
	bool is_ready = opened->is_ready && strata_opened_has(opened, id);

	opened->is_ready = false;
	opened->is_read = false;
	if (opened->leaving != STRATA_LEAVING_NOTHING && asker == STRATA_ASKER_REGENERATE) {
		if (!strata_new_id_arrive(opened, id, PS_OF(gc_maxlifetime))) {
			return false;
		}
	} else if (is_new(opened, id)) {
		strata_new_id_begin(opened, id, PS_OF(gc_maxlifetime));
	} else {
		if (!is_ready) {
			(void) look(opened, id, claim_of(asker, STRATA_SESSION_CLAIM_ALWAYS));
		}
		if (!have_it_otherwise(opened, id)) {
			return false;
		}
	}
	return opened->is_open && opened->bytes != NULL;
}

/*
 * In strict mode PHP makes another id of one that is none. A handler of the script, such as that of
 * Symfony, reads it to see that, and stores under the other id without a further read.
 */
static bool is_for_another(const strata_opened *opened, const zend_string *id)
{
	return opened != NULL && opened->leaving == STRATA_LEAVING_NOTHING && PS_OF(mod) != &handler &&
		   PS_OF(use_strict_mode) && !strata_session_is_id(view_of(id));
}

static zend_result read_session(PS_READ_ARGS)
{
	strata_session_asker asker = strata_session_module_asker();
	strata_opened *opened = opened_of(mod_data);
	strata_view id = view_of(key);
	bool is_left = opened != NULL && opened->leaving != STRATA_LEAVING_NOTHING;

	*val = NULL;
	if (is_for_another(opened, key)) {
		opened->is_read = true;
		*val = ZSTR_EMPTY_ALLOC();
		return SUCCESS;
	}
	opened = opened_for(mod_data, key);
	if (opened == NULL) {
		return FAILURE;
	}
	if (asker == STRATA_ASKER_SCRIPT && opened->is_read && !strata_opened_has(opened, id)) {
		return read_other(opened, id, val);
	}
	if (!read_own(opened, id, asker)) {
		return FAILURE;
	}
	opened->is_read = true;
	*val = is_left ? ZSTR_EMPTY_ALLOC() : zend_string_copy(opened->bytes);
	return SUCCESS;
}

/* ---- write ---- */

static bool equals(const zend_string *one, const zend_string *other)
{
	return one != NULL && ZSTR_LEN(one) == ZSTR_LEN(other) &&
		   memcmp(ZSTR_VAL(one), ZSTR_VAL(other), ZSTR_LEN(one)) == 0;
}

static HashTable *variables(void)
{
	zval *reference = &PS_OF(http_session_vars);

	if (!Z_ISREF_P(reference) || Z_TYPE_P(Z_REFVAL_P(reference)) != IS_ARRAY) {
		return NULL;
	}
	return Z_ARRVAL_P(Z_REFVAL_P(reference));
}

/*
 * Of a session that its serializer could not write, PHP has an empty one written: one key with a
 * "|" would take all others along.
 */
static bool is_unwritten(const zend_string *bytes)
{
	HashTable *all = ZSTR_LEN(bytes) == 0 && PS_OF(mod) == &handler ? variables() : NULL;
	zend_string *name;

	if (all != NULL) {
		ZEND_HASH_FOREACH_STR_KEY(all, name)
		{
			if (name != NULL && ZSTR_LEN(name) < 128) {
				return true;
			}
		}
		ZEND_HASH_FOREACH_END();
	}
	return false;
}

/* Is there nothing to be stored, and was there nothing? */
static bool is_for_nothing(const strata_opened *opened, const zend_string *bytes)
{
	return opened->session->record.seen == 0 && is_empty(bytes) && is_empty(opened->bytes);
}

/* A script that calls write() by itself goes on with its session. */
static strata_session_after after_of(const strata_opened *opened, strata_session_asker asker)
{
	return asker == STRATA_ASKER_SCRIPT && opened->lock == STRATA_SESSION_LOCK_ON
			   ? STRATA_SESSION_LOCK_TAKEN
			   : STRATA_SESSION_LOCK_LEFT;
}

static bool store(strata_opened *opened, zend_string *bytes, strata_session_asker asker)
{
	strata_trouble trouble;
	strata_result result =
		strata_opened_store(opened, opened->session, bytes, after_of(opened, asker), &trouble);

	if (result == STRATA_OK) {
		opened->is_new = false;
		opened->made_size = 0;
		strata_opened_keep(opened, bytes);
		return true;
	}
	strata_session_warn_of_writing(opened,
		(strata_view){ opened->session->id, opened->session->id_size }, &trouble);
	return false;
}

/*
 * The record is as it should be. One that is gone meanwhile is stored anew, where it was evicted;
 * where another request ended the session, it stays so, and there is nothing to be told of.
 */
static void leave_unchanged(strata_opened *opened, zend_string *bytes)
{
	strata_trouble trouble;

	if (strata_opened_renew(opened, opened->session) == STRATA_MISS) {
		(void) strata_opened_store(opened, opened->session, bytes, STRATA_SESSION_LOCK_LEFT,
			&trouble);
	}
}

/* False with a warning: of a session that this request may not write. */
static bool may_write(strata_opened *opened, strata_view id, const zend_string *bytes)
{
	const char *why = NULL;

	if (opened->is_read_only) {
		why = "it could not be had at its start, and is read only";
	} else if (opened->is_parents) {
		why = "this process was forked from the one that has the session";
	} else if (is_unwritten(bytes)) {
		why =
			"session.serialize_handler cannot write it; where that is \"php\", no key may hold |; "
			"what was stored before stays";
	}
	if (why != NULL) {
		strata_session_warn_of_loss(opened, id, why);
	}
	return why == NULL;
}

static bool write_own(strata_opened *opened, strata_view id, zend_string *bytes, zend_long lifetime,
	strata_session_asker asker)
{
	bool is_unchanged = equals(opened->bytes, bytes);

	if ((opened->is_read_only || opened->is_parents) && is_unchanged) {
		return true;
	}
	if (!may_write(opened, id, bytes)) {
		return false;
	}
	opened->session->life = strata_opened_life(lifetime);
	if (is_for_nothing(opened, bytes)) {
		strata_opened_skip(opened, opened->session);
		return true;
	}
	if (is_unchanged && opened->session->record.seen != 0) {
		leave_unchanged(opened, bytes);
		return true;
	}
	return store(opened, bytes, asker);
}

/* As what the script reads of another id: whole, under a lock of its own. */
static bool write_other(strata_opened *opened, strata_view id, zend_string *bytes,
	zend_long lifetime)
{
	strata_trouble trouble;
	zend_string *before;

	strata_opened_begin_other(opened, id, lifetime);
	(void) strata_opened_ask(opened, &opened->other, STRATA_SESSION_CLAIM_ALWAYS, &before,
		&trouble);
	if (before != NULL) {
		zend_string_release(before);
	}
	if (trouble.kind == STRATA_TROUBLE_NONE) {
		(void) strata_opened_store(opened, &opened->other, bytes, STRATA_SESSION_LOCK_LEFT,
			&trouble);
	}
	strata_opened_leave_other(opened);
	if (strata_opened_made(opened, id)) {
		opened->made_size = 0;
	}
	strata_session_warn_of_writing(opened, id, &trouble);
	return trouble.kind == STRATA_TROUBLE_NONE;
}

/* The client never heard of the id, or there is nothing under it that it could find. */
static bool is_unknown(const strata_opened *opened, const zend_string *bytes)
{
	return opened->is_new || (opened->session->record.seen == 0 && is_empty(bytes));
}

/*
 * Has another request got the session, changed or ended it since it was read? That is asked where
 * no lock kept them out: here session_regenerate_id() can still be false. True with a warning.
 */
static bool is_taken(strata_opened *opened, strata_view id)
{
	strata_session *session = opened->session;
	uint64_t seen = session->record.seen;
	strata_trouble trouble;
	zend_string *bytes;

	if (opened->lock == STRATA_SESSION_LOCK_OFF || seen == 0 ||
		strata_lock_is_held(&session->lock)) {
		return false;
	}
	(void) strata_opened_ask(opened, session, STRATA_SESSION_CLAIM_FOUND, &bytes, &trouble);
	if (bytes != NULL) {
		zend_string_release(bytes);
	}
	if (trouble.kind == STRATA_TROUBLE_TIME ||
		(trouble.kind == STRATA_TROUBLE_NONE && session->record.seen != seen)) {
		trouble.kind = STRATA_TROUBLE_REFUSED;
	}
	strata_session_warn_of_writing(opened, id, &trouble);
	return trouble.kind != STRATA_TROUBLE_NONE;
}

static bool leave_by_pointer(strata_opened *opened, strata_view id, zend_string *bytes)
{
	if (!may_write(opened, id, bytes) || is_taken(opened, id)) {
		return false;
	}
	strata_opened_leave_for_another(opened,
		is_unknown(opened, bytes) ? STRATA_LEAVING_UNKNOWN : STRATA_LEAVING_POINTER, bytes);
	return true;
}

/* Where a serializer threw, its bytes are not whole: what was stored before stays. */
static zend_result write_session(PS_WRITE_ARGS)
{
	strata_session_asker asker = strata_session_module_asker();
	strata_opened *opened = EG(exception) == NULL ? opened_for(mod_data, key) : NULL;
	strata_view id = view_of(key);
	bool is_done;

	if (opened == NULL) {
		return FAILURE;
	}
	if (!opened->is_read && (!opened->was_read || strata_opened_has(opened, id))) {
		return SUCCESS;
	}
	if (!opened->is_parents && !strata_opened_has(opened, id)) {
		is_done = write_other(opened, id, val, maxlifetime);
	} else if (asker == STRATA_ASKER_REGENERATE && !opened->is_parents) {
		is_done = leave_by_pointer(opened, id, val);
	} else {
		is_done = write_own(opened, id, val, maxlifetime, asker);
	}
	return is_done ? SUCCESS : FAILURE;
}

/* ---- destroy ---- */

/*
 * What PHP cannot decode it destroys. But where that was an exception, or a fatal error as that of
 * a full memory, the bytes are as good as before.
 */
static bool is_decoding_in_vain(strata_session_asker asker)
{
	bool may_be = asker == STRATA_ASKER_START || asker == STRATA_ASKER_RESET ||
				  asker == STRATA_ASKER_READ_AND_CLOSE || asker == STRATA_ASKER_DECODE ||
				  asker == STRATA_ASKER_ENGINE;

	return may_be && (EG(exception) != NULL || CG(unclean_shutdown));
}

/*
 * What goes along to the new id: the session as it is now. Where a handler of the script changes
 * the bytes on their way, those that were read. NULL: nothing, or with an exception.
 */
static zend_string *bytes_to_take(const strata_opened *opened)
{
	const ps_serializer *serializer = PS_OF(serializer);

	if (PS_OF(mod) == &handler && serializer != NULL && variables() != NULL) {
		return serializer->encode();
	}
	return opened->bytes != NULL ? zend_string_copy(opened->bytes) : NULL;
}

static bool leave_by_removal(strata_opened *opened, strata_view id)
{
	strata_leaving leaving = opened->is_new ? STRATA_LEAVING_UNKNOWN : STRATA_LEAVING_REMOVED;
	zend_string *taken = bytes_to_take(opened);
	bool is_left = EG(exception) == NULL &&
				   may_write(opened, id, taken != NULL ? taken : ZSTR_EMPTY_ALLOC()) &&
				   !is_taken(opened, id);

	if (is_left) {
		strata_opened_leave_for_another(opened, leaving, taken);
	}
	if (taken != NULL) {
		zend_string_release(taken);
	}
	return is_left;
}

/*
 * What the handler of a script stores under it later is stored anew, as by one that removes before
 * it writes. Where the removal failed, the record is left as it is.
 */
static void note_removed(strata_opened *opened, bool is_removed)
{
	opened->has_session = opened->has_session && !is_removed;
	opened->is_read = opened->is_read && is_removed;
}

static bool remove_session(strata_opened *opened, strata_view id)
{
	bool is_own = strata_opened_has(opened, id), is_removed;
	strata_trouble trouble;

	if (is_new(opened, id)) {
		return true;
	}
	if (!is_own) {
		strata_opened_begin_other(opened, id, PS_OF(gc_maxlifetime));
	}
	is_removed = strata_opened_remove(opened, is_own ? opened->session : &opened->other, &trouble);
	if (is_own) {
		note_removed(opened, is_removed);
	} else {
		strata_opened_leave_other(opened);
	}
	if (!is_removed) {
		strata_session_warn_of_removing(opened, id, &trouble);
	}
	return is_removed;
}

static zend_result destroy_session(PS_DESTROY_ARGS)
{
	strata_session_asker asker = strata_session_module_asker();
	strata_opened *opened = opened_for(mod_data, key);
	strata_view id = view_of(key);
	bool is_done;

	if (opened == NULL) {
		return FAILURE;
	}
	if (is_decoding_in_vain(asker)) {
		return SUCCESS;
	}
	is_done =
		asker == STRATA_ASKER_REGENERATE && (opened->is_parents || strata_opened_has(opened, id))
			? leave_by_removal(opened, id)
			: remove_session(opened, id);
	return is_done ? SUCCESS : FAILURE;
}

/* ---- close, and the rest ---- */

/* Within session_regenerate_id() it is closed once between the old id and the new one. */
static zend_result close_handler(PS_CLOSE_ARGS)
{
	strata_session_asker asker = strata_session_module_asker();
	strata_opened *opened = opened_of(mod_data);

	*mod_data = NULL;
	if (opened == NULL) {
		return SUCCESS;
	}
	if (opened->leaving != STRATA_LEAVING_NOTHING && !opened->has_left &&
		asker == STRATA_ASKER_REGENERATE) {
		opened->has_left = true;
		return SUCCESS;
	}
	end(opened);
	return SUCCESS;
}

/* Servers end them by themselves. */
static zend_long collect_garbage(PS_GC_ARGS)
{
	(void) mod_data;
	(void) maxlifetime;
	*nrdels = 0;
	return 0;
}

static const ps_module handler = {
	.s_name = "strata",
	.s_open = open_handler,
	.s_close = close_handler,
	.s_read = read_session,
	.s_write = write_session,
	.s_destroy = destroy_session,
	.s_gc = collect_garbage,
	.s_create_sid = create_sid,
	.s_validate_sid = validate_sid,
	.s_update_timestamp = write_session,
};

void strata_save_handler_register(void)
{
	bool is_full;

	if (strata_session_module_register(&handler, &is_full)) {
		state = "session.save_handler = strata";
	} else if (is_full) {
		state = "not there: PHP's module of sessions takes no further handler";
		php_error_docref(NULL, E_CORE_WARNING, "session.save_handler = strata is %s", state);
	}
}

const char *strata_save_handler_describe(void)
{
	return state;
}

void strata_save_handler_end_request(void)
{
	strata_opened_end_request();
}
