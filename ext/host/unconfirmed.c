/*
 * One record for each pool:
 *
 *     head | names, by hash, 40 bytes each | which units are taken | units of 32 bytes: the texts
 *
 * A name stands in one of the 32 entries from the home of its hash on. It never moves, so that a
 * reader finds it without the lock. A robust mutex has the rest. It is waited for for 2 ms, and for
 * 20 ms to note a name: its holder may have no processor, and an overflow costs more than the wait.
 *
 * The head counts the names, in a word that holds a check, because a 0 there hides all of them: the
 * count is raised before an entry counts, and lowered after it counts no more. So a process that is
 * killed in between leaves a count that is too high, which leads the next process to the mutex, and
 * that tells it to count anew and to see which units are taken. An entry whose word does not check,
 * or whose text is not that of its hash, is dropped, and the whole counts as an overflow.
 *
 * Ordering: an entry's hash is stored before its word, with release. A reader takes hash and word
 * as they come: it may find a name that does not stand there any more, which costs one read.
 */
#include "host/unconfirmed.h"

#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/hash.h"
#include "host/checked_word.h"
#include "host/registry.h"
#include "os/clock.h"
#include "os/mutex.h"

enum {
	REACH = 32,            /* entries from its home on in which a name may stand */
	UNIT = 32,             /* bytes */
	UNITS = 5632,          /* with the entries, 256 KiB */
	LOCK_MAX_WAIT = 2000,  /* usec */
	NOTE_MAX_WAIT = 20000, /* usec */
	CLAIM_TRIES = 5,       /* each waits for a process that is in the middle of claiming */
	MOST_BEGUN = 255,
	CLAIM = 1000,         /* msec that a name belongs to the process that took it */
	AGAIN_AFTER = 5000,   /* msec between the two removals of a name */
	PAUSE = 1,            /* msec between two takes of the host, while more is due */
	UNDATED_FOR = 600000, /* msec after an overflow in which no value without a date is believed */
	NEWS_AFTER = 60000,   /* msec without an overflow */
	SKEW = 2000,          /* msec by which clocks of hosts may differ */
	POOL_NAME = 112,      /* bytes */
	OVERFLOWED = 1 << 16  /* in the count */
};

/* What an entry's word holds, above its check. */
enum { UNIT_SHIFT = 48, SIZE_SHIFT = 32, BEGUN_SHIFT = 24, STATE_SHIFT = 16, FIELD = 0xFFFF };

typedef struct {
	_Atomic uint64_t hash;
	_Atomic uint64_t word; /* 0: free */
	_Atomic uint64_t due;  /* monotonic, msec: not to be taken before */
	_Atomic uint64_t round;
	_Atomic uint64_t begun_at; /* monotonic, msec: when a change of it began last; 0: never */
} entry;

typedef struct {
	strata_unconfirmed head;
	_Atomic uint64_t rounds; /* the last one given to an entry */
	_Atomic uint64_t noted, replayed, overflows;
	strata_mutex lock;
	char name[POOL_NAME];
	entry entries[STRATA_UNCONFIRMED_NAMES];
	uint64_t taken[UNITS / 64];
	char texts[UNITS * UNIT];
} record;

struct strata_unconfirmed_table {
	strata_registry *registry;
};

/* What an entry's word says. */
typedef struct content {
	strata_unconfirmed_state state;
	uint32_t unit;
	uint32_t size;  /* bytes of the text */
	uint32_t begun; /* changes of it that are not over, or whose outcome is not known */
} content;

/* ---- the table ---- */

static void claim(void *user, void *claimed, const void *name)
{
	record *pool = claimed;

	(void) user;
	strncpy(pool->name, name, sizeof(pool->name) - 1);
	/* What cannot be locked overflows at the first name. */
	(void) !strata_mutex_init(&pool->lock);
}

strata_result strata_unconfirmed_table_new(strata_host *host, strata_unconfirmed_table **out)
{
	static const strata_registry_shape shape = { .size = sizeof(record),
		.count = STRATA_UNCONFIRMED_POOLS,
		.on_claim = claim };
	strata_unconfirmed_table *table = calloc(1, sizeof(*table));
	strata_result result;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = strata_registry_new(host, NULL, &shape, &table->registry);
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	*out = table;
	return STRATA_OK;
}

