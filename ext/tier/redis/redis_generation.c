/*
 * A copy is only ever raised, by a script. Two hosts may write at the same time, and the one that
 * repairs a lagging copy must not undo the clear() of the other. Where scripts are not allowed, no
 * copy can be raised, but the first one can be made: the first SET NX wins, and all hosts read what
 * it made.
 */
#include "tier/redis/redis_generation.h"

#include "protocol/slots.h"
#include "tier/redis/redis_copies.h"

/*
 * ARGV is the order: least, next, limit. Numbers are compared as text, shorter ones being less,
 * because Lua's own have 53 bits. What is no number is no generation, and neither is a list or the
 * like. Returns what is held now.
 */
#define RAISE_SCRIPT \
	"local function less(a,b) return #a<#b or (#a==#b and a<b) end " \
	"local held=redis.pcall('GET',KEYS[1]) " \
	"if type(held)=='table' then " \
	"if not string.find(held.err,'WRONGTYPE',1,true) then return held end held=false end " \
	"if not held or not string.find(held,'^[1-9]%d*$') or less(held,ARGV[1]) " \
	"or less(ARGV[3],held) then held=ARGV[2] redis.call('SET',KEYS[1],held) end " \
	"return held"

/* The times of servers come before the copies, so that a refusal of a copy has the last word. */
enum { MOST_ITEMS = 2 * STRATA_GENERATION_COPIES };

typedef struct {
	strata_item items[MOST_ITEMS];
	strata_item *list[MOST_ITEMS];
	size_t count; /* of copies */
} copies;

static void init(copies *copies, const strata_redis_tier *tier)
{
	copies->count = strata_redis_copies_count(tier->kind);
	for (size_t i = 0; i < MOST_ITEMS; i++) {
		copies->items[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
		copies->list[i] = &copies->items[i];
	}
}

static strata_view name_of(const strata_redis_batch *batch, size_t copy)
{
	return strata_redis_copies_name(batch->call->arena, batch->tier->keyspace, batch->tier->kind,
		copy);
}

static void note_all(strata_generation_copies *out, const strata_item *items, size_t count)
{
	strata_generation_copies_init(out);
	for (size_t i = 0; i < count; i++) {
		strata_generation_copies_note(out, &items[i]);
	}
}

/* ---- reading ---- */

/* A list or the like is no number, as text is none: it is raised like a copy that is away. */
static void forgive_types(const strata_redis_batch *batch, size_t first, const copies *copies)
{
	for (size_t i = first; i < first + copies->count && batch->commands != NULL; i++) {
		if (copies->list[i]->result == STRATA_SERVER &&
			strata_resp_is_error(batch->commands[i].reply, "WRONGTYPE")) {
			copies->list[i]->result = STRATA_MISS;
		}
	}
}

/* To TIME: seconds since 1970, and microseconds, as text. */
static strata_result read_time(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	strata_item parts[2] = { { .value.codec = STRATA_CODEC_NULL },
		{ .value.codec = STRATA_CODEC_NULL } };
	uint64_t seconds, microseconds;

	for (uint32_t i = 0; i < 2; i++) {
		const strata_resp_reply *part = strata_resp_element(reply, i);

		if (part == NULL || strata_redis_classify_read(batch, part, &parts[i]) != STRATA_OK) {
			return STRATA_DESYNC;
		}
	}
	seconds = strata_generation_copies_held(parts[0].result, &parts[0].value);
	microseconds = strata_generation_copies_held(parts[1].result, &parts[1].value);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER,
		.integer = (int64_t) (seconds % UINT32_MAX * 1000000 + microseconds % 1000000) };
	return STRATA_OK;
}

static strata_result classify(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	return reply->type == STRATA_RESP_ARRAY ? read_time(batch, reply, item)
											: strata_redis_classify_read(batch, reply, item);
}

/* To the node that keeps this copy. */
static void add_time(strata_redis_batch *batch, size_t copy)
{
	strata_view time[] = { strata_view_of("TIME") };
	strata_view name = name_of(batch, copy);

	strata_redis_batch_add(batch, time, 1, 0);
	if (batch->commands != NULL && name.data != NULL && batch->tier->kind == STRATA_REDIS_CLUSTER) {
		batch->commands[batch->added - 1].slot = strata_slots_of_key(name);
	}
}

