#include "fake_tier.h"

#include <stdio.h>

#include "os/clock.h"

#include "unit.h"

static char diary[4096];
static uint64_t last_version = 1000;

static void note(const char *text, size_t size)
{
	size_t used = strlen(diary);

	REQUIRE(used + size < sizeof(diary));
	memcpy(diary + used, text, size);
	diary[used + size] = '\0';
}

static void note_call(const strata_tier *tier, const char *verb, strata_item *const *items,
	size_t count)
{
	char head[16];

	snprintf(head, sizeof(head), "%c.%s", "LMR"[tier->ops->kind], verb);
	note(head, strlen(head));
	for (size_t i = 0; i < count; i++) {
		note(" ", 1);
		note(items[i]->key.data, items[i]->key.size);
	}
	note("; ", 2);
}

bool fake_diary_is(const char *expected)
{
	bool is = strcmp(diary, expected) == 0;

	if (!is) {
		fprintf(stderr, "the diary says: %s\n", diary);
	}
	diary[0] = '\0';
	return is;
}

bool fake_diary_says_anything(void)
{
	bool says = diary[0] != '\0';

	diary[0] = '\0';
	return says;
}

/* ---- entries ---- */

static fake_entry *find(const fake_tier *fake, strata_view key)
{
	for (size_t i = 0; i < fake->count; i++) {
		if (strata_view_equal(strata_view_of(fake->entries[i].key), key)) {
			return (fake_entry *) &fake->entries[i];
		}
	}
	return NULL;
}

static fake_changes *changes_of(fake_tier *fake, strata_view key)
{
	fake_changes *changes;

	for (size_t i = 0; i < fake->changed; i++) {
		if (strata_view_equal(strata_view_of(fake->changes[i].key), key)) {
			return &fake->changes[i];
		}
	}
	REQUIRE(fake->changed < FAKE_ENTRIES && key.size < sizeof(changes->key));
	changes = &fake->changes[fake->changed++];
	memcpy(changes->key, key.data, key.size);
	changes->count = 1;
	return changes;
}

static void hold(fake_tier *fake, strata_view key, const strata_value *value, uint64_t version)
{
	fake_entry *entry = find(fake, key);

	if (entry == NULL) {
		REQUIRE(fake->count < FAKE_ENTRIES && key.size < sizeof(entry->key));
		entry = &fake->entries[fake->count++];
		memcpy(entry->key, key.data, key.size);
		entry->key[key.size] = '\0';
	}
	changes_of(fake, key)->count++;
	entry->value = *value;
	entry->version = version;
	entry->owner = 0;
	entry->end = 0;
	entry->fresh_until = STRATA_NEVER;
	entry->expires_at = STRATA_NEVER;
	entry->cost_msec = 0;
	if (value->bytes.size > 0) {
		REQUIRE(value->bytes.size < sizeof(entry->text));
		memcpy(entry->text, value->bytes.data, value->bytes.size);
		entry->text[value->bytes.size] = '\0';
	}
}

fake_entry *fake_tier_entry(fake_tier *fake, const char *key)
{
	return find(fake, strata_view_of(key));
}

static bool is_over(strata_msec moment)
{
	return moment != STRATA_NEVER && moment <= strata_clock_wall_msec();
}

/* What a get says of it. */
static strata_result state_of(const fake_entry *entry)
{
	if (entry == NULL || entry->value.codec == STRATA_CODEC_ABSENT || is_over(entry->expires_at)) {
		return STRATA_MISS;
	}
	return is_over(entry->fresh_until) ? STRATA_STALE : STRATA_OK;
}

static bool lose(fake_tier *fake, strata_view key)
{
	fake_entry *entry = find(fake, key);

	changes_of(fake, key)->count++;
	if (entry != NULL) {
		*entry = fake->entries[--fake->count];
	}
	return entry != NULL;
}

void fake_tier_hold(fake_tier *fake, const char *key, const char *text)
{
	strata_value value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };

	hold(fake, strata_view_of(key), &value, 1);
}

void fake_tier_hold_integer(fake_tier *fake, const char *key, int64_t integer)
{
	strata_value value = { .codec = STRATA_CODEC_INTEGER, .integer = integer };

	hold(fake, strata_view_of(key), &value, 0);
}

void fake_tier_lose(fake_tier *fake, const char *key)
{
	(void) lose(fake, strata_view_of(key));
}

bool fake_tier_holds(const fake_tier *fake, const char *key, const char *text)
{
	const fake_entry *entry = find(fake, strata_view_of(key));

	return entry != NULL && entry->value.codec == STRATA_CODEC_STRING &&
		   strcmp(entry->text, text) == 0;
}

