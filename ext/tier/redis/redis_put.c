/*
 * To the server a placeholder is a value like any other. A set need not care. The other modes do:
 *
 *     add      GETRANGE and SET NX in one write. Where the latter is refused, and the former saw no
 *              value, the script decides: one step more
 *     replace  the script at once, since SET XX would put a value over a placeholder
 *
 * Where scripts are refused no placeholder is made, either, and SET XX does, after a look for tags.
 */
#include "tier/redis/redis_put.h"

#include "os/clock.h"
#include "tier/redis/redis_swap.h"

/*
 * Stores ARGV[1] for ARGV[2] milliseconds (0: for ever): to "add", where nothing is, and otherwise
 * where something is. ARGV[3] is the time, and ARGV[4] the beginning of an envelope. One with codec
 * 9, or past its hard or its soft end, is nothing. 1 when it did; 2 where a value with tags is,
 * which the caller has to judge. Lua's numbers have 53 bits, and milliseconds since 1970 need 41.
 */
#define PUT_SCRIPT \
	"local h=redis.call('GETRANGE',KEYS[1],0,95) local now=tonumber(ARGV[3]) " \
	"local function n(at,size) local sum=0 " \
	"for i=at+size,at+1,-1 do sum=sum*256+string.byte(h,i) end return sum end " \
	"local is_there=#h>0 or redis.call('EXISTS',KEYS[1])==1 " \
	"if #h==96 and string.sub(h,1,8)==ARGV[4] then " \
	"local hard,fresh=n(88,8),n(80,4) " \
	"if string.byte(h,41)==9 or (hard>0 and hard<=now) or " \
	"(fresh>0 and n(72,8)+fresh*1000<=now) then is_there=false " \
	"elseif n(44,2)>0 then return 2 end end " \
	"if is_there==(ARGV[5]=='add') then return 0 end " \
	"if ARGV[2]=='0' then redis.call('SET',KEYS[1],ARGV[1]) " \
	"else redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[2]) end return 1"

_Static_assert(STRATA_ENVELOPE_SIZE == 96 && STRATA_CODEC_ABSENT == 9,
	"the script above names the size of an envelope and the codec of a placeholder");

static const char *option_of(strata_put_mode mode)
{
	switch (mode) {
		case STRATA_PUT_SET: break;
		case STRATA_PUT_ADD: return "NX";
		case STRATA_PUT_REPLACE: return "XX";
	}
	return NULL;
}

static void add_set(strata_redis_batch *batch, const strata_item *item, strata_put_mode mode)
{
	const char *option = option_of(mode);
	strata_view set[6] = { strata_view_of("SET"), strata_redis_batch_name(batch, item),
		strata_redis_batch_sealed(batch, item) };
	size_t count = 3;

	if (item->expires_at != STRATA_NEVER) {
		set[count++] = strata_view_of("PX");
		set[count++] = strata_redis_batch_life(batch, item->expires_at);
	}
	if (option != NULL) {
		set[count++] = strata_view_of(option);
	}
	strata_redis_batch_add(batch, set, count, 1);
}

static void put_plainly(const strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, items, count);

	for (size_t i = 0; i < count; i++) {
		add_set(&batch, items[i], mode);
	}
	if (mode == STRATA_PUT_SET) {
		strata_redis_batch_take_back(&batch);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_stored);
}

enum { MET_TAGS = 2 /* what the script says then */ };

static strata_result classify_decided(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	item->is_tagged_there = reply->type == STRATA_RESP_INTEGER && reply->integer == MET_TAGS;
	return item->is_tagged_there ? STRATA_NOT_STORED
								 : strata_redis_classify_swapped(batch, reply, item);
}

static void run_script(const strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, items, count);

	for (size_t i = 0; i < count; i++) {
		const strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(PUT_SCRIPT),
			strata_view_of("1"), strata_redis_batch_name(&batch, items[i]),
			strata_redis_batch_sealed(&batch, items[i]),
			strata_redis_batch_life(&batch, items[i]->expires_at),
			strata_redis_batch_number(&batch, (int64_t) batch.wall), strata_envelope_magic(),
			strata_view_of(mode == STRATA_PUT_ADD ? "add" : "replace") };

		strata_redis_batch_add(&batch, eval, 9, 3);
	}
	strata_redis_batch_run(&batch, classify_decided);
}

/* Where that is refused, its words, and what is needed. */
static void say_needs(strata_call *call, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_UNSUPPORTED) {
			strata_call_explain_more(call, " (add() over what remember() left takes EVAL, EXISTS, "
										   "GETRANGE and SET)");
			return;
		}
	}
}

/* ---- add ---- */

