/*
 * A gate decides which process asks, not a lock: one that dies meanwhile is followed by the next a
 * second later, and no process has waited for it.
 *
 * What the sentinels said is a published blob. Its version is read before each operation; a version
 * that is seen late costs one operation at the old address. An answer counts only if its caller was
 * the last to take the gate, and if no other answer came meanwhile. A damaged blob is like none:
 * half an address is worse than none.
 */
#include "redis/sentinel/master_table.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/gate.h"
#include "host/published.h"
#include "host/registry.h"
#include "os/root_directory.h"

enum { RECORD_COUNT = 64 };

/* msec between two questions; failures do not make them rarer */
static const strata_gate_pace pace = { .interval = 1000, .longest = 1000 };

struct strata_master_record {
	strata_gate gate;
	_Atomic uint64_t demoted; /* the version whose address is no master's; 0: none */
	strata_published_head head;
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(sizeof(strata_master_view))];
};

struct strata_master_table {
	strata_registry *records;
	strata_root_directory root; /* of the process that made the table */
};

/* ---- records ---- */

strata_result strata_master_table_new(strata_host *host, strata_master_table **out)
{
	static const strata_registry_shape shape = { .size = sizeof(strata_master_record),
		.count = RECORD_COUNT };
	strata_master_table *table = calloc(1, sizeof(*table));
	strata_result result;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = strata_registry_new(host, NULL, &shape, &table->records);
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	table->root = strata_root_directory_look();
	*out = table;
	return STRATA_OK;
}

void strata_master_table_free(strata_master_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->records);
		free(table);
	}
}

strata_master_record *strata_master_table_claim(strata_master_table *table, uint64_t key)
{
	return strata_registry_acquire(table->records, key ^ strata_root_directory_mark(table->root),
		NULL);
}

strata_master_record *strata_master_record_new(void)
{
	return calloc(1, sizeof(strata_master_record));
}

void strata_master_record_free(strata_master_record *record)
{
	free(record);
}

/* ---- reading ---- */

/* published.h has no handle for reading alone: readers cast, and write nothing. */
static strata_published published_of(const strata_master_record *record)
{
	strata_master_record *shared = (strata_master_record *) record;

	return (strata_published){ &shared->head, shared->words, sizeof(strata_master_view) };
}

uint64_t strata_master_record_version(const strata_master_record *record)
{
	return strata_published_version(published_of(record));
}

/* Shared memory is not trusted to hold texts that end and results that exist. */
static void mend(strata_master_view *view)
{
	strata_endpoint at = view->at;

	at.host[sizeof(at.host) - 1] = '\0';
	/* What damage made of an address must not be sent a password. */
	view->is_known = *(const unsigned char *) &view->is_known == 1 && at.host[0] != '\0' &&
					 strata_endpoint_read(&view->at, strata_view_of(at.host), at.port);
	view->error.text[sizeof(view->error.text) - 1] = '\0';
	if ((unsigned) view->result >= STRATA_RESULT_COUNT) {
		view->result = STRATA_NO_OWNER;
	}
}

bool strata_master_record_read(const strata_master_record *record, strata_master_view *out)
{
	strata_master_view read;
	uint64_t version;
	size_t size;
	strata_result result = strata_published_read(published_of(record), &read, &size, &version);

	*out = (strata_master_view){ .version = version, .result = STRATA_NO_OWNER };
	if (result == STRATA_OK && size == sizeof(read)) {
		read.version = version;
		mend(&read);
		*out = read;
		return true;
	}
	return result == STRATA_MISS;
}

/* ---- asking ---- */

bool strata_master_record_take(strata_master_record *record, strata_msec now, uint64_t *ticket)
{
	return strata_gate_take(&record->gate, pace, now, ticket) == STRATA_GATE_TAKEN;
}

/* A caller that took so long that another one asked meanwhile has old news. */
static void put(strata_master_record *record, uint64_t ticket, const strata_master_view *view)
{
	strata_view blob = { (const char *) view, sizeof(*view) };

	if (strata_gate_is_last(&record->gate, ticket)) {
		(void) !strata_published_publish(published_of(record), view->version, blob);
	}
	strata_gate_end(&record->gate, ticket, STRATA_GATE_FAILED);
}

void strata_master_record_publish(strata_master_record *record, uint64_t ticket,
	const strata_endpoint *at, uint64_t epoch)
{
	strata_master_view view;

	memset(&view, 0, sizeof(view));
	view.version = strata_master_record_version(record);
	view.is_known = true;
	view.at = *at;
	view.epoch = epoch;
	view.result = STRATA_OK;
	put(record, ticket, &view);
}

/* The address that was known stays. */
void strata_master_record_publish_error(strata_master_record *record, uint64_t ticket,
	strata_result result, const char *why)
{
	strata_master_view view;

	(void) !strata_master_record_read(record, &view);
	view.result = result;
	snprintf(view.error.text, sizeof(view.error.text), "%s", why);
	put(record, ticket, &view);
}

bool strata_master_record_wait(strata_master_record *record, strata_usec max_wait)
{
	strata_published published = published_of(record);
	uint32_t event = strata_published_event(published);

	if (strata_published_version(published) != 0) {
		return false;
	}
	strata_published_wait(published, event, max_wait);
	return true;
}

void strata_master_record_mark_demoted(strata_master_record *record, uint64_t version)
{
	atomic_store_explicit(&record->demoted, version, memory_order_relaxed);
}

bool strata_master_record_is_demoted(const strata_master_record *record, uint64_t version)
{
	return version != 0 && atomic_load_explicit(&record->demoted, memory_order_relaxed) == version;
}
