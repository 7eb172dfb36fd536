/*
 * A session is PHP's from session_start() to its end, and servers are asked in between a few times.
 * Each time is a call of its own. What PHP needs in its own memory is copied out before the call
 * ends; a memory limit that is met there leaves a lock, which close gives back: PHP closes what it
 * opened in every case but the death of the process.
 */
#include "api/session/opened.h"

#include "SAPI.h"

#include "api/request/databases.h"
#include "api/request/interrupts.h"
#include "api/request/request.h"
#include "api/request/session_source.h"
#include "cache/session/session_import.h"
#include "conf/ini.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	LONGEST_LIFE = 50 * 366 * 24 * 3600, /* seconds; what is longer says for ever */
	PROBE_WAIT = 25000                   /* usec; without its session a request is worth little */
};

/* ---- the struct ---- */

/* A child of fork() has its parent's struct, and not its session: no lock is given back. */
static void disown(strata_opened *opened)
{
	opened->process = strata_process_generation();
	opened->is_parents = opened->is_open;
	opened->was_read = false;
	opened->has_session = false;
	opened->has_other = false;
	opened->waiting = NULL;
	opened->leaving = STRATA_LEAVING_NOTHING;
	opened->made_size = 0;
}

static strata_opened *make(void)
{
	strata_opened *opened = calloc(1, sizeof(*opened));

	if (opened != NULL) {
		opened->process = strata_process_generation();
		opened->session = &opened->places[0];
		opened->left = &opened->places[1];
	}
	return opened;
}

strata_opened *strata_opened_get(void)
{
	/* Files are uploaded, and session.auto_start starts, before our own module's turn. */
	if (!STRATA_G(is_in_request)) {
		strata_api_begin_request();
	}
	if (STRATA_G(opened) == NULL) {
		STRATA_G(opened) = make();
	} else if (STRATA_G(opened)->process != strata_process_generation()) {
		disown(STRATA_G(opened));
	}
	return STRATA_G(opened);
}

const char *strata_opened_database(const strata_opened *opened)
{
	return strata_ini_database_name(opened->space.database);
}

bool strata_opened_has(const strata_opened *opened, strata_view id)
{
	const strata_session *session = opened->session;

	return opened->has_session &&
		   strata_view_equal((strata_view){ session->id, session->id_size }, id);
}

/* A client that got a response may know it, and one thread may serve many requests. */
bool strata_opened_made(const strata_opened *opened, strata_view id)
{
	return opened->made_size > 0 && opened->made_at == sapi_get_request_time() &&
		   strata_view_equal((strata_view){ opened->made, opened->made_size }, id);
}

void strata_opened_note_made(strata_opened *opened, strata_view id)
{
	opened->made_size = 0;
	if (strata_session_is_id(id)) {
		memcpy(opened->made, id.data, id.size);
		opened->made_size = id.size;
		opened->made_at = sapi_get_request_time();
	}
}

strata_session_guard strata_opened_guard(const strata_opened *opened)
{
	switch (opened->lock) {
		case STRATA_SESSION_LOCK_OPTIMISTIC: return STRATA_SESSION_BY_VERSION;
		case STRATA_SESSION_LOCK_OFF: return STRATA_SESSION_BY_NOTHING;
	}
	return STRATA_SESSION_BY_LOCK;
}

strata_msec strata_opened_life(zend_long lifetime)
{
	zend_long seconds = lifetime < 1 ? 1 : lifetime;

	return (strata_msec) (seconds > LONGEST_LIFE ? LONGEST_LIFE : seconds) * 1000;
}

static void drop_string(zend_string **string)
{
	if (*string != NULL) {
		zend_string_release(*string);
		*string = NULL;
	}
}

void strata_opened_begin(strata_opened *opened, strata_view id, zend_long lifetime)
{
	if (opened->has_session) {
		opened->has_session = false;
		strata_opened_leave(opened, opened->session);
	}
	strata_session_init(opened->session, id, strata_opened_life(lifetime), opened->lock_ttl,
		strata_opened_guard(opened));
	opened->has_session = true;
	opened->is_parents = false;
	opened->is_new = false;
	opened->is_ready = false;
	opened->is_read = false;
	opened->is_read_only = false;
	drop_string(&opened->bytes);
}

