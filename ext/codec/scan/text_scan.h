/* text_scan: names the classes that a serialized text would build, before any of them is built. */
#ifndef STRATA_CODEC_SCAN_TEXT_SCAN_H
#define STRATA_CODEC_SCAN_TEXT_SCAN_H

#include "base/view.h"

/* How far it came. */
typedef struct {
	const char *at;
	const char *end;
	const char *payload_end; /* of what a class wrote by itself; NULL: it is in none */
} strata_text_scan;

typedef enum {
	STRATA_TEXT_SCAN_CLASS,  /* the next one, by name */
	STRATA_TEXT_SCAN_END,    /* there is none any more */
	STRATA_TEXT_SCAN_BROKEN, /* serialize() does not write such a text */
} strata_text_scan_step;

strata_text_scan strata_text_scan_of(strata_view text);

/*
 * Goes on to the next class, in the order in which they stand there, repeated ones too. The name is
 * a part of the text, empty where there is none. A text that is broken further on is only found to
 * be when the scan comes there: nothing may be built of it before END.
 */
strata_text_scan_step strata_text_scan_next(strata_text_scan *scan, strata_view *name);

#endif
