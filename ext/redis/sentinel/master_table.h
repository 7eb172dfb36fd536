/* master_table — where the masters of Sentinel are, as this host was told last. */
#ifndef STRATA_REDIS_SENTINEL_MASTER_TABLE_H
#define STRATA_REDIS_SENTINEL_MASTER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"
#include "net/endpoint.h"
#include "protocol/protocol.h"

typedef struct strata_master_table strata_master_table;

/* One master, watched by one list of sentinels. */
typedef struct strata_master_record strata_master_record;

STRATA_MUST_CHECK strata_result strata_master_table_new(strata_host *host,
	strata_master_table **out);
void strata_master_table_free(strata_master_table *table);

/*
 * The record of this key, the hash of the sentinels, of how they are asked and of the master's
 * name. Made at the first call by any process and valid for the life of the host. NULL when all are
 * taken.
 */
strata_master_record *strata_master_table_claim(strata_master_table *table, uint64_t key);

/* A private one, where no shared one is to be had. NULL when out of memory. */
strata_master_record *strata_master_record_new(void);
void strata_master_record_free(strata_master_record *record);

/* What is known. */
typedef struct {
	uint64_t version; /* changes with each answer, or failure to get one; 0: there was none */
	bool is_known;    /* there is an address */
	strata_endpoint at;
	uint64_t epoch;
	strata_result result;        /* OK, or why the sentinels gave no address at last */
	strata_protocol_error error; /* the same in words */
} strata_master_view;

/* The version by itself: as long as it is the same, so is everything else. One load. */
uint64_t strata_master_record_version(const strata_master_record *record);

/* False when what is there was damaged: nothing is known then until the next answer. */
STRATA_MUST_CHECK bool strata_master_record_read(const strata_master_record *record,
	strata_master_view *out);

/*
 * May the caller ask the sentinels now? True for one caller of the host every second. *ticket is
 * for the answer. A caller that never answers only costs its second.
 */
STRATA_MUST_CHECK bool strata_master_record_take(strata_master_record *record, strata_msec now,
	uint64_t *ticket);

/* What the sentinels said, unless another caller has asked since: an address, or why none. */
void strata_master_record_publish(strata_master_record *record, uint64_t ticket,
	const strata_endpoint *at, uint64_t epoch);
void strata_master_record_publish_error(strata_master_record *record, uint64_t ticket,
	strata_result result, const char *why);

/* Sleeps until there was a first answer, at most this long. False: there was one, and no sleep. */
bool strata_master_record_wait(strata_master_record *record, strata_usec max_wait);

/*
 * The server at this version's address says that it is no master: not to be asked before the next.
 */
void strata_master_record_mark_demoted(strata_master_record *record, uint64_t version);
bool strata_master_record_is_demoted(const strata_master_record *record, uint64_t version);

#endif
