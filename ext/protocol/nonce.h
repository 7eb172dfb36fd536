/* nonce: a text that was never sent before, so that its echo identifies the reply. */
#ifndef STRATA_PROTOCOL_NONCE_H
#define STRATA_PROTOCOL_NONCE_H

#include <inttypes.h>
#include <stdio.h>

#include "base/view.h"
#include "os/process.h"

/* 128 random bits in hexadecimal digits, with a NUL. */
typedef struct {
	char text[33];
} strata_nonce;

static inline strata_nonce strata_nonce_new(void)
{
	strata_nonce nonce;

	snprintf(nonce.text, sizeof(nonce.text), "%016" PRIx64 "%016" PRIx64,
		strata_process_random_word(), strata_process_random_word());
	return nonce;
}

#endif
