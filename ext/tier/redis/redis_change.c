/*
 * What must be atomic is one command or one short script, which gets its only key as KEYS[1], as a
 * cluster demands. Scripts hand numbers back as text: Lua's own have 53 bits.
 *
 * Where scripts are not allowed there is nothing to compare with, which has a result of its own. A
 * touch does without: the new envelope goes over the old one in place, by SETRANGE. Its seal covers
 * the value that was read. So if another client stored in between, what is there now fails its
 * check, and is a miss, as if it had been evicted; it is never a wrong value.
 *
 * Everything is done on a copy of the item, so that the caller's keeps what it asked for, whatever
 * comes of it.
 */
#include "tier/redis/redis_change.h"

#include "os/process.h"
#include "tier/envelope.h"
#include "tier/redis/redis_swap.h"

enum {
	SWAP_TRIES = 64 /* one of the processes that swap at the same time succeeds in each round */
};

/*
 * Adds ARGV[3], or, where there is nothing, starts at ARGV[1] for ARGV[2] milliseconds (0: for
 * ever). An empty ARGV[1] says that the first sum would not fit, and "-" that there is to be none:
 * then the answer is nil.
 */
#define COUNT_SCRIPT \
	"if redis.call('EXISTS',KEYS[1])==1 then redis.call('INCRBY',KEYS[1],ARGV[3]) " \
	"elseif ARGV[1]=='-' then return false " \
	"elseif ARGV[1]=='' then return redis.error_reply('ERR increment would overflow') " \
	"elseif ARGV[2]=='0' then redis.call('SET',KEYS[1],ARGV[1]) " \
	"else redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[2]) end " \
	"return redis.call('GET',KEYS[1])"

/* Removes what is there if it says ARGV[1] from byte ARGV[2] to byte ARGV[3]. 1 when it did. */
#define DISCARD_SCRIPT \
	"if redis.call('GETRANGE',KEYS[1],ARGV[2],ARGV[3])~=ARGV[1] then return 0 end " \
	"return redis.call('UNLINK',KEYS[1])"

static void complete(strata_item *item, const strata_item *seen)
{
	item->result = seen->result;
	item->tier = STRATA_TIER_REDIS;
	item->node = seen->node;
	item->is_tagged_there = seen->is_tagged_there;
}

/* Another caller was faster. */
static bool is_to_be_tried(const strata_item *seen)
{
	return seen->result == STRATA_NOT_STORED && !seen->is_tagged_there;
}

/* Where the server refused a command, its words, and what is needed. */
static void name_needs(strata_call *call, const strata_item *item, const char *needs)
{
	if (item->result == STRATA_UNSUPPORTED) {
		strata_call_explain_more(call, " (%s)", needs);
	}
}

/* One command about one item. */
static void ask(strata_redis_batch *batch, const strata_view *arguments, size_t count, size_t key,
	strata_redis_classifier classify)
{
	strata_redis_batch_add(batch, arguments, count, key);
	strata_redis_batch_run(batch, classify);
}

/* ---- touch ---- */

/* The server's own end, which is all that an integer has. */
static void set_end(const strata_redis_tier *tier, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	strata_view name = strata_redis_batch_name(&batch, item);
	strata_view expire[] = { strata_view_of("PEXPIRE"), name,
		strata_redis_batch_life(&batch, item->expires_at) };
	strata_view persist[] = { strata_view_of("PERSIST"), name };

	if (item->expires_at != STRATA_NEVER) {
		ask(&batch, expire, 3, 1, strata_redis_classify_changed);
		return;
	}
	ask(&batch, persist, 2, 1, strata_redis_classify_changed);
	if (item->result == STRATA_MISS) {
		item->result = STRATA_OK; /* PERSIST says 0 also to a key that never had an end. */
	}
}

/* Stores the item only if the server still holds what was seen. */
static void swap(const strata_redis_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *token)
{
	strata_item *const one[] = { item };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	char room[STRATA_ENVELOPE_VERSION_SIZE];
	strata_redis_seen seen = token->is_integer ? strata_redis_seen_integer(&batch, token->integer)
											   : strata_redis_seen_version(token->version, room);

	strata_redis_swap_add(&batch, item, &seen, strata_redis_batch_sealed(&batch, item),
		strata_redis_batch_life(&batch, item->expires_at));
	strata_redis_batch_run(&batch, strata_redis_classify_swapped);
}

