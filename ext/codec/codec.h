/* codec: turns a value of PHP into bytes, and bytes into a value of PHP. */
#ifndef STRATA_CODEC_CODEC_H
#define STRATA_CODEC_CODEC_H

#include "php.h"

#include "base/result.h"
#include "base/value.h"
#include "conf/settings.h"

/*
 * The bytes of a value as it is stored. They belong to the value itself (a string) or to `owned`;
 * both must outlive every use of them.
 */
typedef struct {
	strata_value value;
	zend_string *owned; /* what a serializer wrote; NULL where nothing had to be written */
} strata_encoded;

/* Which values go through a serializer. */
typedef enum {
	STRATA_SERIALIZES_COMPOUND, /* arrays and objects */
	STRATA_SERIALIZES_ALL       /* scalars and strings, too: as other programs want it */
} strata_codec_scope;

/* How a database wants its values written and read. */
typedef struct {
	uint64_t serializer; /* one of STRATA_SERIALIZER_* */
	strata_codec_scope scope;
	const char
		*classes; /* a list as in conf/text/class_names.h: what is written and read of objects */
} strata_codec_options;

/*
 * Scalars and strings are stored as they are, unless the scope is all. Everything else goes
 * through the serializer, which may run user code (__serialize, __sleep). Objects go through PHP's
 * where only some classes are allowed. False when the value cannot be stored, with the type that
 * cannot be in *culprit (borrowed, until the next call) and perhaps an exception thrown. A true
 * answer obliges the caller to strata_codec_release().
 */
bool strata_codec_encode(zval *value, const strata_codec_options *options, strata_encoded *encoded,
	const char **culprit);
void strata_codec_release(strata_encoded *encoded);

enum { STRATA_DOUBLE_SIZE = 8 /* bytes of a float as it is stored */ };

/* The same of what needs no serializer. False of other types. A float goes to this room. */
bool strata_codec_encode_scalar(const zval *value, char room[STRATA_DOUBLE_SIZE],
	strata_value *out);

/*
 * Makes a new value in *out, which may run user code (__unserialize, __wakeup, autoloaders).
 * FOREIGN, before any user code runs, when it holds a class that is not in the list
 * (conf/text/class_names.h); UNKNOWN_CODEC when the serializer is not loaded here; CORRUPT when the
 * present code cannot build the value (codec/reading.h). *out is then NULL. An exception of user
 * code leaves *out NULL, EG(exception) set, and OK as the answer.
 */
STRATA_MUST_CHECK strata_result strata_codec_decode(const strata_value *value, const char *classes,
	zval *out);

/* Why the last answer of this thread was CORRUPT or FOREIGN, in one line. */
const char *strata_codec_complaint(void);

/* Is igbinary loaded, and does it offer what we need? Looked up once per process. */
bool strata_codec_has_igbinary(void);

#endif
