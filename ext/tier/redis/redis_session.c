/*
 * A record is one key. Its lock lies in it: the token and the end are owner and end of the lease in
 * the envelope, outside of what is sealed. Where there is no record yet, a placeholder bears it.
 *
 * It is no key of its own, since a command about two keys is refused (TRYAGAIN) for as long as
 * their slot moves and one of them is missing, which is how most sessions are: none could be opened
 * until all of the slot has moved. A script about one key is redirected as any command is.
 *
 * Each verb that compares is one EVAL. The extras of later servers (SET IFEQ, DELEX) compare whole
 * values, where only the version and the token are known here, and do one thing each; a script does
 * all of it, on every server. It is sent whole: by its digest (EVALSHA) the server saves less than
 * 1 us of 10, and a server that was restarted or took over would have to be told it first. The end
 * of a lock is by the server's clock: hosts need not agree.
 *
 * With its record a lock is gone, too: a record does not end before the lock in it, so that its end
 * comes into no request. But an id that a session was moved from leads to it for its own time, and
 * no longer because it is asked for.
 *
 * A verb may be asked twice with one token: open() takes up what it took, and a store that finds
 * its own version is done. So a connection that was idle too long costs no session.
 */
#include "tier/redis/redis_session.h"

#include <stddef.h>
#include <string.h>

#include "tier/redis/redis_swap.h"
#include "tier/tier.h"

#define NEEDS \
	"sessions take EVAL, GET, GETRANGE, PEXPIRE, PTTL, SET, SETRANGE, TIME and UNLINK; " \
	"with session_lock = off GET, PEXPIRE, PTTL, SET and UNLINK"

/*
 * Of all scripts: ARGV[1] is the caller's token, ARGV[2] the beginning of an envelope, ARGV[3] how
 * long the lock is to last (empty: it is given back). Functions would be made anew for each call,
 * and 2 KiB joined of parts cost more than a second command.
 */
#define COMMON "local k,a,c,sub,none=KEYS[1],ARGV,redis.call,string.sub,'\\0\\0\\0\\0\\0\\0\\0\\0' "

#define NOW "local t=c('TIME') local now=t[1]*1000+math.floor(t[2]/1000) "

/* Of the lock in h. An end beyond an hour, which is the longest there is, is not believed. */
#define LEFT "struct.unpack('<I8',h,17)-now"

#define LEASE "a[1]..struct.pack('<I8',now+a[3])"

/*
 * Writes these 16 bytes, also at a server that is full and evicts nothing: it refuses what may grow
 * as long as the script has changed nothing, and they do not grow. So sessions are still read, and
 * locks given back.
 */
#define WRITE(bytes) \
	"if type(redis.pcall('SETRANGE',k,8," bytes "))=='table' then " \
	"local life=c('PTTL',k) if life<0 then c('PERSIST',k) " \
	"else c('PEXPIRE',k,math.max(life,1)) end c('SETRANGE',k,8," bytes ") end "

#define WRITE_LEASE WRITE(LEASE)

/*
 * ARGV[4] is a placeholder, or empty: where nothing is, nothing is to be locked. Answers {token,
 * state, record, its life}, with one of the states below.
 */
#define OPEN_SCRIPT \
	COMMON NOW "local h,life,codec=c('GET',k),c('PTTL',k),9 " \
			   "if h then " \
			   "if #h<96 or sub(h,1,8)~=a[2] or string.byte(h,41)==10 then " \
			   "return {a[1],0,h,life} end " \
			   "local owner=sub(h,9,16) " \
			   "if owner~=none and owner~=a[1] then local left=" LEFT " " \
			   "if left>0 and left<=3602000 then return {a[1],2,owner,life} end end " \
			   "codec=string.byte(h,41) end " \
			   "if codec==9 and a[4]=='' then return {a[1],0,false,life} end " \
			   "if not h then c('SET',k,a[4],'PX',a[3]) " \
			   "elseif life>=0 and life<tonumber(a[3]) then c('PEXPIRE',k,a[3]) end " WRITE_LEASE \
			   "return {a[1],1,codec~=9 and h,life}"