bool fake_tier_lacks(const fake_tier *fake, const char *key)
{
	return state_of(find(fake, strata_view_of(key))) == STRATA_MISS;
}

/* ---- the generation ---- */

void fake_tier_hold_copies(fake_tier *fake, uint64_t generation)
{
	for (int i = 0; i < FAKE_COPIES; i++) {
		fake->copies[i] = generation;
	}
}

static void note_copy(const fake_tier *fake, int i, strata_generation_copies *out)
{
	strata_result held = fake->copies[i] == 0 ? STRATA_MISS : STRATA_OK;
	strata_item copy = {
		.result = fake->copy_verdicts[i] != STRATA_OK ? fake->copy_verdicts[i] : held,
		.value = { .codec = STRATA_CODEC_INTEGER, .integer = (int64_t) fake->copies[i] },
	};

	strata_generation_copies_note(out, &copy);
}

/* What the call has sent along: one copy is the first one. */
static void answer_check(fake_tier *fake, strata_call *call)
{
	strata_generation_check *check = strata_generation_check_take(call);
	size_t reads = strata_generation_check_reads(check, FAKE_COPIES);

	for (size_t i = 0; i < reads; i++) {
		note_copy(fake, (int) i, &check->copies);
		check->is_sent = true;
	}
	fake->checks += reads == 1;
	fake->questions += reads > 1;
}

static void end_change(const fake_tier *fake)
{
	if (fake->after_change != NULL) {
		fake->after_change();
	}
}

/* ---- verbs ---- */

static void settle(const strata_tier *tier, strata_item *item, strata_result result)
{
	item->result = result;
	item->tier = tier->ops->kind;
	item->node = tier->ops->kind == STRATA_TIER_LOCAL ? NULL : tier->ops->name;
}

/* Is the verb told to come to something else? Then that is the item's result. */
static bool is_told_otherwise(const strata_tier *tier, fake_verb verb, strata_item *item)
{
	const fake_tier *fake = tier->state;
	bool is_meant =
		fake->about == NULL || strata_view_equal(strata_view_of(fake->about), item->key);

	if (fake->verdicts[verb] == STRATA_OK || !is_meant) {
		return false;
	}
	settle(tier, item, fake->verdicts[verb]);
	return true;
}

/* The result, the second group and the fence, as a get and a take_fence leave them. */
static void show(const strata_tier *tier, const fake_entry *entry, strata_item *item)
{
	bool is_leased = entry != NULL && entry->owner != 0 && !is_over(entry->end);

	settle(tier, item, state_of(entry));
	item->fence = (strata_fence){ .state = is_leased ? STRATA_FENCE_HELD : STRATA_FENCE_NONE };
	if (entry != NULL) {
		item->fence.version = entry->version;
		item->fence.owner = entry->owner;
		item->fence.end = entry->end;
	}
	if (item->result == STRATA_MISS) {
		return;
	}
	item->value = entry->value;
	item->version = entry->version;
	item->fresh_until = entry->fresh_until;
	item->expires_at = entry->expires_at;
	item->cost_msec = entry->cost_msec;
	if (entry->value.bytes.size > 0) {
		item->value.bytes = strata_view_of(entry->text);
	}
}

static uint64_t *token_of(const strata_tier *tier, strata_item *item)
{
	return tier->ops->kind == STRATA_TIER_LOCAL ? &item->local.seen : &item->fill_token;
}

static void give_token(const strata_tier *tier, strata_item *item)
{
	fake_tier *fake = tier->state;

	if (tier->ops->kind != STRATA_TIER_REDIS) {
		*token_of(tier, item) = fake->keeps_tokens ? 0 : changes_of(fake, item->key)->count;
	}
}

static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	fake_tier *fake = tier->state;

	note_call(tier, "get", items, count);
	answer_check(fake, call);
	for (size_t i = 0; i < count; i++) {
		if (!is_told_otherwise(tier, FAKE_GET, items[i])) {
			show(tier, find(fake, items[i]->key), items[i]);
			give_token(tier, items[i]);
		}
	}
	if (fake->after_get != NULL) {
		fake->after_get();
	}
}

static void hold_item(fake_tier *fake, const strata_item *item)
{
	fake_entry *entry;

	hold(fake, item->key, &item->value, item->version);
	entry = find(fake, item->key);
	entry->fresh_until = item->fresh_until;
	entry->expires_at = item->expires_at;
	entry->cost_msec = item->cost_msec;
}

