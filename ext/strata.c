/*
 * The module: when PHP calls us, and what we call then. MINIT maps what all processes share,
 * because it runs once, before the first fork. MSHUTDOWN runs in recycled workers and in php-fpm's
 * launcher too, while others go on: it frees what is private and destroys nothing.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "SAPI.h"
#include "Zend/zend_enum.h"
#include "Zend/zend_exceptions.h"
#include "ext/standard/info.h"

#include "php_strata.h"

#include "api/remember/after_response.h"
#include "api/ending/ending.h"
#include "api/cache.h"
#include "api/lock/held.h"
#include "api/lock/lock.h"
#include "api/request/databases.h"
#include "api/request/request.h"
#include "api/request/exceptions.h"
#include "api/value/file_names.h"
#include "api/request/globals.h"
#include "api/info.h"
#include "api/request/memo.h"
#include "api/remember/computed.h"
#include "api/remember/remember_options.h"
#include "api/value/result.h"
#include "api/request/topology.h"
#ifdef STRATA_WITH_SESSION
#include "api/session/save_handler.h"
#endif
#include "api/transaction/unfinished.h"
#include "base/compression.h"
#include "codec/objects.h"
#include "codec/reading.h"
#include "conf/ini.h"
#include "os/clock.h"
#include "os/stack.h"
#include "strata_arginfo.h"

enum { PROBE_MAX_WAIT = 25000 /* usec */ };

ZEND_DECLARE_MODULE_GLOBALS(strata)

strata_runtime strata_process_runtime;
bool strata_requests_end;
bool strata_is_command_line;

/*
 * The servers in which PHP opens and closes every request in our sight. With threads a request may
 * begin and end without a word (FrankenPHP's workers), and a command line is one request that may
 * last for weeks.
 */
static bool tells_of_requests(const char *sapi)
{
#ifdef ZTS
	(void) sapi;
	return false;
#else
	static const char *const known[] = { "fpm-fcgi", "apache2handler", "cgi-fcgi", "litespeed",
		"cli-server" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(sapi, known[i]) == 0) {
			return true;
		}
	}
	return false;
#endif
}

/* A command line ends soon and touches little; a server must not meet a full machine later. */
static strata_heap_backing backing_for(const char *sapi)
{
	bool is_command_line =
		strcmp(sapi, "cli") == 0 || strcmp(sapi, "phpdbg") == 0 || strcmp(sapi, "embed") == 0;

	return is_command_line ? STRATA_HEAP_LAZY : STRATA_HEAP_RESERVED;
}

static void register_exceptions(void)
{
	strata_base_exception = register_class_Strata_StrataException(zend_ce_exception);
	strata_configuration_exception =
		register_class_Strata_ConfigurationException(strata_base_exception);
	strata_serialization_exception =
		register_class_Strata_SerializationException(strata_base_exception);
	strata_connection_exception = register_class_Strata_ConnectionException(strata_base_exception);
	strata_capacity_exception = register_class_Strata_CapacityException(strata_base_exception);
	strata_busy_exception = register_class_Strata_BusyException(strata_base_exception);
	strata_transaction_exception =
		register_class_Strata_TransactionException(strata_base_exception);
}

static void register_classes(void)
{
	strata_status_enum = register_class_Strata_Status();
	strata_tier_enum = register_class_Strata_Tier();
	strata_reason_enum = register_class_Strata_Reason();
	strata_refresh_enum = register_class_Strata_Refresh();
	strata_on_error_enum = register_class_Strata_OnError();
	register_exceptions();
	strata_result_ce = register_class_Strata_Result();
	strata_api_prepare_result_class();
	strata_computed_ce = register_class_Strata_Computed();
	strata_computed_prepare_class();
	strata_cache_ce = register_class_Strata_Cache();
	strata_cache_prepare_class();
	strata_lock_ce = register_class_Strata_Lock();
	strata_lock_prepare_class();
}

/* Of a named segment: what it says in front of all others that must be the same to share it. */
static const char segment_build[] = PHP_STRATA_VERSION
	"/" ZEND_TOSTR(PHP_MAJOR_VERSION) "." ZEND_TOSTR(PHP_MINOR_VERSION) "/" ZEND_TOSTR(ZEND_DEBUG)
#ifdef ZTS
		"/threads"
#endif
	;

/* Nothing before there is a runtime: conf/ini.c keeps it until then. */
static void enter_refusal(strata_place place, const char *directive, const char *sentence)
{
	strata_refusals_note(strata_process_runtime.refusals, place, directive, sentence,
		strata_clock_wall_msec());
}

static void refuse_at_start(const char *directive, const char *sentence)
{
	strata_ini_refuse(STRATA_PLACE_PHP_INI, STRATA_INI_AT_START, directive, sentence);
}

static void refuse_heap(uint64_t memory)
{
	char sentence[128];

	snprintf(sentence, sizeof(sentence),
		"%llu bytes could not be had from the system; the local tier is off",
		(unsigned long long) memory);
	refuse_at_start("strata.memory", sentence);
}

static strata_result init_runtime(size_t memory)
{
	const strata_ini_segment_wish *configured = strata_ini_segment();
	strata_heap_backing backing = backing_for(sapi_module.name);
	strata_segment_wish wish = { .build = segment_build };
	char sentence[STRATA_SEGMENT_ERROR + 64];
	strata_result result;

	if (configured == NULL) {
		return strata_runtime_init(&strata_process_runtime, memory, backing);
	}
	wish.path = configured->path;
	wish.group = configured->group;
	wish.mode = configured->mode;
	result = strata_runtime_init_named(&strata_process_runtime, memory, backing, &wish);
	if (result == STRATA_OK && strata_process_runtime.segment_error[0] != '\0') {
		snprintf(sentence, sizeof(sentence), "%s%s", strata_process_runtime.segment_error,
			strata_process_runtime.store == NULL ? ""
												 : "; the local tier is memory of this PHP alone");
		refuse_at_start("strata.segment", sentence);
	}
	return result;
}

