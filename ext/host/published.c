/*
 *     version 7 -> buffer 1     the next blob is written to buffer 0, and counts once version is 8
 *
 * The check of a blob is a hash of its bytes under their version, and the version has a check of
 * its own: else one flipped bit would put the older blob in force again. So a reader that is
 * overtaken, a writer that died or came back late, and random bytes are found in one way: what does
 * not check is not used. There is no lock that a dead or stopped process could keep, and nothing to
 * repair.
 *
 * Ordering: a blob is written before the version that puts it in force (release), and the version
 * is read before the blob (acquire). Words are copied one by one without an order among them,
 * because the check stands for that.
 */
#include "host/published.h"

#include <string.h>

#include "base/hash.h"
#include "host/checked_word.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/process.h"

enum { TRIES = 3, VERSION_SHIFT = 16 };

static const uint64_t version_mask = UINT64_MAX >> VERSION_SHIFT;

/* Where the blob of this version is, or will be. */
typedef struct {
	_Atomic uint64_t *size, *check, *words;
} buffer;

static buffer buffer_of(strata_published published, uint64_t version)
{
	size_t index = version & 1;

	return (buffer){ &published.head->sizes[index], &published.head->checks[index],
		published.words + index * (STRATA_PUBLISHED_WORDS(published.capacity) / 2) };
}

static uint64_t load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void store(_Atomic uint64_t *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

static size_t bytes_in_word(size_t size, size_t at)
{
	return size - at < 8 ? size - at : 8;
}

static void copy_out(buffer from, char *target, size_t size)
{
	for (size_t at = 0; at < size; at += 8) {
		uint64_t word = load(&from.words[at / 8]);

		memcpy(target + at, &word, bytes_in_word(size, at));
	}
}

static void copy_in(buffer to, strata_view blob, uint64_t version)
{
	for (size_t at = 0; at < blob.size; at += 8) {
		uint64_t word = 0;

		memcpy(&word, blob.data + at, bytes_in_word(blob.size, at));
		store(&to.words[at / 8], word);
	}
	store(to.size, blob.size);
	store(to.check, strata_hash_of(blob, version));
}

static bool equals(buffer buffer, strata_view blob)
{
	for (size_t at = 0; at < blob.size; at += 8) {
		uint64_t word = load(&buffer.words[at / 8]);

		if (memcmp(blob.data + at, &word, bytes_in_word(blob.size, at)) != 0) {
			return false;
		}
	}
	return true;
}

static uint64_t load_word(strata_published published)
{
	return atomic_load_explicit(&published.head->word, memory_order_acquire);
}

uint64_t strata_published_version(strata_published published)
{
	return load_word(published) >> VERSION_SHIFT;
}

/* Of this version, if it still is there whole. */
static bool copy(strata_published published, uint64_t version, char *target, size_t *size)
{
	buffer from = buffer_of(published, version);
	uint64_t check = load(from.check);
	uint64_t claimed = load(from.size);

	if (claimed > published.capacity) {
		return false;
	}
	copy_out(from, target, claimed);
	*size = claimed;
	return strata_hash_of((strata_view){ target, claimed }, version) == check;
}

strata_result strata_published_read(strata_published published, void *target, size_t *size,
	uint64_t *version)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t word = load_word(published);

		*version = word >> VERSION_SHIFT;
		if (word != 0 && strata_checked_word_is_sound(word) &&
			copy(published, *version, target, size)) {
			return STRATA_OK;
		}
		*size = 0;
		if (word == 0) {
			return STRATA_MISS;
		}
	}
	return STRATA_CORRUPT;
}

bool strata_published_peek(strata_published published, void *target, size_t size)
{
	uint64_t version = strata_published_version(published);
	buffer from = buffer_of(published, version);

	if (version == 0 || size > published.capacity || load(from.size) < size) {
		return false;
	}
	copy_out(from, target, size);
	return true;
}

bool strata_published_holds(strata_published published, strata_view blob)
{
	uint64_t word = load_word(published);
	uint64_t version = word >> VERSION_SHIFT;
	buffer held = buffer_of(published, version);

	return version != 0 && strata_checked_word_is_sound(word) && load(held.size) == blob.size &&
		   blob.size <= published.capacity && load(held.check) == strata_hash_of(blob, version) &&
		   equals(held, blob);
}

/*
 * Never the buffer in force, and never 0. After a damaged version the next one is random: counting
 * on from it might give one that a process has copied already.
 */
static uint64_t version_after(uint64_t word)
{
	uint64_t next = (word >> VERSION_SHIFT) + 1;

	if (!strata_checked_word_is_sound(word)) {
		next = strata_process_random_word();
	}
	next &= version_mask;
	return next == 0 ? 2 : next;
}

bool strata_published_publish(strata_published published, uint64_t version, strata_view blob)
{
	uint64_t word = load_word(published);
	uint64_t next = version_after(word);

	if (blob.size > published.capacity || word >> VERSION_SHIFT != version) {
		return false;
	}
	copy_in(buffer_of(published, next), blob, next);
	if (!atomic_compare_exchange_strong(&published.head->word, &word,
			strata_checked_word_of(next << VERSION_SHIFT))) {
		return false;
	}
	strata_published_signal(published);
	return true;
}

uint32_t strata_published_event(strata_published published)
{
	return atomic_load_explicit(&published.head->event, memory_order_acquire);
}

void strata_published_signal(strata_published published)
{
	atomic_fetch_add_explicit(&published.head->event, 1, memory_order_release);
	strata_futex_wake(&published.head->event);
}

void strata_published_wait(strata_published published, uint32_t event, strata_usec max_wait)
{
	strata_usec now = strata_clock_usec();
	strata_usec end = now + max_wait;

	while (now < end && strata_published_event(published) == event) {
		strata_futex_wait(&published.head->event, event, end - now);
		now = strata_clock_usec();
	}
}
