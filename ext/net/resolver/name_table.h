/* name_table: what this host knows of the names of its servers, in the control segment. */
#ifndef STRATA_NET_RESOLVER_NAME_TABLE_H
#define STRATA_NET_RESOLVER_NAME_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/gate.h"
#include "host/host.h"
#include "host/process_slot.h"
#include "net/address.h"
#include "net/resolver/dns_query.h"

typedef struct strata_name_table strata_name_table;

/* One name. */
typedef struct strata_name_record strata_name_record;

STRATA_MUST_CHECK strata_result strata_name_table_new(strata_host *host,
	strata_process_slots *slots, strata_name_table **out);
void strata_name_table_free(strata_name_table *table);

/*
 * The record of this name, made at the first call by any process and held by the calling thread.
 * Processes with another root directory than that which made the table have records of their own.
 * NULL when all are held, or the thread has no process slot. Given back when no living thread
 * holds it and another name needs the place.
 */
strata_name_record *strata_name_table_acquire(strata_name_table *table, const char *host);
void strata_name_table_release(strata_name_table *table, const strata_name_record *record);

/* A private one, where no shared one is to be had. NULL when out of memory. */
strata_name_record *strata_name_record_new(void);
void strata_name_record_free(strata_name_record *record);

/* What is known. Moments are those of the monotonic clock; 0: never. */
typedef struct {
	uint64_t version;                  /* changes with each end of a query; 0: there was none */
	strata_address_list addresses;     /* of the last lookup that found any; without ports */
	strata_msec since;                 /* these have been the addresses */
	strata_msec answered_at;           /* when the last lookup that found any was begun */
	strata_msec asked_at;              /* when the last one that ended was begun */
	strata_result result;              /* how that one ended: OK, or why there was no address */
	char error[STRATA_DNS_ERROR_ROOM]; /* the same in words; empty when OK */
} strata_name_view;

/* The version by itself: as long as it is the same, so is everything else. One load. */
uint64_t strata_name_record_version(const strata_name_record *record);

/* What damage left unlikely is left out: then nothing is known. */
void strata_name_record_read(const strata_name_record *record, strata_msec now,
	strata_name_view *out);

/*
 * May the caller look the name up now? TAKEN for one caller of the host every second. A caller that
 * never ends costs its second.
 */
STRATA_MUST_CHECK strata_gate_answer strata_name_record_take(strata_name_record *record,
	strata_msec now, uint64_t *ticket);
void strata_name_record_end(strata_name_record *record, uint64_t ticket);

/* Is another caller looking it up? */
bool strata_name_record_is_asked(const strata_name_record *record, strata_msec now);

/*
 * Puts in force how a lookup ended that was begun at this moment, if this version is what was known
 * then. One that found nothing leaves the addresses as they are. True when the addresses are other
 * ones than before, of which there were some.
 */
bool strata_name_record_publish(strata_name_record *record, uint64_t version,
	const strata_dns_answer *end, strata_msec asked_at);

/* Something speaks against the addresses: they are to be looked up once more. */
void strata_name_record_expire(strata_name_record *record, strata_msec now);

/* When something spoke against them last; 0: never. */
strata_msec strata_name_record_expired_at(const strata_name_record *record, strata_msec now);

/*
 * The address to begin with when connecting to this port, a hint: the one that worked last. Its
 * index in the list, or 0.
 */
uint32_t strata_name_record_first(const strata_name_record *record, uint16_t port,
	const strata_address_list *addresses);
void strata_name_record_prefer(strata_name_record *record, uint16_t port,
	const strata_address *address);

/* For status. */
typedef struct {
	char host[256];
	strata_name_view view;
} strata_name_status;

/* The record at this place, from 0 on; what is not in use is not found. */
bool strata_name_table_describe(const strata_name_table *table, uint32_t place, strata_msec now,
	strata_name_status *out);
uint32_t strata_name_table_count(const strata_name_table *table);

#endif
