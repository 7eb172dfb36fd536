/*
 * The text itself is shared, and not the name of its file: a worker that starts while the file is bad, or
 * that may not read it, goes by the same text as all others.
 *
 *     version 7 -> texts[1]     the next one is written to texts[0] and counts once version is 8
 *
 * A robust mutex guards the texts, for readers too, because a text is read only when the version
 * changed. Nothing but copying is done under it. Whoever dies with it leaves at worst half of the text that
 * nobody goes by, so there is nothing to repair.
 *
 * Ordering: the version is stored with release after the text, and the mutex orders the rest. The other
 * words stand for themselves. Each of them may hold anything if memory is damaged: a text whose hash
 * is wrong is not taken, and a moment in the future counts as long ago.
 */
#include "host/notice.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "os/mutex.h"

enum { INTERVAL = 1000 /* ms between two looks */, PATIENCE = 2000 /* us */ };

enum { IS_YOUNG = 1, IS_GOOD = 2, IS_LOST = 4 };

typedef struct {
	uint64_t size;
	uint64_t hash;
	char bytes[STRATA_NOTICE_LONGEST];
} notice_text;

typedef struct {
	alignas(64) strata_mutex lock; /* guards told, why and texts */

	alignas(64) _Atomic uint64_t version;
	_Atomic uint64_t moved_at;

	alignas(64) _Atomic uint64_t looked_at; /* monotonic msec */
	_Atomic uint64_t looks;
	_Atomic uint64_t stamp;
	_Atomic uint64_t content;
	_Atomic uint64_t round;
	_Atomic uint64_t flags; /* of the source */
	_Atomic uint64_t put_at;

	uint64_t told; /* hash of the reason that was given last */
	char why[STRATA_NOTICE_WHY];
	notice_text texts[2];
} board;

struct strata_notice {
	board *board;
};

strata_result strata_notice_new(strata_host *host, strata_notice **out)
{
	strata_notice *notice = calloc(1, sizeof(*notice));

	*out = NULL;
	if (notice == NULL) {
		return STRATA_NO_MEMORY;
	}
	notice->board = strata_host_carve(host, sizeof(*notice->board));
	if (notice->board == NULL || strata_mutex_init(&notice->board->lock) != STRATA_OK) {
		free(notice);
		return STRATA_NO_MEMORY;
	}
	*out = notice;
	return STRATA_OK;
}

void strata_notice_free(strata_notice *notice)
{
	free(notice);
}