/* ---- touch without scripts ---- */

/* To SETRANGE, which says how long the whole is now. */
static strata_result classify_overwritten(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	(void) batch;
	if (reply->type != STRATA_RESP_INTEGER) {
		return STRATA_DESYNC;
	}
	return reply->integer == (int64_t) strata_envelope_size(item) ? STRATA_OK : STRATA_NOT_STORED;
}

/* It was removed or replaced since it was read: what is left of it is no value. */
static void remove_rest(const strata_redis_tier *tier, strata_call *call, const strata_item *item)
{
	strata_item rest = *item;
	strata_item *const one[] = { &rest };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	strata_view unlink[] = { strata_view_of("UNLINK"), strata_redis_batch_name(&batch, item) };

	ask(&batch, unlink, 2, 1, strata_redis_classify_changed);
}

/* What was read is compressed now as it was then: the seal is that of the bytes which are there. */
static strata_view seal_as_read(const strata_redis_batch *batch, const strata_item *item)
{
	strata_keyspace as_read = *batch->tier->keyspace;

	as_read.compress_from = 0;
	return strata_envelope_seal(batch->call->arena, &as_read, batch->generation, item);
}

static void overwrite(const strata_redis_tier *tier, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	strata_view sealed = seal_as_read(&batch, item);
	strata_view setrange[] = { strata_view_of("SETRANGE"), strata_redis_batch_name(&batch, item),
		strata_view_of("0"),
		{ sealed.data, sealed.data == NULL ? 0 : (size_t) STRATA_ENVELOPE_SIZE } };

	ask(&batch, setrange, 4, 1, classify_overwritten);
	if (item->result == STRATA_OK) {
		set_end(tier, call, item);
	} else if (item->result == STRATA_NOT_STORED) {
		remove_rest(tier, call, item);
	}
}

/*
 * A value without bytes and tags is all header, and one that was removed in between would be back:
 * of that the server's own end can be brought forward, and no more.
 */
static void touch_without_script(const strata_redis_tier *tier, strata_call *call,
	strata_item *item, strata_msec former_end)
{
	bool is_later = former_end != STRATA_NEVER &&
					(item->expires_at == STRATA_NEVER || item->expires_at > former_end);

	if (strata_envelope_size(item) > STRATA_ENVELOPE_SIZE) {
		overwrite(tier, call, item);
	}
	if (item->result == STRATA_UNSUPPORTED && !is_later) {
		set_end(tier, call, item);
	}
	name_needs(call, item, "touch() takes EVAL, GETRANGE and SET, or SETRANGE and PEXPIRE");
}

/* Whether it is a value is for the caller to judge, unless it has judged this very version. */
static bool is_for_caller(const strata_item *seen, const strata_item *wanted)
{
	return seen->tag_count > 0 && seen->version != wanted->fence.version;
}

/* The envelope holds the end of the value too, so it is read, given its new end, and swapped. */
static void touch_once(const strata_redis_tier *tier, strata_call *call, const strata_item *wanted,
	strata_item *seen)
{
	strata_item *const one[] = { seen };
	strata_cas_token before = { 0 };
	strata_msec former_end;

	strata_redis_batch_get_newest(tier, call, one, 1);
	if (seen->result != STRATA_OK) {
		seen->result = seen->result == STRATA_STALE ? STRATA_MISS : seen->result;
		return;
	}
	if (is_for_caller(seen, wanted)) {
		seen->result = STRATA_NOT_STORED;
		seen->is_tagged_there = true;
		return;
	}
	before.version = seen->version;
	former_end = seen->expires_at;
	seen->expires_at = wanted->expires_at;
	seen->fresh_until = wanted->fresh_until;
	seen->version = wanted->version;
	if (strata_item_is_ended_by_server(seen)) {
		set_end(tier, call, seen);
		return;
	}
	swap(tier, call, seen, &before);
	if (seen->result == STRATA_UNSUPPORTED) {
		touch_without_script(tier, call, seen, former_end);
	}
}

void strata_redis_change_touch(const strata_redis_tier *tier, strata_call *call, strata_item *item)
{
	strata_item seen = { .result = STRATA_NOT_STORED };

	item->is_tagged_there = false;
	for (int i = 0; i < SWAP_TRIES && is_to_be_tried(&seen); i++) {
		seen = *item;
		touch_once(tier, call, item, &seen);
	}
	complete(item, &seen);
}