static PHP_MINIT_FUNCTION(strata)
{
	uint64_t memory;

	strata_ini_register(module_number, strata_api_leave_set, enter_refusal);
	memory = strata_ini_memory();
	if (init_runtime((size_t) memory) != STRATA_OK) {
		php_error_docref(NULL, E_CORE_ERROR, "out of memory: strata cannot start");
		return FAILURE;
	}
	strata_ini_enter_kept();
	if (strata_runtime_heap_failed(&strata_process_runtime)) {
		refuse_heap(memory);
	}
	if (strata_ini_verifies() && strata_process_runtime.store != NULL) {
		strata_store_verify(strata_process_runtime.store);
	}
	strata_api_start_topology();
	strata_requests_end = tells_of_requests(sapi_module.name);
	strata_is_command_line =
		strcmp(sapi_module.name, "cli") == 0 || strcmp(sapi_module.name, "phpdbg") == 0;
	strata_process_runtime.probe_max_wait = strata_requests_end ? 0 : PROBE_MAX_WAIT;
	register_classes();
#ifdef STRATA_WITH_SESSION
	strata_save_handler_register();
#endif
	strata_after_response_start();
	strata_api_start_turns();
	strata_reading_start();
	(void) strata_stack_left();
	return SUCCESS;
}

/*
 * Without threads everything private goes here, in a worker that is recycled as in a server that
 * reads its configuration again in the same process. With threads others may not have ended yet,
 * and the process is about to.
 */
static PHP_MSHUTDOWN_FUNCTION(strata)
{
#ifndef ZTS
	strata_api_forget(&strata_globals);
	strata_runtime_fini(&strata_process_runtime);
#endif
	strata_reading_stop();
	strata_ini_unregister(module_number);
	return SUCCESS;
}

static PHP_RINIT_FUNCTION(strata)
{
#if defined(ZTS) && defined(COMPILE_DL_STRATA)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	strata_file_names_guard();
	if (strata_ini_say_kept()) {
		strata_api_say_of_topology();
	}
	strata_api_begin_request();
	strata_unfinished_open();
	strata_ending_open(strata_refresh_enum,
		strata_is_command_line ? STRATA_ENDING_OF_COMMAND : STRATA_ENDING_OF_VISITOR);
	strata_after_response_open();
	strata_memo_open();
	strata_objects_begin_request();
	strata_pins_begin_request(strata_process_runtime.pins);
#ifdef STRATA_POISON
	/* What the last request held is worth nothing from this moment on, and is made to look so. */
	if (strata_process_runtime.store != NULL) {
		strata_store_free_retired(strata_process_runtime.store);
	}
#endif
	return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(strata)
{
	strata_unfinished_close();
	strata_ending_close();
	strata_after_response_close();
	strata_memo_close();
	strata_objects_end_request();
	strata_held_release_all();
	strata_api_take_last_turn();
	strata_api_reclaim();
	return SUCCESS;
}

/*
 * What the request was handed stays pinned until the next one begins: names of stream wrappers and
 * handlers of other modules still look at values now.
 */
static ZEND_MODULE_POST_ZEND_DEACTIVATE_D(strata)
{
	/* Session handlers of scripts may have called us since RSHUTDOWN, and PHP has the own one. */
#ifdef STRATA_WITH_SESSION
	strata_save_handler_end_request();
#endif
	strata_held_release_all();
	strata_api_reclaim();
	strata_api_end_request();
	strata_pins_end_request(strata_process_runtime.pins, strata_clock_msec());
	return SUCCESS;
}

static PHP_GINIT_FUNCTION(strata)
{
#if defined(ZTS) && defined(COMPILE_DL_STRATA)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	memset(strata_globals, 0, sizeof(*strata_globals));
}

static PHP_GSHUTDOWN_FUNCTION(strata)
{
	strata_api_forget(strata_globals);
	strata_compression_end_thread();
}

static PHP_MINFO_FUNCTION(strata)
{
	strata_api_print_info();
}

/*
 * igbinary is looked up when it is first needed; naming it here only puts it first where both are
 * loaded. The module of sessions is looked up in MINIT, so it has to come first.
 */
static const zend_module_dep dependencies[] = { ZEND_MOD_REQUIRED("date") ZEND_MOD_REQUIRED(
	"standard") ZEND_MOD_OPTIONAL("igbinary") ZEND_MOD_OPTIONAL("session") ZEND_MOD_END };

zend_module_entry strata_module_entry = {
	STANDARD_MODULE_HEADER_EX,
	NULL,
	dependencies,
	"strata",
	ext_functions,
	PHP_MINIT(strata),
	PHP_MSHUTDOWN(strata),
	PHP_RINIT(strata),
	PHP_RSHUTDOWN(strata),
	PHP_MINFO(strata),
	PHP_STRATA_VERSION,
	PHP_MODULE_GLOBALS(strata),
	PHP_GINIT(strata),
	PHP_GSHUTDOWN(strata),
	ZEND_MODULE_POST_ZEND_DEACTIVATE_N(strata),
	STANDARD_MODULE_PROPERTIES_EX,
};

#ifdef COMPILE_DL_STRATA
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(strata)
#endif