/*
 * ARGV[4] is the version that was seen, ARGV[5] the guard, ARGV[6] the life. h is the beginning of
 * what is there. Zeroes are the version of a placeholder.
 */
#define GUARD \
	"local h=c('GETRANGE',k,0,63) local is_ours=sub(h,1,8)==a[2] " \
	"local owner,version=sub(h,9,16),sub(h,57,64) " \
	"local is_mine=is_ours and owner==a[1] and owner~=none " \
	"local is_free=owner==none or owner==a[1] " \
	"local is_allowed=a[5]=='nothing' or (h=='' and a[4]==none) or (is_mine and a[5]=='lock') " \
	"if not is_allowed and is_ours and version==a[4] then " \
	"if not is_free then " NOW "local left=" LEFT " is_free=left<=0 or left>3602000 end " \
	"is_allowed=is_free end " \
	"local life=a[6] if a[3]~='' then life=math.max(life,a[3]) end "

/* ARGV[7] is the record. 1 when it is stored. */
#define STORE_SCRIPT \
	COMMON GUARD "if not is_allowed and is_ours and version==sub(a[7],57,64) then " \
				 "if a[3]=='' and not is_mine then return 1 end is_allowed=is_mine end " \
				 "if not is_allowed then return 0 end " \
				 "c('SET',k,a[7],'PX',life) " \
				 "if a[3]~='' then " NOW \
				 WRITE(LEASE) "end return 1"

/* 1 when it has its life; 2 where there is no record. */
#define RENEW_SCRIPT \
	COMMON GUARD "if h=='' or (is_ours and string.byte(h,41)==9) then return 2 end " \
				 "if not is_allowed then return 0 end " \
				 "c('PEXPIRE',k,life) " \
				 "if a[3]~='' then " NOW \
				 WRITE(LEASE) "elseif is_mine then " WRITE("none..none") "end return 1"

/* 1 when it was the caller's. What bears nothing but the lock goes with it. */
#define LEAVE_SCRIPT \
	COMMON \
	"local h=c('GETRANGE',k,0,63) " \
	"if sub(h,1,8)~=a[2] or sub(h,9,16)~=a[1] then return 0 end " \
	"if string.byte(h,41)==9 then c('UNLINK',k) else " WRITE("none..none") "end return 1"

_Static_assert(STRATA_ENVELOPE_SIZE == 96 && STRATA_ENVELOPE_LEASE_AT == 8 &&
				   STRATA_ENVELOPE_VERSION_AT == 56 && STRATA_CODEC_ABSENT == 9 &&
				   STRATA_CODEC_MOVED == 10,
	"the scripts above name the bytes of the envelope, and codecs");

/* What OPEN_SCRIPT answers. */
enum { NOT_LOCKED, LOCKED, HELD_BY_ANOTHER };

enum { TOKEN_SIZE = STRATA_ENVELOPE_VERSION_SIZE /* and in the same order */ };

/* ---- asking ---- */

/* The item comes first, so that the record is found by it. */
_Static_assert(offsetof(strata_session_record, item) == 0, "an item is cast to its record");

typedef struct {
	strata_redis_batch batch;
	strata_item *items[2]; /* of the commands, in their order */
	char token[TOKEN_SIZE];
	char seen[STRATA_ENVELOPE_VERSION_SIZE];
	strata_session_claim claim; /* of open() */
} question;

_Static_assert(offsetof(question, batch) == 0, "a batch is cast to its question");

/* The question must stay where it is. The second item may be NULL. */
static void begin(question *question, const strata_tier *tier, strata_call *call,
	strata_session_record *record, strata_item *second)
{
	call->generation = STRATA_GENERATION_OF_SESSIONS;
	question->items[0] = &record->item;
	question->items[1] = second;
	question->batch =
		strata_redis_batch_of(tier->state, call, question->items, second == NULL ? 1 : 2);
	strata_envelope_version(record->token, question->token);
	strata_envelope_version(record->seen, question->seen);
}

/* What was added last may be asked twice: over a new connection where an idle one was closed. */
static void let_repeat(const question *question)
{
	if (question->batch.commands != NULL) {
		question->batch.commands[question->batch.added - 1].is_repeatable = true;
	}
}

