#include "codec/codec.h"

#include <ctype.h>
#include "Zend/zend_exceptions.h"
#include "ext/json/php_json.h"

#include "base/thread.h"
#include "codec/classes.h"
#include "codec/depth.h"
#include "codec/isolation.h"
#include "codec/reading.h"
#include "codec/serializer_igbinary.h"
#include "codec/serializer_php.h"
#include "codec/storable.h"
#include "codec/unseen.h"
#include "conf/text/class_names.h"

enum {
	LONGEST_SHOWN = 96, /* bytes of the name of a class */
	DEEPEST_JSON = 512  /* as json_decode() has it */
};

bool strata_codec_has_igbinary(void)
{
	return strata_serializer_igbinary() != NULL;
}

/* ---- encode ---- */

/* igbinary builds whatever class is named, so what may hold some only is not for it. */
static const strata_serializer *choose(const strata_codec_options *options,
	const strata_storable *storable)
{
	const strata_serializer *igbinary =
		options->serializer == STRATA_SERIALIZER_PHP ? NULL : strata_serializer_igbinary();
	bool suits_igbinary =
		!storable->needs_php &&
		(!storable->has_objects || strata_class_names_are_all(strata_view_of(options->classes)));

	return igbinary != NULL && suits_igbinary ? igbinary : &strata_serializer_php;
}

/* What a server says a class is called may hold any byte: it goes to a log. */
static const char *describe(strata_view class)
{
	static STRATA_THREAD_LOCAL char text[LONGEST_SHOWN + 64];
	strata_view shown = class.size > 0 ? class : strata_view_of("an object of igbinary");

	snprintf(text, sizeof(text), "%.*s (not named by strata.unserialize_classes)",
		(int) MIN(shown.size, LONGEST_SHOWN), shown.data);
	for (char *byte = text; *byte != '\0'; byte++) {
		*byte = iscntrl((unsigned char) *byte) ? '?' : *byte;
	}
	return text;
}

/* What could be written but never be read again is not written. */
static bool may_be_read(strata_encoded *encoded, const char *classes, const char **culprit)
{
	strata_classes allowed;
	strata_view class;

	if (strata_classes_check(&encoded->value, classes, &allowed, &class) == STRATA_OK) {
		strata_classes_forget(&allowed);
		return true;
	}
	*culprit = describe(class);
	strata_codec_release(encoded);
	return false;
}

/* The serializer alone, with nothing around it that it could take for its own. */
static zend_string *write_alone(const strata_serializer *serializer, zval *value,
	const strata_storable *storable)
{
	zend_string *volatile text = NULL;
	strata_isolation outer;

	strata_isolation_enter(&outer);
	strata_storable_unmark(storable);
	zend_try
	{
		text = serializer->write(value);
	}
	zend_catch
	{
		strata_isolation_leave(&outer);
		zend_bailout();
	}
	zend_end_try();
	strata_storable_mark(storable);
	strata_isolation_leave(&outer);
	return text;
}

/* Can it be read again, as deep as it came out? */
static zend_string *check_depth(const strata_serializer *serializer, zend_string *text,
	strata_storable *storable)
{
	zend_long most = strata_depth_to_write();
	strata_view bytes = { ZSTR_VAL(text), ZSTR_LEN(text) };

	if ((zend_long) (bytes.size / STRATA_IGBINARY_LEVEL) <= most ||
		serializer->depth_of(bytes, most) <= most) {
		return text;
	}
	strata_storable_blame_depth(storable, "array", most);
	zend_string_release(text);
	return NULL;
}

/* With an eye on what objects write by methods of the script. */
static zend_string *write_unseen(const strata_serializer *serializer, zval *value,
	strata_storable *storable)
{
	zend_string *volatile text = NULL;
	strata_unseen unseen;

	strata_unseen_begin(&unseen, serializer);
	zend_try
	{
		text = write_alone(serializer, value, storable);
	}
	zend_catch
	{
		strata_unseen_end(&unseen);
		zend_bailout();
	}
	zend_end_try();
	strata_unseen_end(&unseen);
	if (unseen.has_stopped) {
		zend_clear_exception();
		memcpy(storable->culprit, unseen.met.culprit, sizeof(storable->culprit));
		storable->needs_php |= unseen.met.needs_php;
	}
	strata_storable_forget(&unseen.met);
	return text == NULL ? NULL : check_depth(serializer, text, storable);
}

