/*
 *     MOVED 3999 127.0.0.1:6381
 *     ASK 3999 fe80::1:6381        an address of IPv6 comes without brackets: the last colon counts
 *     MOVED 3999 :6381             the host of the node that answered
 *     MOVED 3999 ?:6381            it has no host name, where host names are to be told
 *
 * Exactly that and nothing more. A line with a byte too many is damaged, and its server cannot be
 * trusted with the next command.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memrchr */
#endif
#include "protocol/redirect.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/slots.h"

/* A decimal of 1 to 5 digits, so that no number is ever too large to hold. */
static bool parse_number(strata_view digits, uint32_t *number)
{
	*number = 0;
	if (digits.size == 0 || digits.size > 5) {
		return false;
	}
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9') {
			return false;
		}
		*number = *number * 10 + (uint32_t) (digits.data[i] - '0');
	}
	return true;
}

/* Takes the first word and the space after it off the text. */
static strata_view next_word(strata_view *text)
{
	const char *space = text->size > 0 ? memchr(text->data, ' ', text->size) : NULL;
	size_t size = space == NULL ? text->size : (size_t) (space - text->data);
	strata_view word = { text->data, size };

	text->data += space == NULL ? size : size + 1;
	text->size -= space == NULL ? size : size + 1;
	return word;
}

static bool parse_endpoint(strata_view text, strata_redirect *out)
{
	const char *colon = text.size > 0 ? memrchr(text.data, ':', text.size) : NULL;
	strata_view host;
	uint32_t port;

	if (colon == NULL) {
		return false;
	}
	host = (strata_view){ text.data, (size_t) (colon - text.data) };
	out->is_unknown = strata_view_equal(host, strata_view_of("?"));
	return parse_number((strata_view){ colon + 1, text.size - host.size - 1 }, &port) &&
		   strata_endpoint_read(&out->to, out->is_unknown ? strata_view_of("") : host, port);
}

static strata_redirect_kind kind_of(strata_view word)
{
	if (strata_view_equal(word, strata_view_of("MOVED"))) {
		return STRATA_REDIRECT_MOVED;
	}
	return strata_view_equal(word, strata_view_of("ASK")) ? STRATA_REDIRECT_ASK
														  : STRATA_REDIRECT_NONE;
}

strata_result strata_redirect_parse(strata_view text, strata_redirect *out)
{
	strata_redirect_kind kind = kind_of(next_word(&text));
	uint32_t slot;

	*out = (strata_redirect){ .kind = STRATA_REDIRECT_NONE };
	if (kind == STRATA_REDIRECT_NONE) {
		return STRATA_OK;
	}
	if (!parse_number(next_word(&text), &slot) || slot >= STRATA_SLOT_COUNT ||
		!parse_endpoint(text, out)) {
		return STRATA_PROTOCOL;
	}
	out->kind = kind;
	out->slot = (uint16_t) slot;
	return STRATA_OK;
}