static void watch(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	(void) call;
	for (size_t i = 0; i < count; i++) {
		give_token(tier, items[i]);
	}
}

static void fill(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	fake_tier *fake = tier->state;

	fake->filled_under = call->generation;
	note_call(tier, "fill", items, count);
	for (size_t i = 0; i < count; i++) {
		if (is_told_otherwise(tier, FAKE_FILL, items[i])) {
			continue;
		}
		if (*token_of(tier, items[i]) != changes_of(fake, items[i]->key)->count) {
			settle(tier, items[i], STRATA_NOT_STORED);
			continue;
		}
		hold_item(fake, items[i]);
		settle(tier, items[i], STRATA_OK);
	}
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	static const char *const words[] = { "set", "add", "replace" };
	fake_tier *fake = tier->state;

	note_call(tier, words[mode], items, count);
	answer_check(fake, call);
	for (size_t i = 0; i < count; i++) {
		bool is_there = state_of(find(fake, items[i]->key)) != STRATA_MISS;

		if (is_told_otherwise(tier, FAKE_PUT, items[i])) {
			continue;
		}
		if ((mode == STRATA_PUT_ADD && is_there) || (mode == STRATA_PUT_REPLACE && !is_there)) {
			settle(tier, items[i], STRATA_NOT_STORED);
			continue;
		}
		hold_item(fake, items[i]);
		settle(tier, items[i], STRATA_OK);
	}
	if (fake->after_put != NULL) {
		fake->after_put();
	}
	end_change(fake);
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	note_call(tier, "del", items, count);
	answer_check(tier->state, call);
	for (size_t i = 0; i < count; i++) {
		if (!is_told_otherwise(tier, FAKE_REMOVE, items[i])) {
			settle(tier, items[i], lose(tier->state, items[i]->key) ? STRATA_OK : STRATA_MISS);
		}
	}
	end_change(tier->state);
}

static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	note_call(tier, "touch", &item, 1);
	answer_check(tier->state, call);
	if (!is_told_otherwise(tier, FAKE_TOUCH, item)) {
		settle(tier, item, find(tier->state, item->key) != NULL ? STRATA_OK : STRATA_MISS);
	}
}

static bool is_what_was_seen(const fake_entry *entry, const strata_cas_token *seen)
{
	if (entry == NULL || !entry->value.codec) {
		return false;
	}
	return seen->is_integer ? entry->value.integer == seen->integer
							: entry->version == seen->version;
}

static void compare(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	const fake_entry *entry = find(tier->state, item->key);

	note_call(tier, "cmp", &item, 1);
	answer_check(tier->state, call);
	if (is_told_otherwise(tier, FAKE_PUT, item)) {
		return;
	}
	if (!is_what_was_seen(entry, seen)) {
		settle(tier, item, STRATA_NOT_STORED);
		return;
	}
	hold_item(tier->state, item);
	settle(tier, item, STRATA_OK);
	if (((fake_tier *) tier->state)->after_put != NULL) {
		((fake_tier *) tier->state)->after_put();
	}
}

static void compare_and_remove(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	const fake_entry *entry = find(tier->state, item->key);

	note_call(tier, "cmpdel", &item, 1);
	answer_check(tier->state, call);
	if (is_told_otherwise(tier, FAKE_REMOVE, item)) {
		return;
	}
	if (!is_what_was_seen(entry, seen)) {
		settle(tier, item, STRATA_NOT_STORED);
		end_change(tier->state);
		return;
	}
	(void) lose(tier->state, item->key);
	settle(tier, item, STRATA_OK);
	end_change(tier->state);
}

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	const fake_entry *entry = find(tier->state, item->key);
	int64_t sum = (entry != NULL ? entry->value.integer : initial) + by;

	note_call(tier, "incr", &item, 1);
	answer_check(tier->state, call);
	if (!is_told_otherwise(tier, FAKE_INCREMENT, item)) {
		item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
		hold(tier->state, item->key, &item->value, 0);
		settle(tier, item, STRATA_OK);
	}
}

/* ---- fences ---- */

static void take_one(strata_tier *tier, strata_item *item)
{
	const strata_fence wanted = item->fence;
	const strata_value absent = { .codec = STRATA_CODEC_ABSENT };
	fake_entry *entry = find(tier->state, item->key);
	bool is_ours = true;

	if (entry == NULL || (state_of(entry) == STRATA_MISS && is_over(entry->expires_at))) {
		hold(tier->state, item->key, &absent, ++last_version);
		entry = find(tier->state, item->key);
	}
	show(tier, entry, item);
	if (item->result == STRATA_OK && entry->version != wanted.version) {
		item->fence.state = STRATA_FENCE_NONE;
		return;
	}
	is_ours = item->fence.state != STRATA_FENCE_HELD;
	if (is_ours) {
		entry->owner = wanted.owner;
		entry->end = wanted.end;
	}
	show(tier, entry, item);
	item->fence.state = is_ours ? STRATA_FENCE_TAKEN : STRATA_FENCE_HELD;
}