static strata_result read_copies(const strata_redis_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	strata_redis_batch batch;
	copies copies;
	size_t times;

	init(&copies, tier);
	times = question == STRATA_GENERATION_AND_CLOCK ? copies.count : 0;
	batch = strata_redis_batch_of(tier, call, copies.list, times + copies.count);
	batch.believes_old = true;
	for (size_t i = 0; i < times; i++) {
		add_time(&batch, i);
	}
	for (size_t i = 0; i < copies.count; i++) {
		strata_view get[] = { strata_view_of("GET"), name_of(&batch, i) };

		strata_redis_batch_add(&batch, get, 2, 1);
	}
	strata_redis_batch_run(&batch, classify);
	forgive_types(&batch, times, &copies);
	note_all(out, copies.items + times, copies.count);
	for (size_t i = 0; i < times && out->clock == 0; i++) {
		out->clock = strata_generation_copies_held(copies.items[i].result, &copies.items[i].value);
	}
	return strata_generation_copies_verdict(out);
}

/* A proxy may close the connection over TIME: then the clock stays unknown. */
strata_result strata_redis_generation_read(const strata_redis_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	bool was_bare =
		question == STRATA_GENERATION_AND_CLOCK && strata_redis_client_is_bare(tier->redis);
	strata_result result =
		read_copies(tier, call, was_bare ? STRATA_GENERATION_ALONE : question, out);

	if (result == STRATA_CONNECTION && question == STRATA_GENERATION_AND_CLOCK && !was_bare &&
		strata_redis_client_is_bare(tier->redis)) {
		return read_copies(tier, call, STRATA_GENERATION_ALONE, out);
	}
	return result;
}

/* ---- raising ---- */

/* To SET NX, which is followed by a GET that says what it made, or found. */
static strata_result classify_made(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	return strata_resp_is_ok(reply) ? STRATA_OK : strata_redis_classify_read(batch, reply, item);
}

static bool is_as_ordered(const strata_item *copy, const strata_generation_order *order)
{
	uint64_t held = strata_generation_copies_held(copy->result, &copy->value);

	return held >= order->least && held <= order->limit;
}

/*
 * Without scripts: makes the first copy where there is none. Where one is that does not do, the
 * copy stays refused, for the reason that the script was. Where it is not known what is there, that
 * is the reason: it may be over soon, and is no refusal.
 */
static void make_first(const strata_redis_tier *tier, strata_call *call,
	const strata_generation_order *order, strata_item *copy)
{
	strata_item made[2] = { { .value.codec = STRATA_CODEC_NULL },
		{ .value.codec = STRATA_CODEC_NULL } };
	strata_item *const list[] = { &made[0], &made[1] };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, list, 2);
	strata_view name = name_of(&batch, 0);
	strata_view set[] = { strata_view_of("SET"), name,
		strata_redis_batch_number(&batch, (int64_t) order->next), strata_view_of("NX") };
	strata_view get[] = { strata_view_of("GET"), name };

	batch.believes_old = true;
	strata_redis_batch_add(&batch, set, 4, 1);
	strata_redis_batch_add(&batch, get, 2, 1);
	strata_redis_batch_run(&batch, classify_made);
	if (is_as_ordered(&made[1], order) ||
		(made[1].result != STRATA_OK && made[1].result != STRATA_MISS)) {
		*copy = made[1];
	}
}

static void run_script(const strata_redis_tier *tier, strata_call *call,
	const strata_generation_order *order, copies *copies)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, copies->list, copies->count);

	batch.believes_old = true;
	for (size_t i = 0; i < copies->count; i++) {
		strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(RAISE_SCRIPT),
			strata_view_of("1"), name_of(&batch, i),
			strata_redis_batch_number(&batch, (int64_t) order->least),
			strata_redis_batch_number(&batch, (int64_t) order->next),
			strata_redis_batch_number(&batch, (int64_t) order->limit) };

		strata_redis_batch_add(&batch, eval, 7, 3);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_read);
}

strata_result strata_redis_generation_raise(const strata_redis_tier *tier, strata_call *call,
	const strata_generation_order *order, strata_generation_copies *out)
{
	copies copies;

	init(&copies, tier);
	run_script(tier, call, order, &copies);
	note_all(out, copies.items, copies.count);
	if (out->failure == STRATA_UNSUPPORTED || out->failure == STRATA_SERVER) {
		strata_call_explain_more(call, " (a new generation takes EVAL, GET and SET)");
	}
	if (copies.items[0].result == STRATA_UNSUPPORTED) {
		make_first(tier, call, order, &copies.items[0]);
		note_all(out, copies.items, copies.count);
	}
	strata_generation_copies_sum_up(out, order->limit);
	return strata_generation_copies_raised(out, order->least);
}
