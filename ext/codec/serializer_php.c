#include "codec/serializer_php.h"

#include "Zend/zend_smart_str.h"
#include "ext/standard/php_var.h"

#include "codec/depth.h"

enum { SMALLEST_LEVEL = sizeof("a:1:{i:0;}") - 1 /* bytes */ };

static zend_string *write_text(zval *value)
{
	php_serialize_data_t references;
	smart_str text = { 0 };

	PHP_VAR_SERIALIZE_INIT(references);
	php_var_serialize(&text, value, &references);
	PHP_VAR_SERIALIZE_DESTROY(references);
	if (EG(exception)) {
		smart_str_free(&text);
		return NULL;
	}
	return smart_str_extract(&text);
}

/*
 * __wakeup() is put off until the unserializer is done with the bytes, so that an exception may
 * come at the end, and may change what is behind a reference: both are looked at last.
 */
static bool read_text(strata_view bytes, HashTable *allowed, zval *out)
{
	const unsigned char *at = (const unsigned char *) bytes.data;
	const unsigned char *end = at + bytes.size;
	php_unserialize_data_t references;
	bool whole;

	ZVAL_NULL(out);
	PHP_VAR_UNSERIALIZE_INIT(references);
	php_var_unserialize_set_allowed_classes(references, allowed);
	if (bytes.size / SMALLEST_LEVEL > STRATA_SHALLOW) {
		php_var_unserialize_set_max_depth(references, strata_depth_to_read());
	}
	whole = php_var_unserialize(out, &at, end, &references) && at == end;
	PHP_VAR_UNSERIALIZE_DESTROY(references);
	if (whole && Z_ISREF_P(out)) {
		zend_unwrap_reference(out);
	}
	return whole && !EG(exception);
}

const strata_serializer strata_serializer_php = {
	.codec = STRATA_CODEC_PHP,
	.write = write_text,
	.read = read_text,
	.depth_of = strata_depth_of_php,
};
