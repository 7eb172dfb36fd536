/*
 * fuzz — what the targets have in common: a claim that ends the program, bytes at the very end of
 * their memory, and a connection that delivers them in slices.
 *
 * A target is one file with LLVMFuzzerTestOneInput(). What it reads must end without a mistake that
 * the sanitizers know, and MUST() says what else is true of every input.
 */
#ifndef STRATA_TESTS_FUZZ_H
#define STRATA_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/protocol.h"

#define MUST(claim) ((claim) ? (void) 0 : fuzz_fail(__FILE__, __LINE__, #claim))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((noreturn)) void fuzz_fail(const char *file, int line, const char *claim);

/* A block of exactly these bytes, so that reading one more is seen. Free its data. */
strata_view fuzz_copy(const void *data, size_t size);

/* What came of a connection's bytes. */
typedef struct {
	unsigned replies;
	uint64_t digest; /* of all replies */
	bool has_failed;
	bool is_drained; /* nothing is left over after the last reply */
} fuzz_reading;

/* Mixes what a reply says into the digest. */
typedef uint64_t (*fuzz_digest)(uint64_t digest, const void *reply);

uint64_t fuzz_mix(uint64_t digest, uint64_t number);
uint64_t fuzz_mix_bytes(uint64_t digest, strata_view bytes);

/*
 * Reads all bytes as a fresh reader of the protocol gets them, at once and then in slices whose
 * sizes follow from the bytes. Both must say the same, and none may take much more memory than
 * bytes came.
 */
fuzz_reading fuzz_read(const strata_protocol *protocol, size_t max_reply, strata_view bytes,
	fuzz_digest digest);

#endif
