#include "api/page/lookup.h"

const zval *strata_lookup(const zval *from, const char *path)
{
	while (from != NULL && *path != '\0') {
		size_t size = strcspn(path, ".");

		from = Z_TYPE_P(from) == IS_ARRAY ? zend_hash_str_find(Z_ARRVAL_P(from), path, size) : NULL;
		path += size + (path[size] == '.');
	}
	return from != NULL && Z_TYPE_P(from) != IS_NULL ? from : NULL;
}

double strata_lookup_number(const zval *from, const char *path)
{
	const zval *found = strata_lookup(from, path);

	if (found == NULL) {
		return 0;
	}
	switch (Z_TYPE_P(found)) {
		case IS_LONG: return (double) Z_LVAL_P(found);
		case IS_DOUBLE: return Z_DVAL_P(found);
		case IS_TRUE: return 1;
		default: return 0;
	}
}

const HashTable *strata_lookup_array(const zval *from, const char *path)
{
	const zval *found = strata_lookup(from, path);

	return found != NULL && Z_TYPE_P(found) == IS_ARRAY ? Z_ARRVAL_P(found) : &zend_empty_array;
}

bool strata_lookup_is(const zval *from, const char *path)
{
	const zval *found = strata_lookup(from, path);

	if (found != NULL && Z_TYPE_P(found) == IS_STRING) {
		return Z_STRLEN_P(found) > 0;
	}
	return strata_lookup_number(from, path) != 0;
}

bool strata_lookup_says(const zval *from, const char *path, const char *text)
{
	const zval *found = strata_lookup(from, path);

	return found != NULL && Z_TYPE_P(found) == IS_STRING && strcmp(Z_STRVAL_P(found), text) == 0;
}