void strata_unconfirmed_table_free(strata_unconfirmed_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->registry);
		free(table);
	}
}

strata_unconfirmed *strata_unconfirmed_of(strata_unconfirmed_table *table, uint64_t key,
	const char *name)
{
	strata_unconfirmed *found = strata_registry_find(table->registry, key);

	/* A process that goes without believes for all its life what others know to be old. */
	for (int i = 0; name != NULL && i < CLAIM_TRIES && found == NULL; i++) {
		found = strata_registry_acquire(table->registry, key, name);
	}
	return found;
}

uint32_t strata_unconfirmed_place(const strata_unconfirmed_table *table,
	const strata_unconfirmed *unconfirmed)
{
	for (uint32_t place = 0; place < STRATA_UNCONFIRMED_POOLS; place++) {
		if (strata_registry_at(table->registry, place) == (const void *) unconfirmed) {
			return place;
		}
	}
	return 0;
}

strata_unconfirmed *strata_unconfirmed_at(const strata_unconfirmed_table *table, uint32_t place)
{
	return strata_registry_at(table->registry, place);
}

static record *record_of(const strata_unconfirmed *unconfirmed)
{
	return (record *) unconfirmed;
}

/* ---- words ---- */

static uint64_t word_of(content content)
{
	return strata_checked_word_of(
		(uint64_t) content.unit << UNIT_SHIFT | (uint64_t) content.size << SIZE_SHIFT |
		(uint64_t) content.begun << BEGUN_SHIFT | (uint64_t) content.state << STATE_SHIFT);
}

static uint32_t units_of(uint32_t size)
{
	return (size + UNIT - 1) / UNIT;
}

/* False where it is damaged. A free entry has the state NONE. */
static bool read_word(uint64_t word, content *out)
{
	*out = (content){ .state = (strata_unconfirmed_state) (word >> STATE_SHIFT & 0xFF),
		.unit = (uint32_t) (word >> UNIT_SHIFT & FIELD),
		.size = (uint32_t) (word >> SIZE_SHIFT & FIELD),
		.begun = (uint32_t) (word >> BEGUN_SHIFT & MOST_BEGUN) };
	if (word == 0) {
		return true;
	}
	return strata_checked_word_is_sound(word) &&
		   (out->state == STRATA_UNCONFIRMED_NOW || out->state == STRATA_UNCONFIRMED_LATER) &&
		   out->size > 0 && out->size <= STRATA_UNCONFIRMED_LONGEST_NAME &&
		   out->unit + units_of(out->size) <= UNITS;
}

/* ---- the count ---- */

static uint32_t count_in(uint64_t attention)
{
	return (uint32_t) (attention >> 16 & FIELD);
}

static uint64_t attention_of(uint32_t count, uint64_t overflowed)
{
	return strata_checked_word_of((uint64_t) count << 16 | overflowed);
}

static uint64_t overflowed_in(uint64_t attention)
{
	return attention & (uint64_t) OVERFLOWED << 16;
}

/* A damaged word, which is not 0, comes right when the names are counted anew. */
static void change_count(record *pool, int by)
{
	uint64_t seen = atomic_load(&pool->head.attention);
	uint64_t wanted;

	do {
		int count = (int) count_in(seen) + by;

		wanted = attention_of(count > 0 ? (uint32_t) count : 0, overflowed_in(seen));
	} while (!atomic_compare_exchange_weak(&pool->head.attention, &seen, wanted));
}

static void set_count(record *pool, uint32_t count)
{
	uint64_t seen = atomic_load(&pool->head.attention);

	while (!atomic_compare_exchange_weak(&pool->head.attention, &seen,
		attention_of(count, overflowed_in(seen)))) {
	}
}

