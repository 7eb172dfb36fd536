/* reading: runs a serializer over stored bytes, and tells what stands in its way. */
#ifndef STRATA_CODEC_READING_H
#define STRATA_CODEC_READING_H

#include "php.h"

#include "base/result.h"
#include "codec/serializer.h"

/* Once in MINIT and in MSHUTDOWN. */
void strata_reading_start(void);
void strata_reading_stop(void);

/*
 * Makes the value in *out, of the allowed classes (codec/serializer.h). CORRUPT, with *out null,
 * when the present code of the script cannot build it: the bytes make no sense, a class or an enum
 * case is gone, a property has another type, an Error is thrown on the way. What the script's own
 * code throws otherwise stays thrown: *out is null then, and the answer OK. Warnings of the
 * serializer itself reach no handler of the script.
 */
STRATA_MUST_CHECK strata_result strata_reading_run(const strata_serializer *serializer,
	strata_view bytes, HashTable *allowed, zval *out);

/* What the reading is of: true when *out is the value. */
typedef bool strata_reading_work(void *context, zval *out);

/* The same for work that is no serializer's. It leaves *out null or a value. */
STRATA_MUST_CHECK strata_result strata_reading_do(strata_reading_work *work, void *context,
	zval *out);

/* Why the last answer of this thread was CORRUPT, in one line. */
const char *strata_reading_complaint(void);

#endif
