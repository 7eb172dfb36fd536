#include "api/session/session_module.h"

#include <dlfcn.h>

typedef zend_result (*register_function)(const ps_module *handler);
typedef zend_string *(*make_id_function)(PS_CREATE_SID_ARGS);

/* Written in MINIT. */
static const zend_module_entry *module;
static make_id_function make_id;
static void *globals; /* with threads the place of their number */

static void *find(const char *name)
{
	return dlsym(module->handle != NULL ? module->handle : RTLD_DEFAULT, name);
}

bool strata_session_module_register(const ps_module *handler, bool *is_full)
{
	register_function add;

	*is_full = false;
	module = zend_hash_str_find_ptr(&module_registry, "session", strlen("session"));
	if (module == NULL) {
		return false;
	}
	add = (register_function) find("php_session_register_module");
	make_id = (make_id_function) find("php_session_create_id");
#ifdef ZTS
	globals = find("ps_globals_id");
#else
	globals = find("ps_globals");
#endif
	if (add == NULL || make_id == NULL || globals == NULL) {
		return false;
	}
	*is_full = add(handler) == FAILURE;
	return !*is_full;
}

php_ps_globals *strata_session_module_globals(void)
{
#ifdef ZTS
	return TSRMG_BULK(*(ts_rsrc_id *) globals, php_ps_globals *);
#else
	return globals;
#endif
}

zend_string *strata_session_module_make_id(void)
{
	return make_id(&strata_session_module_globals()->mod_data);
}

/* ---- which function asks ---- */

static bool is_of_module(const zend_function *function)
{
	return function->type == ZEND_INTERNAL_FUNCTION && function->common.scope == NULL &&
		   function->internal_function.module == module;
}

/* As session_start() itself reads its options. */
static bool reads_and_closes(zend_execute_data *frame)
{
	zval *options = ZEND_CALL_NUM_ARGS(frame) > 0 ? ZEND_CALL_ARG(frame, 1) : NULL;
	zval *value;

	if (options == NULL) {
		return false;
	}
	ZVAL_DEREF(options);
	if (Z_TYPE_P(options) != IS_ARRAY) {
		return false;
	}
	value = zend_hash_str_find(Z_ARRVAL_P(options), "read_and_close", strlen("read_and_close"));
	return value != NULL && zval_get_long(value) != 0;
}

static strata_session_asker asker_of(zend_execute_data *frame)
{
	static const struct {
		const char *name;
		strata_session_asker asker;
	} known[] = {
		{ "session_reset", STRATA_ASKER_RESET },
		{ "session_regenerate_id", STRATA_ASKER_REGENERATE },
		{ "session_create_id", STRATA_ASKER_CREATE_ID },
		{ "session_decode", STRATA_ASKER_DECODE },
	};
	const char *name = ZSTR_VAL(frame->func->common.function_name);

	if (strcmp(name, "session_start") == 0) {
		return reads_and_closes(frame) ? STRATA_ASKER_READ_AND_CLOSE : STRATA_ASKER_START;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0) {
			return known[i].asker;
		}
	}
	return STRATA_ASKER_OTHER;
}

strata_session_asker strata_session_module_asker(void)
{
	zend_execute_data *frame = EG(current_execute_data);
	bool has_script = false;

	for (; frame != NULL; frame = frame->prev_execute_data) {
		if (frame->func != NULL && is_of_module(frame->func)) {
			return asker_of(frame);
		}
		has_script = has_script || frame->func != NULL;
	}
	return has_script ? STRATA_ASKER_SCRIPT : STRATA_ASKER_ENGINE;
}