/* The flag comes first: a process that dies in between has told no caller anything. */
bool strata_unconfirmed_overflow(strata_unconfirmed *unconfirmed)
{
	uint64_t seen;
	strata_msec wall = strata_clock_wall_msec();
	bool is_news;

	if (unconfirmed == NULL) {
		return false;
	}
	seen = atomic_load(&unconfirmed->attention);
	while (overflowed_in(seen) == 0 &&
		   !atomic_compare_exchange_weak(&unconfirmed->attention, &seen,
			   attention_of(count_in(seen), (uint64_t) OVERFLOWED << 16))) {
	}
	seen = atomic_load(&unconfirmed->overflowed_at);
	is_news = seen == 0 || wall > seen + NEWS_AFTER;
	while (seen < wall && !atomic_compare_exchange_weak(&unconfirmed->overflowed_at, &seen, wall)) {
	}
	atomic_fetch_add(&record_of(unconfirmed)->overflows, 1);
	return is_news;
}

bool strata_unconfirmed_believes(const strata_unconfirmed *unconfirmed, strata_msec created_at,
	strata_msec wall)
{
	strata_msec overflowed_at;

	if (!strata_unconfirmed_any(unconfirmed) ||
		overflowed_in(atomic_load(&unconfirmed->attention)) == 0) {
		return true;
	}
	overflowed_at = atomic_load(&unconfirmed->overflowed_at);
	/* Damage: a moment that has not come. */
	overflowed_at = overflowed_at > wall + SKEW ? wall : overflowed_at;
	return created_at != 0 ? created_at > overflowed_at + SKEW : wall > overflowed_at + UNDATED_FOR;
}

/* ---- units ---- */

static bool is_taken(const record *pool, uint32_t unit)
{
	return (pool->taken[unit / 64] >> unit % 64 & 1) != 0;
}

static void mark_units(record *pool, content content, bool is_taken)
{
	for (uint32_t unit = content.unit; unit < content.unit + units_of(content.size); unit++) {
		pool->taken[unit / 64] &= ~((uint64_t) 1 << unit % 64);
		pool->taken[unit / 64] |= (uint64_t) is_taken << unit % 64;
	}
}

/* The first of so many units in a row that are free; UNITS: there are none. */
static uint32_t find_units(const record *pool, uint32_t wanted)
{
	uint32_t row = 0;

	for (uint32_t unit = 0; unit < UNITS; unit++) {
		if (unit % 64 == 0 && pool->taken[unit / 64] == UINT64_MAX) {
			row = 0;
			unit += 63;
			continue;
		}
		row = is_taken(pool, unit) ? 0 : row + 1;
		if (row == wanted) {
			return unit + 1 - wanted;
		}
	}
	return UNITS;
}

/* ---- the lock ---- */

static void drop_damaged(record *pool, entry *damaged)
{
	(void) strata_unconfirmed_overflow(&pool->head);
	atomic_store(&damaged->word, 0);
}

/* After damage, and after the death of a process that had the lock. */
static void repair_locked(record *pool)
{
	uint32_t count = 0;

	memset(pool->taken, 0, sizeof(pool->taken));
	for (uint32_t i = 0; i < STRATA_UNCONFIRMED_NAMES; i++) {
		content content;

		if (!read_word(atomic_load(&pool->entries[i].word), &content)) {
			drop_damaged(pool, &pool->entries[i]);
		} else if (content.state != STRATA_UNCONFIRMED_NONE) {
			mark_units(pool, content, true);
			count++;
		}
	}
	atomic_store(&pool->head.next_due, 0);
	set_count(pool, count);
}

static bool lock(record *pool, strata_usec max_wait)
{
	switch (strata_mutex_lock(&pool->lock, max_wait)) {
		case STRATA_MUTEX_TAKEN: break;
		case STRATA_MUTEX_INHERITED:
			repair_locked(pool);
			strata_mutex_repaired(&pool->lock);
			break;
		case STRATA_MUTEX_BUSY: return false;
	}
	if (!strata_checked_word_is_sound(atomic_load(&pool->head.attention))) {
		repair_locked(pool);
	}
	return true;
}

/* ---- entries ---- */

static uint64_t hash_of(strata_view name)
{
	uint64_t hash = strata_hash_of(name, 0);

	return hash == 0 ? 1 : hash;
}

