/* resp: commands of the Redis protocol as bytes, and the replies to them. */
#ifndef STRATA_PROTOCOL_RESP_H
#define STRATA_PROTOCOL_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

typedef enum {
	STRATA_RESP_STATUS,  /* text */
	STRATA_RESP_ERROR,   /* text */
	STRATA_RESP_INTEGER, /* integer */
	STRATA_RESP_NIL,
	STRATA_RESP_STRING, /* text */
	STRATA_RESP_ARRAY   /* first, count */
} strata_resp_type;

/* Lives in the arena of the exchange. */
typedef struct strata_resp_reply {
	strata_resp_type type;
	int64_t integer;
	strata_view text;
	struct strata_resp_reply *first; /* the elements of an array that arrived, linked by next */
	struct strata_resp_reply *next;
	size_t count; /* elements */
} strata_resp_reply;

/* Appends one command of these arguments. Returns 0, or -1 when out of memory. */
int strata_resp_compose(strata_buffer *out, const strata_view *arguments, size_t count);

/* Element number index of an array reply, or NULL. */
const strata_resp_reply *strata_resp_element(const strata_resp_reply *reply, size_t index);

/* True for the status reply OK. */
bool strata_resp_is_ok(const strata_resp_reply *reply);

/*
 * True for an error reply whose text begins with these whole words, also where a command in a
 * script said them. NULL is none.
 */
bool strata_resp_is_error(const strata_resp_reply *reply, const char *words);

/* Prints an error reply for a log: printable, NUL-terminated, without the arguments it echoes. */
void strata_resp_print_error(const strata_resp_reply *error, char *out, size_t size);

#endif
