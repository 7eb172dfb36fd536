/*
 * A placeholder over which nothing could ever be stored would be of no use. So a process that has
 * not seen a script run makes sure that one does before it leaves the first placeholder.
 *
 * The lease is written into the header that is there, by SETRANGE: a value is not sent once more
 * for that. Owner and end lie at bytes 8 to 23, outside of what is sealed.
 */
#include "tier/redis/redis_fence.h"

#include "os/clock.h"
#include "tier/claim.h"
#include "tier/redis/redis_swap.h"

#define NEEDS \
	"what remember() computes is not stored: it takes EVAL, GETRANGE, SETRANGE, PEXPIRE and SET"

/* Changes nothing: no byte is written. */
#define PROOF_SCRIPT \
	"redis.call('GETRANGE',KEYS[1],0,0) redis.call('SETRANGE',KEYS[1],0,'') return 1"

/*
 * Writes ARGV[2] over owner and end if the header is ARGV[1], and has the server keep it for
 * ARGV[3] milliseconds, unless that is 0. 1 when it did.
 */
#define LEASE_SCRIPT \
	"if redis.call('GETRANGE',KEYS[1],0,95)~=ARGV[1] then return 0 end " \
	"redis.call('SETRANGE',KEYS[1],8,ARGV[2]) " \
	"if ARGV[3]~='0' then redis.call('PEXPIRE',KEYS[1],ARGV[3]) end return 1"

/* Writes the end ARGV[2] if the owner is ARGV[1]. 1 when it did. */
#define LEAVE_SCRIPT \
	"if redis.call('GETRANGE',KEYS[1],8,15)~=ARGV[1] then return 0 end " \
	"redis.call('SETRANGE',KEYS[1],16,ARGV[2]) return 1"

_Static_assert(STRATA_ENVELOPE_SIZE == 96 && STRATA_ENVELOPE_LEASE_AT == 8 &&
				   STRATA_ENVELOPE_LEASE_SIZE == 16,
	"the scripts above name the bytes of the header and of the lease");

enum { OWNER_SIZE = 8 };

static void say_needs(strata_call *call, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_UNSUPPORTED) {
			strata_call_explain_more(call, " (%s)", NEEDS);
			return;
		}
	}
}

static void refuse_all(strata_item *const *items, size_t count, const strata_item *why)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->result = why->result;
		items[i]->tier = STRATA_TIER_REDIS;
		items[i]->node = why->node;
		items[i]->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
	}
}

/* ---- proof ---- */

/* OK, or why no script runs here now. */
static void prove(strata_redis_tier *tier, strata_call *call, strata_item *proof)
{
	strata_item *const one[] = { proof };
	strata_redis_batch batch = strata_redis_batch_of(tier, call, one, 1);
	const strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(PROOF_SCRIPT),
		strata_view_of("1"), strata_redis_batch_name(&batch, proof) };

	strata_redis_batch_add(&batch, eval, 4, 3);
	strata_redis_batch_run(&batch, strata_redis_classify_changed);
	say_needs(call, one, 1);
}

/* False, with results written, when there is no fence to be had. */
static bool are_scripts_allowed(strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_item proof = { .key = items[0]->key, .value.codec = STRATA_CODEC_NULL };

	if (tier->scripts_run) {
		return true;
	}
	if (strata_clock_msec() < tier->fences_refused_until) {
		proof.result = STRATA_UNSUPPORTED;
		strata_call_explain(call, "redis: scripts are refused (%s)", NEEDS);
	} else {
		prove(tier, call, &proof);
		if (proof.result == STRATA_UNSUPPORTED) {
			tier->fences_refused_until = strata_clock_msec() + STRATA_SCRIPTS_REFUSED_FOR;
		}
	}
	/* A value that is no string stops the script behind the command that was to be proven. */
	tier->scripts_run = proof.result == STRATA_OK || proof.result == STRATA_SERVER;
	if (!tier->scripts_run) {
		refuse_all(items, count, &proof);
	}
	return tier->scripts_run;
}

/* ---- taking ---- */

typedef struct {
	const strata_redis_tier *tier;
	strata_call *call;
} taking;

/* To the placeholder, which is followed by what is there. */
static strata_result classify_asked(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	/* A seen item knows its key; the add's does not need it. */
	return item->key.data == NULL ? strata_redis_classify_stored(batch, reply, item)
								  : strata_redis_classify_read(batch, reply, item);
}

static void add_question(strata_redis_batch *batch, const strata_claim *claim)
{
	strata_view name = strata_redis_batch_name(batch, claim->item);
	strata_view set[] = { strata_view_of("SET"), name, claim->placeholder, strata_view_of("PX"),
		strata_redis_batch_number(batch, STRATA_PLACEHOLDER_LIFE), strata_view_of("NX") };
	strata_view get[] = { strata_view_of("GET"), name };

	strata_redis_batch_add(batch, set, 6, 1);
	strata_redis_batch_add(batch, get, 2, 1);
}

static void note_stored(strata_claim *claim, const strata_redis_command *get)
{
	claim->stored = (strata_view){ NULL, 0 };
	if (get->result == STRATA_OK && get->reply->type == STRATA_RESP_STRING) {
		claim->stored = get->reply->text.size > 0 ? get->reply->text : strata_view_of("");
	}
}