static entry *entry_near(record *pool, uint64_t hash, uint32_t distance)
{
	return &pool->entries[(hash + distance) % STRATA_UNCONFIRMED_NAMES];
}

static void strike_locked(record *pool, entry *struck)
{
	content content;

	if (read_word(atomic_load(&struck->word), &content)) {
		mark_units(pool, content, false);
	}
	STRATA_FAILPOINT("unconfirmed: before it is struck");
	atomic_store(&struck->word, 0);
	STRATA_FAILPOINT("unconfirmed: struck, and counted");
	change_count(pool, -1);
}

/* The one of this hash, or the first that is free, or NULL. Damaged ones become free. */
static entry *place_locked(record *pool, uint64_t hash)
{
	entry *found = NULL;

	for (uint32_t i = 0; i < REACH; i++) {
		entry *candidate = entry_near(pool, hash, i);
		content content;

		if (!read_word(atomic_load(&candidate->word), &content)) {
			drop_damaged(pool, candidate);
			repair_locked(pool);
			content.state = STRATA_UNCONFIRMED_NONE;
		}
		if (content.state != STRATA_UNCONFIRMED_NONE && atomic_load(&candidate->hash) == hash) {
			return candidate;
		}
		if (content.state == STRATA_UNCONFIRMED_NONE && found == NULL) {
			found = candidate;
		}
	}
	return found;
}

/* A free entry gets its text. False when there is no room. */
static bool fill_locked(record *pool, entry *target, strata_view name, content content)
{
	content.size = (uint32_t) name.size;
	content.unit = find_units(pool, units_of(content.size));
	if (content.unit == UNITS) {
		return false;
	}
	memcpy(pool->texts + (size_t) content.unit * UNIT, name.data, name.size);
	mark_units(pool, content, true);
	STRATA_FAILPOINT("unconfirmed: text written");
	change_count(pool, 1);
	atomic_store(&target->hash, hash_of(name));
	atomic_store(&target->begun_at, 0);
	STRATA_FAILPOINT("unconfirmed: counted, and no entry yet");
	atomic_store_explicit(&target->word, word_of(content), memory_order_release);
	STRATA_FAILPOINT("unconfirmed: entry written");
	return true;
}

static void store(entry *target, content content)
{
	atomic_store_explicit(&target->word, word_of(content), memory_order_release);
}

/* A name that is unconfirmed at once stays so, whatever is to be done about it later. */
static strata_unconfirmed_state begin_anew_locked(entry *found, content content,
	strata_unconfirmed_state state)
{
	if (state == STRATA_UNCONFIRMED_NOW) {
		content.state = state;
		store(found, content);
	}
	return content.state;
}

/* What was taken before is another one's business from here on. */
static void begin_round_locked(record *pool, entry *noted, strata_msec due)
{
	atomic_store(&noted->round, atomic_fetch_add(&pool->rounds, 1) + 1);
	atomic_store(&noted->due, due);
	if (atomic_load(&pool->head.next_due) > due) {
		atomic_store(&pool->head.next_due, due);
	}
}

static bool add_locked(record *pool, strata_view name, strata_unconfirmed_state state)
{
	uint64_t hash = hash_of(name);
	entry *target = place_locked(pool, hash);
	strata_msec due = strata_clock_msec();
	content content;

	if (target == NULL || !read_word(atomic_load(&target->word), &content)) {
		return false;
	}
	if (content.state != STRATA_UNCONFIRMED_NONE) {
		state = begin_anew_locked(target, content, state);
	} else if (!fill_locked(pool, target, name, (struct content){ .state = state })) {
		return false;
	}
	begin_round_locked(pool, target, due + (state == STRATA_UNCONFIRMED_NOW ? 0 : AGAIN_AFTER));
	return true;
}