/* Where the serializer refused it: what user code of the value said is in the exception. */
static void blame_all(zval *value, strata_storable *storable)
{
	const char *type = Z_TYPE_P(value) == IS_OBJECT ? ZSTR_VAL(Z_OBJCE_P(value)->name) : "array";

	snprintf(storable->culprit, sizeof(storable->culprit), "%s", type);
}

static zend_string *write_by(const strata_serializer *serializer, zval *value,
	strata_storable *storable)
{
	if (storable->culprit[0] != '\0') {
		return NULL;
	}
	return storable->has_unseen ? write_unseen(serializer, value, storable)
								: write_alone(serializer, value, storable);
}

/* What lazy objects turned out to hold. */
static zend_string *look_again(zval *value, zend_string *text, strata_storable *storable)
{
	strata_storable_forget(storable);
	strata_storable_look(value, strata_depth_to_write(), storable);
	if (storable->culprit[0] == '\0') {
		return text;
	}
	zend_string_release(text);
	return NULL;
}

static bool encode_all(zval *value, const strata_codec_options *options, strata_encoded *encoded,
	const char **culprit)
{
	static STRATA_THREAD_LOCAL char said[sizeof(((strata_storable *) NULL)->culprit)];
	const strata_serializer *serializer;
	strata_storable storable;

	strata_storable_look(value, strata_depth_to_write(), &storable);
	serializer = choose(options, &storable);
	encoded->owned = write_by(serializer, value, &storable);
	if (encoded->owned == NULL && serializer != choose(options, &storable)) {
		serializer = &strata_serializer_php; /* That it needs this came out on the way. */
		encoded->owned = write_by(serializer, value, &storable);
	}
	if (encoded->owned != NULL && storable.has_lazy) {
		encoded->owned = look_again(value, encoded->owned, &storable);
	}
	strata_storable_forget(&storable);
	if (encoded->owned != NULL) {
		encoded->value.codec = serializer->codec;
		encoded->value.bytes = (strata_view){ ZSTR_VAL(encoded->owned), ZSTR_LEN(encoded->owned) };
		return true;
	}
	if (storable.culprit[0] == '\0') {
		blame_all(value, &storable);
	}
	memcpy(said, storable.culprit, sizeof(said));
	*culprit = said;
	return false;
}

/* As eight bytes, least significant first, on every machine. */
static void write_double(double number, char room[STRATA_DOUBLE_SIZE])
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	for (int i = 0; i < STRATA_DOUBLE_SIZE; i++) {
		room[i] = (char) (bits >> (8 * i));
	}
}

bool strata_codec_encode_scalar(const zval *value, char room[STRATA_DOUBLE_SIZE], strata_value *out)
{
	/* By parts: the whole at once would be a loop of the processor, which takes longer. */
	out->bytes = (strata_view){ NULL, 0 };
	out->integer = 0;
	out->codec = STRATA_CODEC_NULL;
	out->packed = (strata_view){ NULL, 0 };
	switch (Z_TYPE_P(value)) {
		case IS_UNDEF:
		case IS_NULL: return true;
		case IS_FALSE: out->codec = STRATA_CODEC_FALSE; return true;
		case IS_TRUE: out->codec = STRATA_CODEC_TRUE; return true;
		case IS_LONG:
			out->codec = STRATA_CODEC_INTEGER;
			out->integer = Z_LVAL_P(value);
			return true;
		case IS_DOUBLE:
			write_double(Z_DVAL_P(value), room);
			out->codec = STRATA_CODEC_DOUBLE;
			out->bytes = (strata_view){ room, STRATA_DOUBLE_SIZE };
			return true;
		case IS_STRING:
			out->codec = STRATA_CODEC_STRING;
			out->bytes = (strata_view){ Z_STRVAL_P(value), Z_STRLEN_P(value) };
			return true;
	}
	return false;
}