/* One command, whose key is the argument at this index. */
static void ask(question *question, const strata_view *arguments, size_t count, size_t key,
	strata_redis_classifier classify)
{
	strata_redis_batch_add(&question->batch, arguments, count, key);
	let_repeat(question);
	strata_redis_batch_run(&question->batch, classify);
}

static void say_needs(strata_call *call, const strata_session_record *record)
{
	if (record->item.result == STRATA_UNSUPPORTED) {
		strata_call_explain_more(call, " (%s)", NEEDS);
	}
}

static strata_view token_of(const question *question)
{
	return (strata_view){ question->token, sizeof(question->token) };
}

static strata_view seen_of(const question *question)
{
	return (strata_view){ question->seen, sizeof(question->seen) };
}

static strata_view number(const question *question, strata_msec duration)
{
	return strata_redis_batch_number(&question->batch, (int64_t) duration);
}

/* Of the lock, where it is taken; else empty. */
static strata_view lock_ttl(const question *question, const strata_session_record *record)
{
	return record->after == STRATA_SESSION_LOCK_TAKEN && record->token != 0
			   ? number(question, record->lock_ttl)
			   : strata_view_of("");
}

static const char *guard_name(strata_session_guard guard)
{
	switch (guard) {
		case STRATA_SESSION_BY_LOCK: return "lock";
		case STRATA_SESSION_BY_VERSION: return "version";
		case STRATA_SESSION_BY_NOTHING: break;
	}
	return "nothing";
}

/* ---- what scripts and commands say that change what is there ---- */

/* 1, or 0 for this result. */
static strata_result classify_flag(const strata_resp_reply *reply, strata_result if_not)
{
	if (reply->type != STRATA_RESP_INTEGER || reply->integer < 0 || reply->integer > 1) {
		return STRATA_DESYNC;
	}
	return reply->integer == 1 ? STRATA_OK : if_not;
}

static strata_result classify_guarded(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	(void) batch;
	(void) item;
	return classify_flag(reply, STRATA_NOT_STORED);
}

static strata_result classify_renewed(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	bool is_gone = reply->type == STRATA_RESP_INTEGER && reply->integer == 2;

	return is_gone ? STRATA_MISS : classify_guarded(batch, reply, item);
}

/* To UNLINK and PEXPIRE. */
static strata_result classify_found(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	(void) batch;
	(void) item;
	return classify_flag(reply, STRATA_MISS);
}

/* ---- opening ---- */

static bool is_life(const strata_resp_reply *reply)
{
	return reply->type == STRATA_RESP_INTEGER && reply->integer >= -2;
}

/* Where it ends now it has a moment left: 0 would be no end. */
static strata_msec life_of(const strata_resp_reply *reply)
{
	if (reply->integer == -1) {
		return STRATA_NEVER;
	}
	return reply->integer > 0 ? (strata_msec) reply->integer : 1;
}

/* Only what a session is stored as is a record: digits are none, and it has no soft end. */
static strata_result open_record(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_session_record *record)
{
	strata_item *item = &record->item;
	strata_result result = strata_redis_classify_read(batch, reply, item);
	bool is_value = result == STRATA_OK || result == STRATA_STALE;

	item->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
	record->seen = 0;
	if (!is_value) {
		return result;
	}
	if (item->value.codec != STRATA_CODEC_STRING && item->value.codec != STRATA_CODEC_MOVED) {
		item->value = (strata_value){ .codec = STRATA_CODEC_NULL };
		return STRATA_FOREIGN;
	}
	record->seen = item->version;
	return STRATA_OK;
}

/* The reply names the token, and so the question that it answers. */
static const strata_resp_reply *state_of(const strata_session_record *record,
	const strata_resp_reply *reply)
{
	const strata_resp_reply *token = strata_resp_element(reply, 0);
	char wanted[TOKEN_SIZE];

	strata_envelope_version(record->token, wanted);
	if (token == NULL || reply->count != 4 || token->type != STRATA_RESP_STRING ||
		!strata_view_equal(token->text, (strata_view){ wanted, sizeof(wanted) }) ||
		token->next->type != STRATA_RESP_INTEGER) {
		return NULL;
	}
	return token->next;
}