bool strata_unconfirmed_add(strata_unconfirmed *unconfirmed, strata_view name,
	strata_unconfirmed_state state)
{
	record *pool = record_of(unconfirmed);
	bool is_noted = false;

	if (unconfirmed == NULL) {
		return false;
	}
	if (name.size > 0 && name.size <= STRATA_UNCONFIRMED_LONGEST_NAME &&
		lock(pool, NOTE_MAX_WAIT)) {
		is_noted = add_locked(pool, name, state);
		strata_mutex_unlock(&pool->lock);
	}
	if (!is_noted) {
		return strata_unconfirmed_overflow(unconfirmed);
	}
	atomic_fetch_add(&pool->noted, 1);
	return false;
}

/* ---- finding and taking ---- */

strata_unconfirmed_name strata_unconfirmed_find(const strata_unconfirmed *unconfirmed,
	strata_view name)
{
	strata_unconfirmed_name found = { .state = STRATA_UNCONFIRMED_NONE, .hash = hash_of(name) };
	record *pool = record_of(unconfirmed);

	for (uint32_t i = 0; unconfirmed != NULL && i < REACH; i++) {
		entry *candidate = entry_near(pool, found.hash, i);
		uint64_t word = atomic_load_explicit(&candidate->word, memory_order_acquire);
		content content;

		if (word != 0 && atomic_load(&candidate->hash) == found.hash) {
			/* A damaged one is unconfirmed until the next process with the lock drops it. */
			found.state = read_word(word, &content) ? content.state : STRATA_UNCONFIRMED_NOW;
			found.entry = (uint32_t) (candidate - pool->entries);
			found.round = (uint32_t) atomic_load(&candidate->round);
			return found;
		}
	}
	return found;
}

/* Copies what stands there. False where it does not check; the arena has room. */
static bool copy_locked(record *pool, entry *taken, content content, strata_arena *arena,
	strata_unconfirmed_name *out)
{
	strata_view text = { pool->texts + (size_t) content.unit * UNIT, content.size };

	if (hash_of(text) != atomic_load(&taken->hash)) {
		(void) strata_unconfirmed_overflow(&pool->head);
		strike_locked(pool, taken);
		return false;
	}
	*out = (strata_unconfirmed_name){
		.name = strata_arena_copy(arena, text),
		.state = content.state,
		.hash = atomic_load(&taken->hash),
		.entry = (uint32_t) (taken - pool->entries),
		.round = (uint32_t) atomic_load(&taken->round),
	};
	return out->name.data != NULL;
}

/* Damage: a moment further ahead than any that is ever set. */
static strata_msec due_of(const entry *asked, strata_msec now)
{
	strata_msec due = atomic_load(&asked->due);

	return due > now + AGAIN_AFTER ? now : due;
}

static uint32_t take_locked(record *pool, strata_arena *arena, strata_msec now,
	strata_unconfirmed_name *names, uint32_t room)
{
	strata_msec next = now + AGAIN_AFTER;
	uint32_t count = 0;

	for (uint32_t i = 0; i < STRATA_UNCONFIRMED_NAMES; i++) {
		entry *candidate = &pool->entries[i];
		strata_msec due;
		content content;

		if (!read_word(atomic_load(&candidate->word), &content)) {
			drop_damaged(pool, candidate);
			repair_locked(pool);
			continue;
		}
		if (content.state == STRATA_UNCONFIRMED_NONE) {
			continue;
		}
		due = due_of(candidate, now);
		if (due <= now && count < room) {
			if (copy_locked(pool, candidate, content, arena, &names[count])) {
				count++;
			}
			due = now + CLAIM;
			atomic_store(&candidate->due, due);
		}
		due = due < now + PAUSE ? now + PAUSE : due;
		next = due < next ? due : next;
	}
	atomic_store(&pool->head.next_due, next);
	return count;
}

uint32_t strata_unconfirmed_take(strata_unconfirmed *unconfirmed, strata_arena *arena,
	strata_unconfirmed_name *names, uint32_t room)
{
	record *pool = record_of(unconfirmed);
	strata_msec now = strata_clock_msec();
	strata_msec next_due;
	uint32_t count;

	if (unconfirmed == NULL || room == 0) {
		return 0;
	}
	next_due = atomic_load(&pool->head.next_due);
	if ((now < next_due && next_due <= now + AGAIN_AFTER) ||
		strata_arena_reserve(arena, (size_t) room * (STRATA_UNCONFIRMED_LONGEST_NAME + UNIT)) !=
			0 ||
		!lock(pool, LOCK_MAX_WAIT)) {
		return 0;
	}
	count = take_locked(pool, arena, now, names, room);
	strata_mutex_unlock(&pool->lock);
	return count;
}