void strata_opened_begin_other(strata_opened *opened, strata_view id, zend_long lifetime)
{
	strata_opened_leave_other(opened);
	strata_session_init(&opened->other, id, strata_opened_life(lifetime), opened->lock_ttl,
		strata_opened_guard(opened));
	opened->has_other = true;
}

void strata_opened_keep(strata_opened *opened, zend_string *bytes)
{
	zend_string *before = opened->bytes;

	opened->bytes = zend_string_copy(bytes);
	if (before != NULL) {
		zend_string_release(before);
	}
}

void strata_opened_leave_for_another(strata_opened *opened, strata_leaving leaving,
	zend_string *taken)
{
	strata_session *session = opened->session;

	opened->session = opened->left;
	opened->left = session;
	opened->has_session = false;
	opened->is_read = false;
	opened->has_left = false;
	opened->leaving = leaving;
	drop_string(&opened->taken);
	opened->taken = taken != NULL ? zend_string_copy(taken) : NULL;
}

/* ---- troubles ---- */

static void set_trouble(strata_trouble *trouble, strata_trouble_kind kind, strata_result result,
	const char *why)
{
	trouble->kind = kind;
	trouble->result = result;
	snprintf(trouble->why, sizeof(trouble->why), "%s", why);
}

/* Of a result that is none of those that were wanted. */
static void explain(strata_trouble *trouble, const strata_api_call *call, strata_result result)
{
	strata_trouble_kind kind = result == STRATA_NOT_STORED ? STRATA_TROUBLE_REFUSED
							   : strata_result_class_of(result) == STRATA_ANSWER
								   ? STRATA_TROUBLE_RECORD
								   : STRATA_TROUBLE_SERVER;

	set_trouble(trouble, kind, result, call->call.error);
}

/* False with a trouble. Sessions wait by settings of their own. */
static bool begin(strata_opened *opened, strata_api_call *call, strata_trouble *trouble)
{
	char error[STRATA_DATABASE_ERROR];

	if (!strata_api_try_begin(call, &opened->space, error)) {
		set_trouble(trouble, STRATA_TROUBLE_DATABASE, STRATA_UNCONFIGURED, error);
		return false;
	}
	call->call.budget = NULL;
	call->call.probe_wait = PROBE_WAIT;
	return true;
}

/* ---- the database ---- */

/* Where a missing session may be, within a call. False with a trouble. */
static bool find_source(const strata_api_call *call, strata_session_source *source,
	strata_trouble *trouble)
{
	char error[STRATA_DATABASE_ERROR];

	if (strata_api_session_source(call->database, source, error)) {
		return true;
	}
	set_trouble(trouble, STRATA_TROUBLE_DATABASE, STRATA_UNCONFIGURED, error);
	return false;
}

/* NULL where there is a place for sessions. */
static const char *why_no_place(strata_database *database)
{
	if (database->settings.refused != NULL) {
		return database->settings.refused;
	}
	if (database->keyspace.format == STRATA_FORMAT_PLAIN) {
		return "strata.format = plain holds no lock of a session; accepted: format = envelope of "
			   "this database";
	}
	if (strata_database_is_shared(database)) {
		return NULL;
	}
	if (database->settings.session_local != STRATA_SESSION_LOCAL_ON) {
		return "sessions need a shared tier: strata.redis or strata.memcached of this database, "
			   "or, where one host is all there is, session_local = on";
	}
	return strata_database_keeper(database) != NULL
			   ? NULL
			   : "session_local = on needs the local tier, and there is none: set strata.memory";
}

bool strata_opened_enter(strata_opened *opened, uint32_t database)
{
	const strata_settings *settings;
	strata_session_source source;
	strata_api_call call;
	const char *why;
	bool has;

	opened->space = strata_space_root(database);
	opened->trouble.kind = STRATA_TROUBLE_NONE;
	if (!begin(opened, &call, &opened->trouble)) {
		return false;
	}
	settings = &call.database->settings;
	why = why_no_place(call.database);
	if (why != NULL) {
		set_trouble(&opened->trouble, STRATA_TROUBLE_DATABASE, STRATA_UNCONFIGURED, why);
	}
	has = why == NULL && find_source(&call, &source, &opened->trouble);
	opened->lock = settings->session_lock;
	opened->lock_wait = settings->session_lock_wait;
	opened->lock_ttl = strata_msec_of(settings->session_lock_ttl);
	opened->is_read_after_wait =
		settings->session_on_lock_timeout == STRATA_SESSION_ON_LOCK_TIMEOUT_READ_ONLY;
	opened->is_empty_on_error = settings->session_on_error == STRATA_SESSION_ON_ERROR_EMPTY;
	strata_api_end(&call);
	return has;
}