/* ---- compare ---- */

/*
 * The script knows digits, and looks no further. A number that was computed is in an envelope: of
 * that the version is found out, and compared. False when no such number is there.
 */
static bool find_version(const strata_redis_tier *tier, strata_call *call, const strata_item *item,
	strata_cas_token *token)
{
	strata_item there = { .key = item->key, .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &there };

	strata_redis_batch_get_newest(tier, call, one, 1);
	if ((there.result != STRATA_OK && there.result != STRATA_STALE) || !there.is_enveloped ||
		there.value.integer != token->integer) {
		return false;
	}
	*token = (strata_cas_token){ .version = there.version };
	return true;
}

void strata_redis_change_compare(const strata_redis_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *seen)
{
	strata_item copy = *item;
	strata_cas_token token = *seen;

	swap(tier, call, &copy, &token);
	if (copy.result == STRATA_NOT_STORED && token.is_integer &&
		find_version(tier, call, item, &token)) {
		swap(tier, call, &copy, &token);
	}
	name_needs(call, &copy, "compareAndSet() takes EVAL, GETRANGE and SET");
	complete(item, &copy);
}

static void discard(const strata_redis_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *token)
{
	strata_item *const one[] = { item };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	char room[STRATA_ENVELOPE_VERSION_SIZE];
	strata_redis_seen seen = token->is_integer ? strata_redis_seen_integer(&batch, token->integer)
											   : strata_redis_seen_version(token->version, room);
	strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(DISCARD_SCRIPT),
		strata_view_of("1"), strata_redis_batch_name(&batch, item), seen.bytes,
		strata_view_of(seen.from), strata_view_of(seen.to) };

	ask(&batch, eval, 7, 3, strata_redis_classify_swapped);
}

void strata_redis_change_remove(const strata_redis_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_item copy = *item;
	strata_cas_token token = *seen;

	discard(tier, call, &copy, &token);
	if (copy.result == STRATA_NOT_STORED && token.is_integer &&
		find_version(tier, call, item, &token)) {
		discard(tier, call, &copy, &token);
	}
	name_needs(call, &copy, "compareAndDelete() takes EVAL, GETRANGE and UNLINK");
	complete(item, &copy);
}

/* ---- increment ---- */

typedef struct {
	int64_t by;
	int64_t initial; /* counted on where there is no number */
} count;

static strata_result classify_counted(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	if (reply->type == STRATA_RESP_INTEGER) {
		item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = reply->integer };
		return STRATA_OK;
	}
	if (reply->type == STRATA_RESP_NIL && item->adds_nothing) {
		return STRATA_MISS;
	}
	if (reply->type != STRATA_RESP_STRING ||
		strata_envelope_open(batch->call->arena, batch->tier->keyspace, batch->generation, 0,
			reply->text, item) != STRATA_OK ||
		item->value.codec != STRATA_CODEC_INTEGER) {
		return STRATA_DESYNC;
	}
	return STRATA_OK;
}

/* Redis says in words why it did not count; the words are part of its interface since 1.0. */
static strata_result refusal_of(const strata_redis_batch *batch, strata_result result)
{
	strata_view words;

	if (result != STRATA_SERVER || batch->commands[0].reply == NULL) {
		return result;
	}
	words = batch->commands[0].reply->text;
	if (strata_view_contains(words, "would overflow")) {
		return STRATA_OVERFLOW;
	}
	return strata_view_contains(words, "not an integer") || strata_view_contains(words, "WRONGTYPE")
			   ? STRATA_NOT_INTEGER
			   : STRATA_SERVER;
}

static strata_view first_sum(const strata_redis_batch *batch, const strata_item *item,
	const count *count)
{
	int64_t first;

	if (item->adds_nothing) {
		return strata_view_of("-");
	}
	return __builtin_add_overflow(count->initial, count->by, &first)
			   ? strata_view_of("")
			   : strata_redis_batch_number(batch, first);
}

/*
 * By the server's own arithmetic, which knows digits and keys that are not there. True where a list
 * or the like is there, and no string.
 */