static void take_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	(void) call;
	note_call(tier, "take", items, count);
	for (size_t i = 0; i < count; i++) {
		if (is_told_otherwise(tier, FAKE_TAKE, items[i])) {
			items[i]->fence.state = STRATA_FENCE_NONE;
		} else {
			take_one(tier, items[i]);
		}
	}
}

static void put_over_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	const fake_tier *fake = tier->state;

	(void) call;
	note_call(tier, "store", items, count);
	for (size_t i = 0; i < count; i++) {
		const fake_entry *entry = find(tier->state, items[i]->key);

		if (is_told_otherwise(tier, FAKE_STORE, items[i])) {
			continue;
		}
		if (entry == NULL || entry->version != items[i]->fence.version) {
			settle(tier, items[i], STRATA_NOT_STORED);
			continue;
		}
		hold_item(tier->state, items[i]);
		settle(tier, items[i], STRATA_OK);
	}
	if (fake->after_store != NULL) {
		fake->after_store();
	}
}

static void leave_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	(void) call;
	note_call(tier, "leave", items, count);
	for (size_t i = 0; i < count; i++) {
		fake_entry *entry = find(tier->state, items[i]->key);
		bool is_owner = entry != NULL && entry->owner == items[i]->fence.owner;

		if (is_told_otherwise(tier, FAKE_LEAVE, items[i])) {
			continue;
		}
		if (is_owner) {
			entry->end = items[i]->fence.end;
		}
		settle(tier, items[i], is_owner ? STRATA_OK : STRATA_NOT_STORED);
	}
}

static strata_result read_generation(strata_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	const fake_tier *fake = tier->state;

	(void) call;
	note_call(tier, question == STRATA_GENERATION_AND_CLOCK ? "read+clock" : "read", NULL, 0);
	strata_generation_copies_init(out);
	for (int i = 0; i < FAKE_COPIES; i++) {
		note_copy(fake, i, out);
	}
	out->clock = question == STRATA_GENERATION_AND_CLOCK ? fake->clock : 0;
	return strata_generation_copies_verdict(out);
}

static void raise_copy(uint64_t *copy, const strata_generation_order *order)
{
	*copy = *copy >= order->least && *copy <= order->limit ? *copy : order->next;
}

static strata_result raise_generation(strata_tier *tier, strata_call *call,
	const strata_generation_order *order, strata_generation_copies *out)
{
	fake_tier *fake = tier->state;

	note_call(tier, "raise", NULL, 0);
	if (fake->before_raise != NULL) {
		fake->before_raise();
	}
	strata_generation_copies_init(out);
	for (int i = 0; i < FAKE_COPIES; i++) {
		if (fake->raise_verdict != STRATA_OK) {
			strata_item refused = { .result = fake->raise_verdict };

			strata_call_explain(call, "fake: raising is refused");
			strata_generation_copies_note(out, &refused);
			continue;
		}
		if (fake->copy_verdicts[i] == STRATA_OK) {
			raise_copy(&fake->copies[i], order);
		}
		note_copy(fake, i, out);
	}
	strata_generation_copies_sum_up(out, order->limit);
	return strata_generation_copies_raised(out, order->least);
}

static void fini(strata_tier *tier)
{
	tier->state = NULL;
}

void fake_tier_init(fake_tier *fake, strata_tier_kind kind, strata_tier *tier)
{
	static const char *const names[] = { "local", "memcached", "redis" };
	bool is_shared = kind != STRATA_TIER_LOCAL;

	*fake = (fake_tier){
		.ops = {
			.kind = kind,
			.name = names[kind],
			.get = get,
			.fill = fill,
			.watch = is_shared ? NULL : watch,
			.put = put,
			.remove = remove_all,
			.touch = touch,
			.compare = compare,
			.compare_and_remove = compare_and_remove,
			.increment = increment,
			.take_fence = take_fence,
			.put_over_fence = put_over_fence,
			.leave_fence = leave_fence,
			.read_generation = is_shared ? read_generation : NULL,
			.raise_generation = is_shared ? raise_generation : NULL,
			.fini = fini,
		},
	};
	*tier = (strata_tier){ .ops = &fake->ops, .state = fake };
	diary[0] = '\0';
}
