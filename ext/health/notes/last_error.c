#include "health/notes/last_error.h"

#include <string.h>

#include "os/clock.h"

enum {
	WRITES = 100,  /* msec between two of them */
	TELLS = 60000, /* msec */
	KIND_BITS = 8  /* of the first word of a blob, below the time */
};

/* The first eight bytes are {time 56 | kind 8}. */
static void publish(strata_published published, const char *sentence, strata_error_kind kind)
{
	char blob[STRATA_LAST_ERROR_BLOB];
	size_t size = strnlen(sentence, STRATA_LAST_ERROR_TEXT - 1);
	uint64_t first = strata_clock_wall_msec() << KIND_BITS | (uint64_t) kind;

	memcpy(blob, &first, sizeof(first));
	memcpy(blob + sizeof(first), sentence, size);
	/* False: another process had something to say at the same moment. */
	(void) !strata_published_publish(published, strata_published_version(published),
		(strata_view){ blob, sizeof(first) + size });
}

static strata_published published_in(const strata_last_error *error)
{
	strata_last_error *written = (strata_last_error *) error;

	return (strata_published){ &written->head, written->words, STRATA_LAST_ERROR_BLOB };
}

void strata_last_error_note(strata_last_error *error, const char *sentence, strata_error_kind kind,
	strata_msec now)
{
	atomic_fetch_add_explicit(&error->count, 1, memory_order_relaxed);
	if (strata_gate_is_due(&error->writes, WRITES, now) &&
		strata_gate_pass(&error->writes, WRITES, now)) {
		publish(published_in(error), sentence, kind);
	}
}

bool strata_last_error_is_news(strata_last_error *error, strata_msec now)
{
	return strata_gate_pass(&error->tells, TELLS, now);
}

/* What servers say may be any bytes, and so may what lies in shared memory. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		*text = *text >= ' ' && *text < 0x7F ? *text : '?';
	}
}

bool strata_last_error_look(const strata_last_error *error, strata_last_error_view *out)
{
	char blob[STRATA_LAST_ERROR_BLOB];
	uint64_t first = 0, unused;
	size_t size;

	memset(out, 0, sizeof(*out));
	out->count = atomic_load_explicit(&error->count, memory_order_relaxed);
	if (strata_published_read(published_in(error), blob, &size, &unused) == STRATA_OK &&
		size >= sizeof(first)) {
		size -= sizeof(first);
		memcpy(&first, blob, sizeof(first));
		memcpy(out->text, blob + sizeof(first),
			size < sizeof(out->text) ? size : sizeof(out->text) - 1);
		make_printable(out->text);
		out->at = first >> KIND_BITS;
		out->kind = (first & 1) != 0 ? STRATA_ERROR_STAYS : STRATA_ERROR_PASSES;
	}
	return out->count > 0;
}