/* ---- where another handler left sessions ---- */

/* Is it one that the source had, and that is not stored here? */
static bool is_imported(const strata_session *session)
{
	return session->record.item.result == STRATA_OK && session->record.seen == 0;
}

static strata_lock_state open_or_import(strata_api_call *call, const strata_session_source *source,
	strata_session *session, strata_session_claim claim)
{
	strata_lock_state state = strata_session_open(call->database, &call->call, session, claim);
	const strata_item *item = &session->record.item;

	if (source->database == NULL || state != STRATA_LOCK_GOT || item->result != STRATA_MISS) {
		return state;
	}
	strata_session_import_read(source->database, source->prefix, &call->call, session);
	return item->result == STRATA_OK || item->result == STRATA_MISS ? STRATA_LOCK_GOT
																	: STRATA_LOCK_FAILED;
}

/* A session that ends here must not come back from there. False with a trouble. */
static bool remove_source(strata_api_call *call, const strata_session *session,
	strata_trouble *trouble)
{
	strata_session_source source;
	strata_result result;

	if (!find_source(call, &source, trouble)) {
		return false;
	}
	if (source.database == NULL) {
		return true;
	}
	result = strata_session_import_remove(source.database, source.prefix, &call->call, session);
	if (result == STRATA_OK || result == STRATA_MISS) {
		return true;
	}
	explain(trouble, call, result);
	return false;
}

/* ---- asking ---- */

/* One try. What the source has is found, and needs a lock as a record does. */
static strata_lock_state open_once(strata_api_call *call, strata_session *session,
	strata_session_claim *claim, strata_trouble *trouble)
{
	strata_session_source source;
	strata_lock_state state;

	if (!find_source(call, &source, trouble)) {
		session->record.item.result = STRATA_UNCONFIGURED;
		return STRATA_LOCK_FAILED;
	}
	state = open_or_import(call, &source, session, *claim);
	if (state == STRATA_LOCK_GOT && is_imported(session) && *claim == STRATA_SESSION_CLAIM_FOUND) {
		*claim = STRATA_SESSION_CLAIM_ALWAYS;
		state = open_or_import(call, &source, session, *claim);
	}
	if (state == STRATA_LOCK_GOT && is_imported(session) && *claim == STRATA_SESSION_CLAIM_ALWAYS &&
		!strata_session_import_keep(call->database, &call->call, session)) {
		state = open_or_import(call, &source, session, *claim);
	}
	if (state == STRATA_LOCK_FAILED) {
		explain(trouble, call, session->record.item.result);
	}
	return state;
}

static zend_string *string_of(strata_view bytes)
{
	return bytes.size == 0 ? ZSTR_EMPTY_ALLOC() : zend_string_init(bytes.data, bytes.size, false);
}

static strata_lock_state ask_once(strata_opened *opened, strata_session *session,
	strata_session_claim *claim, zend_string **bytes, strata_trouble *trouble)
{
	const strata_item *item = &session->record.item;
	strata_lock_state state;
	strata_api_call call;

	if (!begin(opened, &call, trouble)) {
		return STRATA_LOCK_FAILED;
	}
	state = open_once(&call, session, claim, trouble);
	if (state == STRATA_LOCK_GOT && item->result == STRATA_OK) {
		*bytes = string_of(item->value.bytes);
	}
	strata_api_end(&call);
	return state;
}

/*
 * In slices, without a call: handlers of signals run here, and may end the session. False: the wait
 * is over.
 */
static bool sleep_through(strata_opened *opened, strata_session *session, strata_usec end)
{
	strata_usec now = strata_clock_usec();
	bool is_due = false;

	while (!is_due && now < end) {
		is_due = strata_session_sleep(strata_process_runtime.locks, session, end - now);
		strata_api_answer_interrupts();
		if (EG(exception) || opened->waiting == NULL) {
			return false;
		}
		now = strata_clock_usec();
	}
	return now < end;
}