static uint64_t read_word(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void write_word(_Atomic uint64_t *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

bool strata_notice_may_look(strata_notice *notice, strata_msec now)
{
	uint64_t seen = read_word(&notice->board->looked_at);
	bool is_fresh = seen <= now + INTERVAL && now < seen + INTERVAL;

	if ((seen != 0 && is_fresh) ||
		!atomic_compare_exchange_strong_explicit(&notice->board->looked_at, &seen, now,
			memory_order_relaxed, memory_order_relaxed)) {
		return false;
	}
	atomic_fetch_add_explicit(&notice->board->looks, 1, memory_order_relaxed);
	return true;
}

uint64_t strata_notice_version(const strata_notice *notice)
{
	return atomic_load_explicit(&notice->board->version, memory_order_acquire);
}

strata_notice_source strata_notice_last_source(const strata_notice *notice)
{
	uint64_t flags = read_word(&notice->board->flags);

	return (strata_notice_source){
		.stamp = read_word(&notice->board->stamp),
		.content = read_word(&notice->board->content),
		.round = read_word(&notice->board->round),
		.is_young = (flags & IS_YOUNG) != 0,
		.is_good = (flags & IS_GOOD) != 0,
		.is_lost = (flags & IS_LOST) != 0,
	};
}

static bool lock(board *board)
{
	switch (strata_mutex_lock(&board->lock, PATIENCE)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_INHERITED: strata_mutex_repaired(&board->lock); return true;
		case STRATA_MUTEX_BUSY: break;
	}
	return false;
}

static bool lock_in_round(board *board, uint64_t round)
{
	if (!lock(board)) {
		return false;
	}
	if (read_word(&board->round) == round) {
		return true;
	}
	strata_mutex_unlock(&board->lock);
	return false;
}

static void note_source_locked(board *board, const strata_notice_source *source, uint64_t flags)
{
	write_word(&board->stamp, source->stamp);
	write_word(&board->content, source->content);
	write_word(&board->flags, flags | (source->is_young ? IS_YOUNG : 0));
	write_word(&board->round, source->round + 1);
}

static uint64_t goodness(const strata_notice_source *source)
{
	return source->is_good ? IS_GOOD : 0;
}

static void put_locked(board *board, strata_view text, bool moves)
{
	uint64_t next = read_word(&board->version) + 1;
	notice_text *place = &board->texts[next % 2];
	strata_msec now = strata_clock_wall_msec();

	place->size = text.size;
	place->hash = strata_hash_of(text, next);
	if (text.size > 0) {
		memcpy(place->bytes, text.data, text.size);
	}
	board->why[0] = '\0';
	board->told = 0;
	write_word(&board->put_at, now);
	if (moves) {
		write_word(&board->moved_at, now * 1000);
	}
	atomic_store_explicit(&board->version, next, memory_order_release);
}

bool strata_notice_put(strata_notice *notice, const strata_notice_source *source, strata_view text,
	bool moves)
{
	board *board = notice->board;

	if (text.size > STRATA_NOTICE_LONGEST || !lock_in_round(board, source->round)) {
		return false;
	}
	put_locked(board, text, moves);
	note_source_locked(board, source, IS_GOOD);
	strata_mutex_unlock(&board->lock);
	return true;
}

/* Is the reason another one than the last? */
static bool object(board *board, const strata_notice_source *source, const char *why,
	uint64_t flags)
{
	uint64_t reason = strata_hash_of(strata_view_of(why), source->content);
	bool is_news;

	if (!lock_in_round(board, source->round)) {
		return false;
	}
	is_news = board->told != reason;
	board->told = reason;
	snprintf(board->why, sizeof(board->why), "%s", why);
	note_source_locked(board, source, flags);
	strata_mutex_unlock(&board->lock);
	return is_news;
}

bool strata_notice_refuse(strata_notice *notice, const strata_notice_source *source,
	const char *why)
{
	return object(notice->board, source, why, 0);
}

bool strata_notice_miss(strata_notice *notice, const strata_notice_source *source, const char *why)
{
	return object(notice->board, source, why, goodness(source) | IS_LOST);
}

void strata_notice_confirm(strata_notice *notice, const strata_notice_source *source)
{
	if (!lock_in_round(notice->board, source->round)) {
		return;
	}
	if (source->is_good) {
		notice->board->why[0] = '\0';
	}
	note_source_locked(notice->board, source, goodness(source));
	strata_mutex_unlock(&notice->board->lock);
}

static char *copy_locked(const board *board, size_t *size, uint64_t version)
{
	const notice_text *text = &board->texts[version % 2];
	strata_view bytes = { text->bytes, text->size };
	char *copy;

	if (version == 0 || bytes.size > STRATA_NOTICE_LONGEST ||
		strata_hash_of(bytes, version) != text->hash) {
		return NULL;
	}
	copy = malloc(bytes.size + 1);
	if (copy != NULL) {
		memcpy(copy, bytes.data, bytes.size);
		*size = bytes.size;
	}
	return copy;
}

char *strata_notice_read(strata_notice *notice, size_t *size, uint64_t *version, uint64_t *moved_at)
{
	board *board = notice->board;
	char *copy;

	*size = 0;
	*version = 0;
	*moved_at = 0;
	if (!lock(board)) {
		return NULL;
	}
	*version = strata_notice_version(notice);
	*moved_at = read_word(&board->moved_at);
	copy = copy_locked(board, size, *version);
	strata_mutex_unlock(&board->lock);
	return copy;
}

strata_notice_view strata_notice_look(strata_notice *notice)
{
	board *board = notice->board;
	strata_notice_view view = {
		.version = strata_notice_version(notice),
		.looks = read_word(&board->looks),
		.put_at = read_word(&board->put_at),
	};

	if (lock(board)) {
		memcpy(view.why, board->why, sizeof(view.why));
		view.why[sizeof(view.why) - 1] = '\0';
		strata_mutex_unlock(&board->lock);
	}
	return view;
}
