#include "php.h"

#include "Zend/zend_compile.h"
#include "Zend/zend_stream.h"

#include <stdatomic.h>

#include "api/value/file_names.h"
#include "api/request/globals.h"

/* Written once, before the first call through any of them. */
static zend_string *(*original_resolve_path)(zend_string *name);
static zend_op_array *(*original_compile_file)(zend_file_handle *file, int type);
static zif_handler original_opcache_compile_file;

static bool lies_in_view(const zend_string *name)
{
	return name != NULL && strata_runtime_holds(&strata_process_runtime, name);
}

/* A copy in request memory, or the name itself with a reference. */
static zend_string *own_name(zend_string *name)
{
	return lies_in_view(name) ? zend_string_init(ZSTR_VAL(name), ZSTR_LEN(name), 0)
							  : zend_string_copy(name);
}

static zend_string *resolve_guarded(zend_string *name)
{
	zend_string *own = own_name(name);
	zend_string *path = original_resolve_path(own);

	zend_string_release(own);
	return path;
}

static void own_field(zend_string **name)
{
	if (lies_in_view(*name)) {
		*name = own_name(*name);
	}
}

static zend_op_array *compile_guarded(zend_file_handle *file, int type)
{
	own_field(&file->filename);
	own_field(&file->opened_path);
	return original_compile_file(file, type);
}

/* opcache_compile_file() goes to the compiler on a way of its own. */
static ZEND_FUNCTION(compile_file_of_opcache)
{
	if (ZEND_NUM_ARGS() > 0 && Z_TYPE_P(ZEND_CALL_ARG(execute_data, 1)) == IS_STRING) {
		zval *name = ZEND_CALL_ARG(execute_data, 1);

		if (lies_in_view(Z_STR_P(name))) {
			ZVAL_STR(name, own_name(Z_STR_P(name)));
		}
	}
	original_opcache_compile_file(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}

static void guard_opcache(void)
{
	zend_function *function = zend_hash_str_find_ptr(CG(function_table), "opcache_compile_file",
		strlen("opcache_compile_file"));

	if (function != NULL && function->type == ZEND_INTERNAL_FUNCTION) {
		original_opcache_compile_file = function->internal_function.handler;
		function->internal_function.handler = ZEND_FN(compile_file_of_opcache);
	}
}

void strata_file_names_guard(void)
{
	static atomic_flag is_guarded = ATOMIC_FLAG_INIT;

	if (atomic_flag_test_and_set(&is_guarded)) {
		return;
	}
	original_resolve_path = zend_resolve_path;
	zend_resolve_path = resolve_guarded;
	original_compile_file = zend_compile_file;
	zend_compile_file = compile_guarded;
	guard_opcache();
}