static void count_wait(const strata_opened *opened, strata_usec time, strata_trouble_kind kind)
{
	strata_database *database =
		STRATA_G(databases) != NULL ? STRATA_G(databases)[opened->space.database] : NULL;

	if (database != NULL) {
		strata_session_count(database, STRATA_COUNT_SESSION_WAIT_TIME, time);
		if (kind == STRATA_TROUBLE_TIME) {
			strata_session_count(database, STRATA_COUNT_SESSION_TIMEOUTS, 1);
		}
	}
}

static void explain_state(strata_trouble *trouble, strata_lock_state state)
{
	const char *why = "";

	switch (state) {
		case STRATA_LOCK_GOT:
		case STRATA_LOCK_FAILED: return;
		case STRATA_LOCK_WAITS: set_trouble(trouble, STRATA_TROUBLE_TIME, STRATA_BUSY, ""); return;
		case STRATA_LOCK_NO_ROOM:
			why = "the processes of this host hold or wait for as many locks as there may be";
			break;
		case STRATA_LOCK_NO_SLOT:
			why = "as many threads of this host use strata as may hold a lock";
			break;
		case STRATA_LOCK_NO_HOST:
			why = "the lock of a session takes memory that the processes of this host share, which "
				  "the system refused, or a shared tier: strata.redis or strata.memcached";
			break;
	}
	set_trouble(trouble, STRATA_TROUBLE_LOCK, STRATA_BUSY, why);
}

strata_result strata_opened_ask(strata_opened *opened, strata_session *session,
	strata_session_claim claim, zend_string **bytes, strata_trouble *trouble)
{
	strata_usec begun = strata_clock_usec(), end = begun + opened->lock_wait;
	strata_lock_state state;
	bool has_waited = false, is_going_on;

	*bytes = NULL;
	trouble->kind = STRATA_TROUBLE_NONE;
	opened->waiting = session;
	do {
		state = ask_once(opened, session, &claim, bytes, trouble);
		has_waited |= state == STRATA_LOCK_WAITS;
		is_going_on = state == STRATA_LOCK_WAITS && sleep_through(opened, session, end);
	} while (is_going_on);
	explain_state(trouble, state);
	if (state == STRATA_LOCK_WAITS && (EG(exception) || opened->waiting == NULL)) {
		trouble->kind = STRATA_TROUBLE_INTERRUPTED;
	}
	if (has_waited) {
		count_wait(opened, strata_clock_usec() - begun, trouble->kind);
	}
	if (state == STRATA_LOCK_WAITS && opened->waiting != NULL) {
		strata_session_give_up(strata_process_runtime.locks, session);
	}
	opened->waiting = NULL;
	return state == STRATA_LOCK_GOT ? session->record.item.result : trouble->result;
}

/* ---- changing ---- */

/* What is gone or is to be stored is not refused for the sake of others. */
static bool begin_change(strata_opened *opened, strata_api_call *call, strata_trouble *trouble)
{
	if (!begin(opened, call, trouble)) {
		return false;
	}
	call->call.is_urgent = true;
	return true;
}

strata_result strata_opened_store(strata_opened *opened, strata_session *session,
	zend_string *bytes, strata_session_after after, strata_trouble *trouble)
{
	strata_view view = { ZSTR_VAL(bytes), ZSTR_LEN(bytes) };
	strata_result result;
	strata_api_call call;

	trouble->kind = STRATA_TROUBLE_NONE;
	if (!begin_change(opened, &call, trouble)) {
		return trouble->result;
	}
	strata_session_store(call.database, &call.call, session, view, after);
	result = session->record.item.result;
	if (result != STRATA_OK) {
		explain(trouble, &call, result);
	}
	strata_api_end(&call);
	return result;
}

strata_result strata_opened_renew(strata_opened *opened, strata_session *session)
{
	strata_trouble trouble;
	strata_api_call call;
	bool is_skipped;

	if (!begin_change(opened, &call, &trouble)) {
		return trouble.result;
	}
	strata_session_renew(call.database, &call.call, session, &is_skipped);
	strata_api_end(&call);
	return session->record.item.result;
}