enum { CODEC_AT = 40 /* in the envelope; the scripts count from 1 */ };

static bool is_pointer(const strata_resp_reply *there)
{
	return there->type == STRATA_RESP_STRING && there->text.size >= STRATA_ENVELOPE_SIZE &&
		   there->text.data[CODEC_AT] == STRATA_CODEC_MOVED;
}

/*
 * Where nothing is there it is locked if, and only if, that is claimed; what is there always is,
 * but a pointer.
 */
static bool is_possible(const strata_resp_reply *there, strata_result result, bool is_locked,
	strata_session_claim claim)
{
	if (result == STRATA_MISS) {
		return there->type == STRATA_RESP_NIL &&
			   is_locked == (claim == STRATA_SESSION_CLAIM_ALWAYS);
	}
	return result == STRATA_FOREIGN || is_locked == !is_pointer(there);
}

static strata_result read_holder(const strata_resp_reply *owner, strata_session_record *record)
{
	record->holder = 0;
	if (owner->type != STRATA_RESP_STRING || owner->text.size != TOKEN_SIZE) {
		return STRATA_DESYNC;
	}
	for (size_t i = TOKEN_SIZE; i-- > 0;) {
		record->holder = record->holder << 8 | (unsigned char) owner->text.data[i];
	}
	return STRATA_NOT_STORED;
}

static strata_result classify_opened(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	strata_session_record *record = (strata_session_record *) item;
	const strata_resp_reply *state = state_of(record, reply);
	const strata_resp_reply *there = state == NULL ? NULL : state->next;
	strata_result result;

	record->is_locked = false;
	if (state == NULL || !is_life(there->next)) {
		return STRATA_DESYNC;
	}
	if (state->integer == HELD_BY_ANOTHER) {
		return read_holder(there, record);
	}
	if (state->integer != LOCKED && state->integer != NOT_LOCKED) {
		return STRATA_DESYNC;
	}
	result = open_record(batch, there, record);
	record->is_locked = state->integer == LOCKED;
	record->left = result == STRATA_OK ? life_of(there->next) : STRATA_NEVER;
	return is_possible(there, result, record->is_locked, ((const question *) batch)->claim)
			   ? result
			   : STRATA_DESYNC;
}

static void ask_to_open(const strata_tier *tier, strata_call *call, strata_session_record *record,
	strata_session_claim claim)
{
	const strata_fence none = { .state = STRATA_FENCE_NONE };
	question question;
	strata_view placeholder = { "", 0 };

	begin(&question, tier, call, record, NULL);
	question.claim = claim;
	if (claim == STRATA_SESSION_CLAIM_ALWAYS) {
		placeholder = strata_envelope_placeholder(call->arena, question.batch.tier->keyspace,
			STRATA_GENERATION_OF_SESSIONS, question.batch.wall, record->item.key, &none);
	}
	ask(&question,
		(const strata_view[]){ strata_view_of("EVAL"), strata_view_of(OPEN_SCRIPT),
			strata_view_of("1"), strata_redis_batch_name(&question.batch, &record->item),
			token_of(&question), strata_envelope_magic(), number(&question, record->lock_ttl),
			placeholder },
		8, 3, classify_opened);
}

/* Gives the lock back. */
static void ask_to_leave(const strata_tier *tier, strata_call *call, strata_session_record *record)
{
	question question;

	begin(&question, tier, call, record, NULL);
	ask(&question,
		(const strata_view[]){ strata_view_of("EVAL"), strata_view_of(LEAVE_SCRIPT),
			strata_view_of("1"), strata_redis_batch_name(&question.batch, &record->item),
			token_of(&question), strata_envelope_magic() },
		6, 3, classify_guarded);
}

/* What cannot be returned is no session of the caller's, and must keep no other caller waiting. */
static void leave_unreadable(const strata_tier *tier, strata_call *call,
	strata_session_record *record)
{
	strata_item item = record->item;
	char error[sizeof(call->error)];

	memcpy(error, call->error, sizeof(error));
	ask_to_leave(tier, call, record);
	memcpy(call->error, error, sizeof(error));
	record->item = item;
	record->is_locked = false;
}

