/* One database after the other, each with an arena of its own: what fails concerns it alone. */
#include "api/operator/check.h"

#include "api/operator/allowed.h"
#include "api/request/call.h"
#include "api/request/databases.h"
#include "api/request/errors.h"
#include "cache/servers/check.h"
#include "conf/ini.h"
#include "database/mirror.h"

typedef struct {
	zval *databases;
	zval errors, warnings; /* lists, joined in the end */
} report;

/* PHP's sessions are in the database that session.save_path names. */
static strata_database_use use_of(const char *database)
{
	const char *handler = INI_STR("session.save_handler");
	const char *path = INI_STR("session.save_path");

	if (handler == NULL || strcmp(handler, "strata") != 0) {
		return STRATA_USE_CACHE;
	}
	path = path != NULL && *path != '\0' ? path : "sessions";
	return strcmp(path, database) == 0 ? STRATA_USE_SESSIONS : STRATA_USE_CACHE;
}

static void add_text(zval *row, const char *name, const char *text)
{
	if (text != NULL) {
		add_assoc_string(row, name, text);
	} else {
		add_assoc_null(row, name);
	}
}

static void add_words(zval *row, const char *name, const strata_word *words)
{
	zval list;

	array_init(&list);
	for (; words != NULL; words = words->next) {
		add_next_index_string(&list, words->text);
	}
	add_assoc_zval(row, name, &list);
}

/* Milliseconds. */
static void add_clock(zval *row, const strata_clock_view *clock)
{
	zval both;

	if (!clock->is_known) {
		add_assoc_null(row, "clock");
		return;
	}
	array_init(&both);
	add_assoc_double(&both, "difference", (double) clock->difference / 1000);
	add_assoc_double(&both, "uncertainty", (double) clock->uncertainty / 1000);
	add_assoc_zval(row, "clock", &both);
}

static void add_facts(zval *row, const strata_fact *fact)
{
	for (; fact != NULL; fact = fact->next) {
		switch (fact->kind) {
			case STRATA_FACT_TEXT:
				add_assoc_stringl(row, fact->name, fact->text.data, fact->text.size);
				break;
			case STRATA_FACT_INTEGER:
				add_assoc_long(row, fact->name, (zend_long) fact->integer);
				break;
		}
	}
}

static void add_node(zval *nodes, const strata_checked_node *node)
{
	bool is_reached = node->result == STRATA_OK;
	zval row;

	array_init(&row);
	add_assoc_string(&row, "protocol", node->protocol);
	add_assoc_bool(&row, "reached", is_reached);
	add_text(&row, "error", node->error);
	add_text(&row, "reason", is_reached ? NULL : strata_result_name(node->result));
	if (node->took == 0) {
		add_assoc_null(&row, "milliseconds");
	} else {
		add_assoc_double(&row, "milliseconds", (double) node->took / 1000);
	}
	add_clock(&row, &node->clock);
	add_words(&row, "forbidden", node->forbidden);
	add_words(&row, "unseen", node->unseen);
	add_facts(&row, node->facts);
	zend_symtable_str_update(Z_ARRVAL_P(nodes), node->name, strlen(node->name), &row);
}

static void add_finding(report *report, const char *database, strata_severity severity,
	const char *node, const char *sentence)
{
	bool is_error = severity == STRATA_SEVERITY_ERROR;
	zval row;

	array_init(&row);
	add_assoc_string(&row, "severity", is_error ? "error" : "warning");
	add_assoc_string(&row, "database", database);
	add_text(&row, "node", node);
	add_assoc_string(&row, "sentence", sentence);
	add_next_index_zval(is_error ? &report->errors : &report->warnings, &row);
}

static void add_findings(report *report, const char *database, const strata_findings *findings,
	zval *nodes)
{
	for (const strata_checked_node *node = findings->nodes; node != NULL; node = node->next) {
		add_node(nodes, node);
	}
	for (const strata_finding *at = findings->list; at != NULL; at = at->next) {
		add_finding(report, database, at->severity, at->node, at->sentence);
	}
	if (findings->has_failed) {
		add_finding(report, database, STRATA_SEVERITY_ERROR, NULL,
			"memory ran out, and something of this check is missing: give PHP more");
	}
}

static void check(report *report, uint32_t index)
{
	const char *name = strata_ini_database_name(index);
	strata_space root = strata_space_root(index);
	char error[STRATA_DATABASE_ERROR];
	strata_api_call call;
	zval nodes;

	array_init(&nodes);
	if (strata_api_try_begin(&call, &root, error)) {
		strata_findings findings = { .arena = call.call.arena };

		strata_cache_check(call.database, use_of(name), &findings);
		if (call.database->mirror != NULL) {
			strata_cache_check(call.database->mirror->other, use_of(name), &findings);
		}
		add_findings(report, name, &findings, &nodes);
		strata_api_end(&call);
	} else {
		add_finding(report, name, STRATA_SEVERITY_ERROR, NULL, error);
	}
	zend_symtable_str_update(Z_ARRVAL_P(report->databases), name, strlen(name), &nodes);
}

/* The errors first. */
static void join(report *report)
{
	zval *warning;

	ZEND_HASH_FOREACH_VAL(Z_ARRVAL(report->warnings), warning)
	{
		Z_ADDREF_P(warning);
		add_next_index_zval(&report->errors, warning);
	}
	ZEND_HASH_FOREACH_END();
	zval_ptr_dtor(&report->warnings);
}

static void check_all(zend_string *name, uint32_t index, zval *return_value)
{
	zval databases;
	report report = { .databases = &databases };

	array_init(&databases);
	array_init(&report.errors);
	array_init(&report.warnings);
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		if (name == NULL || i == index) {
			check(&report, i);
		}
	}
	join(&report);
	array_init(return_value);
	add_assoc_zval(return_value, "databases", &databases);
	add_assoc_zval(return_value, "findings", &report.errors);
}

ZEND_FUNCTION(strata_check)
{
	zend_string *name = NULL;
	uint32_t index = 0;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR_OR_NULL(name)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_operator_is_allowed()) {
		RETURN_FALSE;
	}
	if (name != NULL && !strata_api_find_database(name, &index)) {
		strata_errors_throw_no_database(name);
		RETURN_THROWS();
	}
	check_all(name, index, return_value);
}