void strata_opened_skip(strata_opened *opened, strata_session *session)
{
	strata_trouble trouble;
	strata_api_call call;

	if (begin_change(opened, &call, &trouble)) {
		strata_session_skip(call.database, &call.call, session);
		strata_api_end(&call);
	}
}

bool strata_opened_remove(strata_opened *opened, strata_session *session, strata_trouble *trouble)
{
	strata_api_call call;
	strata_result result;

	trouble->kind = STRATA_TROUBLE_NONE;
	if (!begin_change(opened, &call, trouble)) {
		return false;
	}
	if (remove_source(&call, session, trouble)) {
		strata_session_remove(call.database, &call.call, session);
		result = session->record.item.result;
		if (result != STRATA_OK && result != STRATA_MISS) {
			explain(trouble, &call, result);
		}
	}
	strata_api_end(&call);
	return trouble->kind == STRATA_TROUBLE_NONE;
}

bool strata_opened_move(strata_opened *opened, zend_string *bytes, strata_session_lead lead,
	strata_trouble *trouble)
{
	strata_view view = { ZSTR_VAL(bytes), ZSTR_LEN(bytes) };
	strata_api_call call;
	strata_result result;

	trouble->kind = STRATA_TROUBLE_NONE;
	if (!begin_change(opened, &call, trouble)) {
		return false;
	}
	if (remove_source(&call, opened->left, trouble)) {
		strata_session_move(call.database, &call.call, opened->left, opened->session, view, lead);
		result = opened->session->record.item.result;
		if (result != STRATA_OK) {
			explain(trouble, &call, result);
		}
	}
	strata_api_end(&call);
	return trouble->kind == STRATA_TROUBLE_NONE;
}

void strata_opened_stay(strata_opened *opened)
{
	strata_trouble trouble;

	if (opened->leaving == STRATA_LEAVING_REMOVED) {
		(void) strata_opened_remove(opened, opened->left, &trouble);
	} else if (opened->leaving == STRATA_LEAVING_POINTER && opened->taken != NULL) {
		(void) strata_opened_store(opened, opened->left, opened->taken, STRATA_SESSION_LOCK_LEFT,
			&trouble);
	}
}

/* ---- the end ---- */

/* NULL where it is not open under the settings in force: nothing is opened here. */
static strata_database *open_database(const strata_opened *opened)
{
	return STRATA_G(databases) != NULL ? STRATA_G(databases)[opened->space.database] : NULL;
}

void strata_opened_leave(strata_opened *opened, strata_session *session)
{
	strata_database *database = open_database(opened);
	strata_api_call call;

	if (database != NULL && strata_api_begin_on(&call, database, &opened->space)) {
		call.call.budget = NULL;
		call.call.is_urgent = true;
		strata_session_leave(database, &call.call, session);
		strata_api_end(&call);
	} else {
		strata_session_abandon(strata_process_runtime.locks, session);
	}
}

void strata_opened_leave_other(strata_opened *opened)
{
	if (opened->has_other) {
		opened->has_other = false;
		strata_opened_leave(opened, &opened->other);
	}
}

static void give_back(strata_opened *opened)
{
	if (opened->waiting != NULL) {
		strata_session_give_up(strata_process_runtime.locks, opened->waiting);
		opened->waiting = NULL;
	}
	if (opened->has_session) {
		opened->has_session = false;
		strata_opened_leave(opened, opened->session);
	}
	if (opened->leaving != STRATA_LEAVING_NOTHING) {
		opened->leaving = STRATA_LEAVING_NOTHING;
		strata_opened_leave(opened, opened->left);
	}
	strata_opened_leave_other(opened);
}

void strata_opened_close(strata_opened *opened)
{
	give_back(opened);
	opened->is_open = false;
	opened->is_parents = false;
	opened->is_read = false;
	opened->is_ready = false;
	opened->has_left = false;
	drop_string(&opened->bytes);
	drop_string(&opened->taken);
}

void strata_opened_end_request(void)
{
	strata_opened *opened = STRATA_G(opened);

	if (opened == NULL) {
		return;
	}
	if (opened->process == strata_process_generation()) {
		give_back(opened);
	}
	STRATA_G(opened) = NULL;
	free(opened);
}
