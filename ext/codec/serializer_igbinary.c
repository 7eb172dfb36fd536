/*
 * igbinary is bound when it is first needed, by the name of its exported functions: nothing is
 * needed at build time, the order in which the two extensions are loaded does not matter, and
 * without igbinary strata loads all the same. In a static build the module has no handle, and the
 * functions are found in the program itself.
 */
#include "codec/serializer_igbinary.h"

#include <dlfcn.h>
#include <stdatomic.h>

#include "codec/depth.h"

/* igbinary's public interface, ext/igbinary/igbinary.h: both return 0 on success. */
typedef int (*serialize_function)(uint8_t **bytes, size_t *size, zval *value);
typedef int (*unserialize_function)(const uint8_t *bytes, size_t size, zval *value);

/* Written once, with the same values by every thread that comes first. */
static _Atomic(serialize_function) serialize;
static _Atomic(unserialize_function) unserialize;

static zend_string *write_text(zval *value)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	zend_string *text = NULL;

	if (serialize(&bytes, &size, value) == 0 && !EG(exception)) {
		text = zend_string_init((const char *) bytes, size, 0);
	}
	if (bytes != NULL) {
		efree(bytes);
	}
	return text;
}

/* igbinary goes as deep as the bytes say, and off the end of the stack. */
static bool is_too_deep(strata_view bytes)
{
	zend_long most = STRATA_SHALLOW;

	if (bytes.size / STRATA_IGBINARY_LEVEL > STRATA_SHALLOW) {
		most = strata_depth_to_read();
	}
	if ((zend_long) (bytes.size / STRATA_IGBINARY_LEVEL) <= most ||
		strata_depth_of_igbinary(bytes, most) <= most) {
		return false;
	}
	zend_error(E_WARNING, "nested more than " ZEND_LONG_FMT " levels deep", most);
	return true;
}

/* It knows no list: where there is one, nothing that holds an object comes here. */
static bool read_text(strata_view bytes, HashTable *allowed, zval *out)
{
	(void) allowed;
	ZVAL_NULL(out);
	if (is_too_deep(bytes)) {
		return false;
	}
	return unserialize((const uint8_t *) bytes.data, bytes.size, out) == 0 && !EG(exception);
}

static const strata_serializer table = {
	.codec = STRATA_CODEC_IGBINARY,
	.write = write_text,
	.read = read_text,
	.depth_of = strata_depth_of_igbinary,
};

static void *find_function(const zend_module_entry *module, const char *name)
{
	return dlsym(module->handle != NULL ? module->handle : RTLD_DEFAULT, name);
}

static bool bind_functions(void)
{
	zend_module_entry *module =
		zend_hash_str_find_ptr(&module_registry, "igbinary", strlen("igbinary"));

	if (module == NULL) {
		return false;
	}
	unserialize = (unserialize_function) find_function(module, "igbinary_unserialize");
	serialize = (serialize_function) find_function(module, "igbinary_serialize");
	return serialize != NULL && unserialize != NULL;
}

const strata_serializer *strata_serializer_igbinary(void)
{
	bool is_bound = serialize != NULL && unserialize != NULL;

	return is_bound || bind_functions() ? &table : NULL;
}