static void open_and_lock(const strata_tier *tier, strata_call *call, strata_session_record *record,
	strata_session_claim claim)
{
	bool was_locked = record->is_locked;

	record->is_locked = false;
	ask_to_open(tier, call, record, claim);
	/* The connection was closed: what was read may have been the reply of another question. */
	if (record->item.result == STRATA_DESYNC) {
		ask_to_open(tier, call, record, claim);
	}
	if (record->item.result == STRATA_OK || record->item.result == STRATA_MISS) {
		return;
	}
	if (record->is_locked) {
		leave_unreadable(tier, call, record);
	} else {
		record->is_locked =
			was_locked && strata_result_class_of(record->item.result) != STRATA_ANSWER;
	}
	say_needs(call, record);
}

/* ---- reading without a lock ---- */

/* The item of PTTL is known by its codec, and its number is what the server said. */
static bool is_of_life(const strata_item *item)
{
	return item->value.codec == STRATA_CODEC_ABSENT;
}

static strata_result classify_life(const strata_resp_reply *reply, strata_item *item)
{
	if (!is_life(reply)) {
		return STRATA_DESYNC;
	}
	item->expires_at = life_of(reply);
	return STRATA_OK;
}

static strata_result classify_own(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	return is_of_life(item) ? classify_life(reply, item)
							: open_record(batch, reply, (strata_session_record *) item);
}

static strata_result classify_foreign(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	(void) batch;
	if (is_of_life(item)) {
		return classify_life(reply, item);
	}
	if (reply->type == STRATA_RESP_NIL) {
		return STRATA_MISS;
	}
	if (reply->type != STRATA_RESP_STRING) {
		return STRATA_DESYNC;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = reply->text };
	return STRATA_OK;
}

/* What is under the name, by its master. A life that is not told is a short one, to be renewed. */
static void read_once(const strata_tier *tier, strata_call *call, strata_session_record *record,
	const strata_view *name, strata_redis_classifier classify)
{
	strata_item life = { .key = record->item.key, .value.codec = STRATA_CODEC_ABSENT };
	strata_view get[] = { strata_view_of("GET"), { NULL, 0 } };
	strata_view pttl[] = { strata_view_of("PTTL"), { NULL, 0 } };
	question question;

	begin(&question, tier, call, record, &life);
	get[1] = pttl[1] =
		name != NULL ? *name : strata_redis_batch_name(&question.batch, &record->item);
	strata_redis_batch_add(&question.batch, get, 2, 1);
	let_repeat(&question);
	ask(&question, pttl, 2, 1, classify);
	record->left = record->item.result != STRATA_OK ? STRATA_NEVER
				   : life.result == STRATA_OK       ? life.expires_at
													: 1;
}

static void read_unlocked(const strata_tier *tier, strata_call *call, strata_session_record *record)
{
	read_once(tier, call, record, NULL, classify_own);
	if (record->item.result == STRATA_DESYNC) {
		read_once(tier, call, record, NULL, classify_own);
	}
	if (strata_result_class_of(record->item.result) == STRATA_ANSWER) {
		record->is_locked = false;
	}
}

static void open_record_by_claim(strata_tier *tier, strata_call *call,
	strata_session_record *record, strata_session_claim claim)
{
	switch (claim) {
		case STRATA_SESSION_CLAIM_NOTHING: read_unlocked(tier, call, record); break;
		case STRATA_SESSION_CLAIM_FOUND:
		case STRATA_SESSION_CLAIM_ALWAYS: open_and_lock(tier, call, record, claim);
	}
}

/* ---- changing ---- */

/* Nothing is compared, and no lock is taken: then a plain command does. */
static bool is_plain(const strata_session_record *record)
{
	bool takes_lock = record->after == STRATA_SESSION_LOCK_TAKEN && record->token != 0;

	return record->guard == STRATA_SESSION_BY_NOTHING && !takes_lock;
}