/* ---- what came of it ---- */

/* NULL where it is another name's by now, or was noted anew. */
static entry *same_locked(record *pool, const strata_unconfirmed_name *name, content *content)
{
	entry *found = &pool->entries[name->entry % STRATA_UNCONFIRMED_NAMES];

	if (atomic_load(&found->hash) != name->hash ||
		(uint32_t) atomic_load(&found->round) != name->round ||
		!read_word(atomic_load(&found->word), content) ||
		content->state == STRATA_UNCONFIRMED_NONE) {
		return NULL;
	}
	return found;
}

/* What is done with an entry once its servers have answered, with the lock. */
typedef void (
	*answer)(record *pool, entry *answered, content content, const strata_unconfirmed_name *name);

/* Without the lock nothing is done: it comes up once more. */
static void take_answer(strata_unconfirmed *unconfirmed, const strata_unconfirmed_name *name,
	strata_usec max_wait, answer act)
{
	record *pool = record_of(unconfirmed);
	content content;
	entry *answered;

	if (unconfirmed == NULL || name->state == STRATA_UNCONFIRMED_NONE || !lock(pool, max_wait)) {
		return;
	}
	answered = same_locked(pool, name, &content);
	if (answered != NULL) {
		act(pool, answered, content, name);
	}
	strata_mutex_unlock(&pool->lock);
}

/* What another process confirmed meanwhile counts once. */
static void confirm_locked(record *pool, entry *confirmed, content content,
	const strata_unconfirmed_name *name)
{
	if (content.state != name->state) {
		return;
	}
	atomic_fetch_add(&pool->replayed, 1);
	if (content.state == STRATA_UNCONFIRMED_LATER) {
		strike_locked(pool, confirmed);
		return;
	}
	content.state = STRATA_UNCONFIRMED_LATER;
	atomic_store(&confirmed->due, strata_clock_msec() + AGAIN_AFTER);
	STRATA_FAILPOINT("unconfirmed: confirmed, and not noted yet");
	store(confirmed, content);
}

void strata_unconfirmed_confirm(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name)
{
	take_answer(unconfirmed, name, LOCK_MAX_WAIT, confirm_locked);
}

static void supersede_locked(record *pool, entry *superseded, content content,
	const strata_unconfirmed_name *name)
{
	(void) content, (void) name;
	strike_locked(pool, superseded);
}

void strata_unconfirmed_supersede(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name)
{
	take_answer(unconfirmed, name, LOCK_MAX_WAIT, supersede_locked);
}

/* ---- changes ---- */

/* The entry of this name, which is made where there is none. NULL: no room. */
static entry *entry_of_locked(record *pool, strata_view name, content *content)
{
	const struct content made = { .state = STRATA_UNCONFIRMED_LATER };
	entry *found = place_locked(pool, hash_of(name));
	bool is_read = found != NULL && read_word(atomic_load(&found->word), content);

	if (is_read && content->state == STRATA_UNCONFIRMED_NONE) {
		atomic_store(&found->due, strata_clock_msec() + AGAIN_AFTER);
		is_read =
			fill_locked(pool, found, name, made) && read_word(atomic_load(&found->word), content);
	}
	return is_read ? found : NULL;
}

/* What is due stays so: else a name that always changes would never be looked at. */
static void begin_change_locked(record *pool, entry *changed, content content)
{
	content.begun += content.begun < MOST_BEGUN;
	atomic_store(&changed->begun_at, strata_clock_msec());
	begin_round_locked(pool, changed, atomic_load(&changed->due));
	store(changed, content);
}