static bool count_on_server(const strata_redis_tier *tier, strata_call *call, strata_item *seen,
	const count *count)
{
	strata_item *const one[] = { seen };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	strata_view name = strata_redis_batch_name(&batch, seen);
	strata_view amount = strata_redis_batch_number(&batch, count->by);
	strata_view incrby[] = { strata_view_of("INCRBY"), name, amount };
	strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(COUNT_SCRIPT),
		strata_view_of("1"), name, first_sum(&batch, seen, count),
		strata_redis_batch_life(&batch, seen->expires_at), amount };
	bool is_of_other_type;

	if (count->initial == 0 && seen->expires_at == STRATA_NEVER && !seen->adds_nothing) {
		ask(&batch, incrby, 3, 1, classify_counted);
	} else {
		ask(&batch, eval, 7, 3, classify_counted);
	}
	is_of_other_type =
		seen->result == STRATA_SERVER && strata_resp_is_error(batch.commands[0].reply, "WRONGTYPE");
	seen->result = refusal_of(&batch, seen->result);
	name_needs(call, seen,
		"a counter takes INCRBY, and one with a first value or an end EVAL, EXISTS, GET and SET");
	return is_of_other_type;
}

/* The sum into the item, or why there is none. Where there was no number, it ends as was asked. */
static strata_result sum_up(strata_item *there, const strata_item *wanted, const count *count)
{
	bool is_absent = there->result == STRATA_MISS || there->result == STRATA_STALE;
	int64_t sum;

	if (!is_absent && (there->result != STRATA_OK || !there->is_enveloped)) {
		return strata_result_class_of(there->result) == STRATA_ANSWER ? STRATA_NOT_INTEGER
																	  : there->result;
	}
	if (is_absent && wanted->adds_nothing) {
		return STRATA_MISS;
	}
	if (__builtin_add_overflow(is_absent ? count->initial : there->value.integer, count->by,
			&sum)) {
		return STRATA_OVERFLOW;
	}
	if (is_absent) {
		*there = *wanted;
	}
	there->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
	there->version = strata_process_random_word() | 1;
	return STRATA_OK;
}

/* Nothing, or digits: what came since the server found something else there. */
static bool is_for_server(const strata_item *there)
{
	bool is_integer = there->result == STRATA_OK && there->value.codec == STRATA_CODEC_INTEGER;

	return (there->result == STRATA_MISS && there->fence.version == 0) ||
		   (is_integer && !there->is_enveloped);
}

/*
 * The server found no digits: a placeholder is there, or a number in an envelope. That stays in
 * one, with its times. NOT_STORED where it is another by now, or nothing.
 */
static void count_by_swap(const strata_redis_tier *tier, strata_call *call,
	const strata_item *wanted, strata_item *seen, const count *count)
{
	strata_item there = { .key = wanted->key, .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &there };
	strata_cas_token before = { 0 };

	strata_redis_batch_get_newest(tier, call, one, 1);
	seen->node = there.node;
	before.version = there.fence.version;
	if (is_for_server(&there)) {
		seen->result = STRATA_NOT_STORED;
		return;
	}
	if (there.result == STRATA_OK && there.tag_count > 0) {
		seen->result = STRATA_NOT_STORED;
		seen->is_tagged_there = true;
		return;
	}
	seen->result = sum_up(&there, wanted, count);
	if (seen->result == STRATA_OK) {
		*seen = there;
		swap(tier, call, seen, &before);
		name_needs(call, seen, "a counter that was computed takes EVAL, GETRANGE and SET");
	}
}

void strata_redis_change_increment(const strata_redis_tier *tier, strata_call *call,
	strata_item *item, int64_t by, int64_t initial)
{
	const count count = { by, initial };
	strata_item seen = { .result = STRATA_NOT_STORED };
	bool is_of_other_type;

	item->is_tagged_there = false;
	for (int i = 0; i < SWAP_TRIES && is_to_be_tried(&seen); i++) {
		seen = *item;
		is_of_other_type = count_on_server(tier, call, &seen, &count);
		if (seen.result == STRATA_NOT_INTEGER && !is_of_other_type) {
			count_by_swap(tier, call, item, &seen, &count);
		}
	}
	seen.result = is_to_be_tried(&seen) ? STRATA_BUSY : seen.result;
	complete(item, &seen);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER,
		.integer = seen.result == STRATA_OK ? seen.value.integer : 0 };
}