static void ask(void *context, strata_claim *const *claims, size_t count)
{
	const taking *taking = context;
	strata_arena *arena = taking->call->arena;
	strata_item *added = strata_arena_alloc(arena, count * sizeof(*added));
	strata_item **list = strata_arena_alloc(arena, 2 * count * sizeof(*list));
	strata_redis_batch batch;

	for (size_t i = 0; i < count; i++) {
		claims[i]->seen = (strata_item){ .key = claims[i]->item->key,
			.value.codec = STRATA_CODEC_NULL,
			.result = STRATA_NO_MEMORY };
		claims[i]->stored = (strata_view){ NULL, 0 };
		if (added != NULL && list != NULL) {
			added[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
			list[2 * i] = &added[i];
			list[2 * i + 1] = &claims[i]->seen;
		}
	}
	if (added == NULL || list == NULL) {
		return;
	}
	batch = strata_redis_batch_of(taking->tier, taking->call, list, 2 * count);
	for (size_t i = 0; i < count; i++) {
		add_question(&batch, claims[i]);
	}
	strata_redis_batch_run(&batch, classify_asked);
	for (size_t i = 0; i < count && batch.commands != NULL; i++) {
		note_stored(claims[i], &batch.commands[2 * i + 1]);
		strata_claim_note_add(claims[i], &added[i]);
	}
}

/* A value that the server keeps for longer as it is stays so: 0. */
static strata_view life_with_lease(const strata_redis_batch *batch, const strata_claim *claim)
{
	bool is_value = claim->seen.result != STRATA_MISS;
	strata_msec end = claim->seen.expires_at;
	bool is_long = is_value && (end == STRATA_NEVER || end > batch->wall + STRATA_PLACEHOLDER_LIFE);

	return strata_redis_batch_number(batch, is_long ? 0 : STRATA_PLACEHOLDER_LIFE);
}

static void add_lease(strata_redis_batch *batch, const strata_claim *claim)
{
	char lease[STRATA_ENVELOPE_LEASE_SIZE];
	strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(LEASE_SCRIPT),
		strata_view_of("1"), strata_redis_batch_name(batch, claim->item),
		strata_redis_seen_header(claim->stored).bytes, { lease, sizeof(lease) },
		life_with_lease(batch, claim) };

	strata_envelope_lease(&claim->wanted, lease);
	strata_redis_batch_add(batch, eval, 7, 3);
}

static void add_step(strata_redis_batch *batch, const strata_claim *claim)
{
	strata_redis_seen seen = strata_redis_seen_header(claim->stored);

	switch (claim->step) {
		case STRATA_CLAIM_LEASE: add_lease(batch, claim); return;
		case STRATA_CLAIM_REPLACES:
			strata_redis_swap_add(batch, claim->item, &seen, claim->placeholder,
				strata_redis_batch_number(batch, STRATA_PLACEHOLDER_LIFE));
	}
}

static void write_all(void *context, strata_claim *const *claims, size_t count)
{
	const taking *taking = context;
	strata_arena *arena = taking->call->arena;
	strata_item *written = strata_arena_alloc(arena, count * sizeof(*written));
	strata_item **list = strata_arena_alloc(arena, count * sizeof(*list));
	strata_redis_batch batch;

	for (size_t i = 0; i < count; i++) {
		claims[i]->written = STRATA_NO_MEMORY;
	}
	if (written == NULL || list == NULL) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		written[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
		list[i] = &written[i];
	}
	batch = strata_redis_batch_of(taking->tier, taking->call, list, count);
	for (size_t i = 0; i < count; i++) {
		add_step(&batch, claims[i]);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_swapped);
	say_needs(taking->call, list, count);
	for (size_t i = 0; i < count; i++) {
		claims[i]->written = written[i].result;
	}
}

void strata_redis_fence_take(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	static const strata_claim_ops ops = { .ask = ask, .write = write_all };
	taking taking = { tier, call };

	if (count > 0 && are_scripts_allowed(tier, call, items, count)) {
		strata_claim_all(&ops, &taking, call, tier->keyspace, items, count);
	}
}

/* ---- storing and leaving ---- */

void strata_redis_fence_put(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, items, count);

	for (size_t i = 0; i < count; i++) {
		strata_item enveloped = *items[i];
		char room[STRATA_ENVELOPE_VERSION_SIZE];
		strata_redis_seen seen = strata_redis_seen_version(enveloped.fence.version, room);

		enveloped.is_enveloped = true;
		strata_redis_swap_add(&batch, &enveloped, &seen,
			strata_redis_batch_sealed(&batch, &enveloped),
			strata_redis_batch_life(&batch, enveloped.expires_at));
	}
	strata_redis_batch_run(&batch, strata_redis_classify_swapped);
	say_needs(call, items, count);
}

void strata_redis_fence_leave(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, items, count);

	for (size_t i = 0; i < count; i++) {
		char lease[STRATA_ENVELOPE_LEASE_SIZE];
		strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(LEAVE_SCRIPT),
			strata_view_of("1"), strata_redis_batch_name(&batch, items[i]), { lease, OWNER_SIZE },
			{ lease + OWNER_SIZE, sizeof(lease) - OWNER_SIZE } };

		strata_envelope_lease(&items[i]->fence, lease);
		strata_redis_batch_add(&batch, eval, 6, 3);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_swapped);
	say_needs(call, items, count);
}