static void end_change_locked(record *pool, entry *changed, content content,
	strata_change_outcome outcome)
{
	content.begun -= content.begun > 0 && outcome != STRATA_CHANGE_UNKNOWN;
	if (outcome != STRATA_CHANGE_NONE) {
		content.state = STRATA_UNCONFIRMED_NOW;
		begin_round_locked(pool, changed, strata_clock_msec());
	}
	if (content.begun == 0 && content.state == STRATA_UNCONFIRMED_LATER) {
		strike_locked(pool, changed);
	} else {
		store(changed, content);
	}
}

/* outcome: NULL where the change begins. */
static bool note_change(record *pool, strata_view name, const strata_change_outcome *outcome)
{
	content content;
	entry *changed;

	if (name.size == 0 || name.size > STRATA_UNCONFIRMED_LONGEST_NAME ||
		!lock(pool, NOTE_MAX_WAIT)) {
		return false;
	}
	changed = entry_of_locked(pool, name, &content);
	if (changed != NULL && outcome == NULL) {
		begin_change_locked(pool, changed, content);
	} else if (changed != NULL) {
		end_change_locked(pool, changed, content, *outcome);
	}
	strata_mutex_unlock(&pool->lock);
	return changed != NULL;
}

bool strata_unconfirmed_begin(strata_unconfirmed *unconfirmed, strata_view name)
{
	if (unconfirmed == NULL || !note_change(record_of(unconfirmed), name, NULL)) {
		(void) strata_unconfirmed_overflow(unconfirmed);
		return false;
	}
	atomic_fetch_add(&record_of(unconfirmed)->noted, 1);
	return true;
}

/* Where the name stands since its change began, it is only looked at later. */
bool strata_unconfirmed_end(strata_unconfirmed *unconfirmed, strata_view name,
	strata_change_outcome outcome)
{
	if (unconfirmed != NULL &&
		(note_change(record_of(unconfirmed), name, &outcome) || outcome == STRATA_CHANGE_NONE ||
			strata_unconfirmed_find(unconfirmed, name).state != STRATA_UNCONFIRMED_NONE)) {
		return true;
	}
	(void) strata_unconfirmed_overflow(unconfirmed);
	return false;
}

/* While a change is under way, what was seen may be what was there before it. */
static void complete_locked(record *pool, entry *completed, content content,
	const strata_unconfirmed_name *name)
{
	strata_msec now = strata_clock_msec(), begun_at = atomic_load(&completed->begun_at);
	bool was_later = name->state == STRATA_UNCONFIRMED_LATER;
	bool is_recent = begun_at <= now && begun_at + AGAIN_AFTER > now;

	atomic_fetch_add(&pool->replayed, 1);
	if (content.begun == 0 || (was_later && !is_recent)) {
		strike_locked(pool, completed);
		return;
	}
	content.state = STRATA_UNCONFIRMED_LATER;
	begin_round_locked(pool, completed, (was_later ? begun_at : now) + AGAIN_AFTER);
	store(completed, content);
}

void strata_unconfirmed_complete(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name)
{
	take_answer(unconfirmed, name, NOTE_MAX_WAIT, complete_locked);
}

strata_unconfirmed_view strata_unconfirmed_status(const strata_unconfirmed *unconfirmed)
{
	const record *pool = record_of(unconfirmed);

	return pool == NULL ? (strata_unconfirmed_view){ .name = "" }
						: (strata_unconfirmed_view){
							  .name = pool->name,
							  .names = count_in(atomic_load(&pool->head.attention)),
							  .noted = atomic_load(&pool->noted),
							  .replayed = atomic_load(&pool->replayed),
							  .overflows = atomic_load(&pool->overflows),
							  .overflowed_at = atomic_load(&pool->head.overflowed_at),
						  };
}

uint32_t strata_unconfirmed_now(const strata_unconfirmed *unconfirmed)
{
	const record *pool = record_of(unconfirmed);
	uint32_t count = 0;

	for (uint32_t i = 0; pool != NULL && i < STRATA_UNCONFIRMED_NAMES; i++) {
		content content;

		count += read_word(atomic_load(&pool->entries[i].word), &content) &&
				 content.state == STRATA_UNCONFIRMED_NOW;
	}
	return count;
}
