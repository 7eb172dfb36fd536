/*
 * No fiber may be switched while a serializer runs user code. PHP keeps the state of serialize()
 * and unserialize() in globals that know of nesting but not of taking turns: two fibers, one
 * suspended in __serialize() and one in __unserialize(), leave a dangling pointer there. A
 * FiberError that says so is better than a crash.
 */
#include "codec/codec.h"

#include "Zend/zend_fibers.h"

#include "codec/classes.h"
#include "codec/serializer_igbinary.h"
#include "codec/serializer_php.h"
#include "codec/storable.h"
#include "conf/class_names.h"

enum { LONGEST_SHOWN = 96 /* bytes of the name of a class */ };

/* A double as eight bytes, least significant first, on every machine. */
enum { DOUBLE_SIZE = 8 };

bool strata_codec_has_igbinary(void)
{
	return strata_serializer_igbinary() != NULL;
}

/* ---- encode ---- */

/* igbinary builds whatever class is named, so what may hold some only is not for it. */
static bool suits_igbinary(zval *value, const char *classes)
{
	return strata_class_names_are_all(strata_view_of(classes)) || !strata_classes_has_object(value);
}

static const strata_serializer *choose(zval *value, const strata_codec_options *options)
{
	const strata_serializer *igbinary =
		options->serializer == STRATA_SERIALIZER_PHP ? NULL : strata_serializer_igbinary();

	return igbinary != NULL && suits_igbinary(value, options->classes) ? igbinary
																	   : &strata_serializer_php;
}

/* What could be written but never be read again is not written. */
static bool may_be_read(strata_encoded *encoded, const char *classes, const char **culprit)
{
	ZEND_TLS char room[LONGEST_SHOWN + 64];
	strata_classes allowed;
	strata_view class;

	if (strata_classes_check(&encoded->value, classes, &allowed, &class) == STRATA_OK) {
		strata_classes_forget(&allowed);
		return true;
	}
	snprintf(room, sizeof(room), "%.*s, which strata.unserialize_classes does not name,",
		(int) MIN(class.size, LONGEST_SHOWN), class.size > 0 ? class.data : "");
	*culprit = room;
	strata_codec_release(encoded);
	return false;
}

static bool encode_by(const strata_serializer *serializer, zval *value, strata_encoded *encoded,
	const char **culprit)
{
	ZEND_TLS char room[64];

	*culprit = strata_storable_culprit(value, room, sizeof(room));
	if (*culprit != NULL) {
		return false;
	}
	zend_fiber_switch_block();
	encoded->owned = serializer->write(value);
	zend_fiber_switch_unblock();
	if (encoded->owned == NULL) {
		*culprit = Z_TYPE_P(value) == IS_OBJECT ? ZSTR_VAL(Z_OBJCE_P(value)->name) : "array";
		return false;
	}
	encoded->value.codec = serializer->codec;
	encoded->value.bytes = (strata_view){ ZSTR_VAL(encoded->owned), ZSTR_LEN(encoded->owned) };
	return true;
}

static void encode_double(double number, strata_encoded *encoded)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	encoded->owned = zend_string_alloc(DOUBLE_SIZE, 0);
	for (int i = 0; i < DOUBLE_SIZE; i++) {
		ZSTR_VAL(encoded->owned)[i] = (char) (bits >> (8 * i));
	}
	ZSTR_VAL(encoded->owned)[DOUBLE_SIZE] = '\0';
	encoded->value.codec = STRATA_CODEC_DOUBLE;
	encoded->value.bytes = (strata_view){ ZSTR_VAL(encoded->owned), DOUBLE_SIZE };
}

bool strata_codec_encode(zval *value, const strata_codec_options *options, strata_encoded *encoded,
	const char **culprit)
{
	*encoded = (strata_encoded){ .value.codec = STRATA_CODEC_NULL };
	*culprit = NULL;
	ZVAL_DEREF(value);
	switch (Z_TYPE_P(value)) {
		case IS_UNDEF:
		case IS_NULL: return true;
		case IS_FALSE: encoded->value.codec = STRATA_CODEC_FALSE; return true;
		case IS_TRUE: encoded->value.codec = STRATA_CODEC_TRUE; return true;
		case IS_LONG:
			encoded->value.codec = STRATA_CODEC_INTEGER;
			encoded->value.integer = Z_LVAL_P(value);
			return true;
		case IS_DOUBLE: encode_double(Z_DVAL_P(value), encoded); return true;
		case IS_STRING:
			encoded->value.codec = STRATA_CODEC_STRING;
			encoded->value.bytes = (strata_view){ Z_STRVAL_P(value), Z_STRLEN_P(value) };
			return true;
	}
	return encode_by(choose(value, options), value, encoded, culprit) &&
		   may_be_read(encoded, options->classes, culprit);
}

void strata_codec_release(strata_encoded *encoded)
{
	if (encoded->owned != NULL) {
		zend_string_release(encoded->owned);
		encoded->owned = NULL;
	}
}

/* ---- decode ---- */

static strata_result decode_double(strata_view bytes, zval *out)
{
	uint64_t bits = 0;
	double number;

	if (bytes.size != DOUBLE_SIZE) {
		return STRATA_CORRUPT;
	}
	for (int i = 0; i < DOUBLE_SIZE; i++) {
		bits |= (uint64_t) (unsigned char) bytes.data[i] << (8 * i);
	}
	memcpy(&number, &bits, sizeof(number));
	ZVAL_DOUBLE(out, number);
	return STRATA_OK;
}

static strata_result decode_allowed(const strata_serializer *serializer, strata_view bytes,
	HashTable *allowed, zval *out)
{
	bool is_whole;

	zend_fiber_switch_block();
	is_whole = serializer->read(bytes, allowed, out);
	zend_fiber_switch_unblock();
	if (is_whole) {
		return STRATA_OK;
	}
	zval_ptr_dtor(out);
	ZVAL_NULL(out);
	return EG(exception) ? STRATA_OK : STRATA_CORRUPT;
}

static strata_result decode_by(const strata_serializer *serializer, const strata_value *value,
	const char *classes, zval *out)
{
	strata_classes allowed;
	strata_view culprit;
	strata_result result;

	if (serializer == NULL) {
		return STRATA_UNKNOWN_CODEC;
	}
	result = strata_classes_check(value, classes, &allowed, &culprit);
	if (result != STRATA_OK) {
		return result;
	}
	result =
		decode_allowed(serializer, value->bytes, allowed.is_limited ? &allowed.names : NULL, out);
	strata_classes_forget(&allowed);
	return result;
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
		case STRATA_CODEC_IMAGE: break; /* Never through here: it needs to know where it lies. */
	}
	return STRATA_UNKNOWN_CODEC;
}
