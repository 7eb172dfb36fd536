/* refusals: the settings that were refused on this host, and why. */
#ifndef STRATA_HOST_TABLE_REFUSALS_H
#define STRATA_HOST_TABLE_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "conf/text/place.h"
#include "host/host.h"

/* So many records; one for each sentence about a directive in a place. */
typedef struct strata_refusals strata_refusals;

enum {
	STRATA_REFUSALS_KEPT = 64,
	STRATA_REFUSAL_DIRECTIVE = 128, /* bytes with the NUL; what is longer is cut */
	STRATA_REFUSAL_SENTENCE = 832
};

typedef struct {
	char directive[STRATA_REFUSAL_DIRECTIVE];
	char sentence[STRATA_REFUSAL_SENTENCE];
	strata_place place;
	strata_msec first; /* since 1970, by the wall clock */
	strata_msec last;
	uint64_t count; /* of processes or requests that met it */
} strata_refusal;

STRATA_MUST_CHECK strata_result strata_refusals_new(strata_host *host, strata_refusals **out);
void strata_refusals_free(strata_refusals *refusals);

/*
 * Keeps a sentence, or counts it once more; what there is no room for is counted. refusals may be
 * NULL: then nothing is kept. Never put a secret into a sentence. Bytes that are no UTF-8 and
 * controls are kept as question marks. Waits 2 ms for other writers at most, and only for what is
 * new.
 */
void strata_refusals_note(strata_refusals *refusals, strata_place place, const char *directive,
	const char *sentence, strata_msec now);

/* What was refused in this place is so no more; directive NULL: whatever it was about. */
void strata_refusals_withdraw(strata_refusals *refusals, strata_place place, const char *directive);

/* Is there any of this place? Reads one word for each record. */
bool strata_refusals_have(const strata_refusals *refusals, strata_place place);

/*
 * Fills at most room of them, and returns how many. Takes no lock: a record that is being written,
 * or is damaged, is left out.
 */
uint32_t strata_refusals_read(const strata_refusals *refusals, strata_refusal *out, uint32_t room);

/* How often there was no room, or no turn to write. */
uint64_t strata_refusals_not_kept(const strata_refusals *refusals);

#endif