static bool is_too_large(const strata_tier *tier, strata_call *call, strata_session_record *record)
{
	const strata_redis_tier *self = tier->state;
	size_t size = strata_value_size(&record->item.value);

	if (size <= self->keyspace->max_value) {
		return false;
	}
	strata_call_explain(call, "a session of %zu bytes, and strata.max_value is %zu", size,
		self->keyspace->max_value);
	record->item.result = STRATA_TOO_LARGE;
	record->item.tier = STRATA_TIER_REDIS;
	record->item.node = NULL;
	return true;
}

static void note_change(strata_session_record *record)
{
	if (record->item.result == STRATA_OK) {
		record->left = record->life;
		record->is_locked = record->after == STRATA_SESSION_LOCK_TAKEN && record->token != 0;
	}
}

static void store(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	question question;
	strata_view name, sealed;

	if (is_too_large(tier, call, record)) {
		return;
	}
	begin(&question, tier, call, record, NULL);
	name = strata_redis_batch_name(&question.batch, &record->item);
	sealed = strata_redis_batch_sealed(&question.batch, &record->item);
	if (is_plain(record)) {
		ask(&question,
			(const strata_view[]){ strata_view_of("SET"), name, sealed, strata_view_of("PX"),
				number(&question, record->life) },
			5, 1, strata_redis_classify_stored);
	} else {
		ask(&question,
			(const strata_view[]){ strata_view_of("EVAL"), strata_view_of(STORE_SCRIPT),
				strata_view_of("1"), name, token_of(&question), strata_envelope_magic(),
				lock_ttl(&question, record), seen_of(&question),
				strata_view_of(guard_name(record->guard)), number(&question, record->life),
				sealed },
			11, 3, classify_guarded);
	}
	note_change(record);
	record->seen = record->item.result == STRATA_OK ? record->item.version : record->seen;
	say_needs(call, record);
}

static void renew(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	question question;
	strata_view name, life;

	begin(&question, tier, call, record, NULL);
	name = strata_redis_batch_name(&question.batch, &record->item);
	life = number(&question, record->life);
	if (is_plain(record)) {
		ask(&question, (const strata_view[]){ strata_view_of("PEXPIRE"), name, life }, 3, 1,
			classify_found);
	} else {
		ask(&question,
			(const strata_view[]){ strata_view_of("EVAL"), strata_view_of(RENEW_SCRIPT),
				strata_view_of("1"), name, token_of(&question), strata_envelope_magic(),
				lock_ttl(&question, record), seen_of(&question),
				strata_view_of(guard_name(record->guard)), life },
			10, 3, classify_renewed);
	}
	note_change(record);
	say_needs(call, record);
}

static void leave(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	ask_to_leave(tier, call, record);
	if (strata_result_class_of(record->item.result) == STRATA_ANSWER) {
		record->is_locked = false;
	}
	say_needs(call, record);
}

/* ---- removing ---- */

static void unlink_name(const strata_tier *tier, strata_call *call, strata_session_record *record,
	const strata_view *name)
{
	question question;

	begin(&question, tier, call, record, NULL);
	ask(&question,
		(const strata_view[]){ strata_view_of("UNLINK"),
			name != NULL ? *name : strata_redis_batch_name(&question.batch, &record->item) },
		2, 1, classify_found);
}

/* The lock goes with it. */
static void remove_record(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	unlink_name(tier, call, record, NULL);
	if (strata_result_class_of(record->item.result) == STRATA_ANSWER) {
		record->is_locked = false;
		record->seen = 0;
	}
}

/* ---- of other programs ---- */

static void read_foreign(strata_tier *tier, strata_call *call, strata_view name,
	strata_session_record *record)
{
	read_once(tier, call, record, &name, classify_foreign);
}

static void remove_foreign(strata_tier *tier, strata_call *call, strata_view name,
	strata_session_record *record)
{
	unlink_name(tier, call, record, &name);
}

const strata_session_ops strata_redis_session_ops = {
	.open = open_record_by_claim,
	.store = store,
	.renew = renew,
	.leave = leave,
	.remove = remove_record,
	.read_foreign = read_foreign,
	.remove_foreign = remove_foreign,
};