/* A look is known by its codec, which no value has. OK when a value is there, else MISS. */
static strata_result classify_asked(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	if (item->value.codec != STRATA_CODEC_ABSENT) {
		return strata_redis_classify_stored(batch, reply, item);
	}
	if (reply->type != STRATA_RESP_STRING) {
		return STRATA_DESYNC;
	}
	item->is_tagged_there = strata_envelope_bears_tags(reply->text);
	return reply->text.size == 0 || strata_envelope_looks_absent(batch->tier->keyspace,
										batch->generation, batch->wall, reply->text, item->key)
			   ? STRATA_MISS
			   : STRATA_OK;
}

static void look_and_add(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count, strata_item *looks, strata_item **list)
{
	strata_redis_batch batch;

	for (size_t i = 0; i < count; i++) {
		looks[i] = (strata_item){ .key = items[i]->key, .value.codec = STRATA_CODEC_ABSENT };
		list[2 * i] = &looks[i];
		list[2 * i + 1] = items[i];
	}
	batch = strata_redis_batch_of(tier, call, list, 2 * count);
	for (size_t i = 0; i < count; i++) {
		strata_view look[] = { strata_view_of("GETRANGE"),
			strata_redis_batch_name(&batch, items[i]), strata_view_of("0"), strata_view_of("95") };

		strata_redis_batch_add(&batch, look, 4, 1);
		add_set(&batch, items[i], STRATA_PUT_ADD);
	}
	strata_redis_batch_run(&batch, classify_asked);
}

static void add(strata_redis_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_item *looks = strata_arena_alloc(call->arena, count * sizeof(*looks));
	strata_item **list = strata_arena_alloc(call->arena, 2 * count * sizeof(*list));
	size_t again = 0;

	if (tier->looks_refused || looks == NULL || list == NULL) {
		put_plainly(tier, call, items, count, STRATA_PUT_ADD);
		return;
	}
	look_and_add(tier, call, items, count, looks, list);
	for (size_t i = 0; i < count; i++) {
		tier->looks_refused |= looks[i].result == STRATA_UNSUPPORTED;
		items[i]->is_tagged_there = items[i]->result == STRATA_NOT_STORED &&
									looks[i].result == STRATA_OK && looks[i].is_tagged_there;
		/* Of what came between the two commands the look says nothing. */
		if (items[i]->result == STRATA_NOT_STORED && looks[i].result == STRATA_MISS) {
			list[again++] = items[i];
		}
	}
	if (again > 0) {
		run_script(tier, call, list, again, STRATA_PUT_ADD);
		say_needs(call, list, again);
	}
}

/* ---- replace ---- */

/* Without a script. Nothing keeps what was looked at from changing before the write. */
static void look_and_replace(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_item *looks = strata_arena_alloc(call->arena, count * sizeof(*looks));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		items[i]->result = STRATA_NO_MEMORY;
		if (looks != NULL && list != NULL) {
			looks[i] = (strata_item){ .key = items[i]->key, .value.codec = STRATA_CODEC_NULL };
			list[i] = &looks[i];
		}
	}
	if (looks == NULL || list == NULL) {
		return;
	}
	strata_redis_batch_get_newest(tier, call, list, count);
	for (size_t i = 0; i < count; i++) {
		if (looks[i].result == STRATA_OK && looks[i].tag_count > 0) {
			items[i]->result = STRATA_NOT_STORED;
			items[i]->tier = STRATA_TIER_REDIS;
			items[i]->node = looks[i].node;
			items[i]->is_tagged_there = true;
		} else {
			list[left++] = items[i];
		}
	}
	if (left > 0) {
		put_plainly(tier, call, list, left, STRATA_PUT_REPLACE);
	}
}

static void replace(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_item **refused;
	size_t plain;

	if (strata_clock_msec() < tier->put_refused_until) {
		look_and_replace(tier, call, items, count);
		return;
	}
	run_script(tier, call, items, count, STRATA_PUT_REPLACE);
	refused = strata_items_with(call->arena, items, count, STRATA_UNSUPPORTED, &plain);
	if (plain > 0) {
		tier->put_refused_until = strata_clock_msec() + STRATA_SCRIPTS_REFUSED_FOR;
		look_and_replace(tier, call, refused, plain);
	}
}

/* ---- exported ---- */

void strata_redis_put(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->is_tagged_there = false;
	}
	switch (mode) {
		case STRATA_PUT_SET: put_plainly(tier, call, items, count, mode); break;
		case STRATA_PUT_ADD: add(tier, call, items, count); break;
		case STRATA_PUT_REPLACE: replace(tier, call, items, count); break;
	}
}
