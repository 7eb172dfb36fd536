/* buffer: one growable block of bytes, freed by its owner. */
#ifndef STRATA_BASE_BUFFER_H
#define STRATA_BASE_BUFFER_H

#include <stddef.h>

#include "base/view.h"

/* All zeroes is a valid, empty buffer. */
typedef struct {
	char *data;
	size_t size;     /* bytes in use */
	size_t capacity; /* bytes allocated */
} strata_buffer;

/* Makes room for at least this many bytes after size. Returns 0, or -1 when out of memory. */
int strata_buffer_reserve(strata_buffer *buffer, size_t more);

/* Returns 0, or -1 when out of memory; the buffer is then as it was. */
int strata_buffer_append(strata_buffer *buffer, strata_view bytes);

/* As printf; returns 0, or -1 when out of memory. */
int strata_buffer_print(strata_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Drops the first count bytes (at most size) and moves the rest to the front. */
void strata_buffer_consume(strata_buffer *buffer, size_t count);

/* Frees the memory and leaves a valid, empty buffer. */
void strata_buffer_fini(strata_buffer *buffer);

#endif