bool strata_codec_encode(zval *value, const strata_codec_options *options, strata_encoded *encoded,
	const char **culprit)
{
	char room[STRATA_DOUBLE_SIZE];

	*encoded = (strata_encoded){ .value.codec = STRATA_CODEC_NULL };
	*culprit = NULL;
	ZVAL_DEREF(value);
	if (options->scope == STRATA_SERIALIZES_ALL ||
		!strata_codec_encode_scalar(value, room, &encoded->value)) {
		return encode_all(value, options, encoded, culprit) &&
			   may_be_read(encoded, options->classes, culprit);
	}
	if (encoded->value.codec == STRATA_CODEC_DOUBLE) {
		encoded->owned = zend_string_init(room, sizeof(room), false);
		encoded->value.bytes.data = ZSTR_VAL(encoded->owned);
	}
	return true;
}

void strata_codec_release(strata_encoded *encoded)
{
	if (encoded->owned != NULL) {
		zend_string_release(encoded->owned);
		encoded->owned = NULL;
	}
}

/* ---- decode ---- */

static STRATA_THREAD_LOCAL const char *complaint = "";

static strata_result decode_double(strata_view bytes, zval *out)
{
	uint64_t bits = 0;
	double number;

	if (bytes.size != STRATA_DOUBLE_SIZE) {
		complaint = "the bytes are no number";
		return STRATA_CORRUPT;
	}
	for (int i = 0; i < STRATA_DOUBLE_SIZE; i++) {
		bits |= (uint64_t) (unsigned char) bytes.data[i] << (8 * i);
	}
	memcpy(&number, &bits, sizeof(number));
	ZVAL_DOUBLE(out, number);
	return STRATA_OK;
}

static strata_result decode_by(const strata_serializer *serializer, const strata_value *value,
	const char *classes, zval *out)
{
	strata_classes allowed;
	strata_view class;
	strata_result result;

	if (serializer == NULL) {
		return STRATA_UNKNOWN_CODEC;
	}
	result = strata_classes_check(value, classes, &allowed, &class);
	complaint = result == STRATA_FOREIGN ? describe(class) : "no serializer writes such bytes";
	if (result == STRATA_OK) {
		result = strata_reading_run(serializer, value->bytes,
			allowed.is_limited ? &allowed.names : NULL, out);
		complaint = strata_reading_complaint();
		strata_classes_forget(&allowed);
	}
	return result;
}

/*
 * Objects become arrays: no class is built of what another program wrote without one. The parser
 * looks for a NUL behind the text.
 */
static strata_result decode_json(strata_view bytes, zval *out)
{
	zend_string *text = zend_string_init(bytes.data, bytes.size, false);
	zend_long depth = MIN(strata_depth_to_read(), DEEPEST_JSON);
	zend_result parsed =
		php_json_decode_ex(out, ZSTR_VAL(text), ZSTR_LEN(text), PHP_JSON_OBJECT_AS_ARRAY, depth);

	zend_string_release(text);
	if (parsed == SUCCESS) {
		return STRATA_OK;
	}
	complaint = "the bytes are no JSON, or nested too deep";
	zval_ptr_dtor(out);
	ZVAL_NULL(out);
	return STRATA_CORRUPT;
}

const char *strata_codec_complaint(void)
{
	return complaint;
}

strata_result strata_codec_decode(const strata_value *value, const char *classes, zval *out)
{
	ZVAL_NULL(out);
	switch (value->codec) {
		case STRATA_CODEC_NULL: return STRATA_OK;
		case STRATA_CODEC_FALSE: ZVAL_FALSE(out); return STRATA_OK;
		case STRATA_CODEC_TRUE: ZVAL_TRUE(out); return STRATA_OK;
		case STRATA_CODEC_INTEGER: ZVAL_LONG(out, (zend_long) value->integer); return STRATA_OK;
		case STRATA_CODEC_DOUBLE: return decode_double(value->bytes, out);
		case STRATA_CODEC_STRING:
			ZVAL_STRINGL_FAST(out, value->bytes.data, value->bytes.size);
			return STRATA_OK;
		case STRATA_CODEC_PHP: return decode_by(&strata_serializer_php, value, classes, out);
		case STRATA_CODEC_IGBINARY:
			return decode_by(strata_serializer_igbinary(), value, classes, out);
		case STRATA_CODEC_JSON: return decode_json(value->bytes, out);
		/* Never through here: one needs to know where it lies, the others are no values. */
		case STRATA_CODEC_IMAGE:
		case STRATA_CODEC_OBJECTS:
		case STRATA_CODEC_MOVED:
		case STRATA_CODEC_ABSENT: break;
	}
	return STRATA_UNKNOWN_CODEC;
}
