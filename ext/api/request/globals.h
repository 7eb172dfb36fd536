/* globals — what one thread of PHP keeps between requests. Only ext/ and api/ may look at it. */
#ifndef STRATA_API_REQUEST_GLOBALS_H
#define STRATA_API_REQUEST_GLOBALS_H

/* What configure found: whether we are a shared module, and with which libraries. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "base/arena.h"
#include "cache/mirror/turns.h"
#include "database/database.h"
#include "database/runtime.h"
#include "conf/topology.h"

enum { STRATA_ARENAS_KEPT = 4 };

/*
 * One arena of this thread. A call that is interrupted by user code (a nested one, a fiber) has its
 * own.
 */
typedef struct strata_lent_arena {
	strata_arena *arena;
	struct strata_lent_arena *next;     /* in the list it is in: idle or lent */
	struct strata_lent_arena *previous; /* in the list of the lent ones */
} strata_lent_arena;

/* Databases as they were opened under the same settings and by the same user. */
typedef struct {
	uint64_t word;        /* see strata_ini_word() */
	bool without_segment; /* its databases were opened after the named segment was lost */
	uint32_t user;
	strata_database **databases; /* by index of strata_ini_database_name(); NULL: a free place */
	uint64_t topology_version;   /* that they were opened by */
	uint64_t switch_count;       /* what they know of a switch; see api/request/switch.h */
	uint64_t used;               /* the greater, the later */
} strata_settings_set;

enum { STRATA_SETTINGS_SETS = 16 };

/* What Refresh::AfterResponse put off in this request; see api/remember/after_response.c. */
typedef struct {
	struct strata_waiting *first, *last;
	uint32_t count;
	bool is_computing;
} strata_put_off_list;

struct strata_transaction;

ZEND_BEGIN_MODULE_GLOBALS(strata)
strata_database **databases; /* of the set in force; NULL: which one that is is to be found out */
strata_database **peeked; /* the same for the fast path; NULL: also while a transaction is open */
strata_settings_set *set; /* that one */
strata_settings_set sets[STRATA_SETTINGS_SETS];
uint64_t set_uses;
bool sets_were_full;
uint32_t user;      /* the effective one, when this request began */
bool user_is_fixed; /* and there will be no other */
uint32_t database_count;
uint32_t opened_in; /* strata_process_generation() of the process that opened the first of them */
strata_lent_arena *idle;             /* at most STRATA_ARENAS_KEPT */
strata_lent_arena *lent;             /* in use by calls that have not ended */
HashTable **memos;                   /* of this request, by index of the database; see memo.c */
strata_settings_set *memo_set;       /* of which they are */
size_t memo_size;                    /* bytes, as they were counted */
uint32_t *memo_seen;                 /* versions of small values that were read once; see memo.c */
uint32_t memo_meetings;              /* of two versions at one place of these */
struct strata_image_keys *memo_keys; /* of this request; see memo.h */
bool memo_is_closed;  /* the request is over: what is kept now would outlive its memory */
strata_budget budget; /* of waiting for other hosts, for this request */
double seen_time;     /* of the request, as PHP last told it */
strata_topology
	*topology; /* what the topology file says, as far as this thread follows; NULL: nothing */
uint64_t topology_version;       /* which one that is */
strata_topology *other_topology; /* on the other side of a switch; NULL: there is none */
uint64_t other_version;          /* which one that is; 0: none */
uint64_t switch_count;           /* how often these and the next one changed */
bool is_switching;
uint64_t moved_at; /* when it last named other servers; see strata_published_config_read() */
strata_put_off_list put_off;
strata_mirror_turns turns; /* of databases that move */
uint32_t remembered;       /* calls of remember(), for every so many of which early.h is asked */
uint32_t open_turns;       /* leases of remember(): they end with the request at the latest */
struct strata_transaction *transactions; /* those that are open; see api/transaction */
bool transactions_are_closed;            /* the request is over */
uint64_t transaction_moment;             /* a count of what was said inside of transactions */
uint64_t dropped_at;                 /* when one, or a level of one, was last dropped; 0: never */
struct strata_held_lock *held_locks; /* of this request; see api/lock/held.h */
struct strata_opened *opened;        /* the session of this request; see api/session/opened.h */
bool is_in_request;                  /* it has begun, and is not over */
ZEND_END_MODULE_GLOBALS(strata)

ZEND_EXTERN_MODULE_GLOBALS(strata)
#define STRATA_G(field) ZEND_MODULE_GLOBALS_ACCESSOR(strata, field)

#if defined(ZTS) && defined(COMPILE_DL_STRATA)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

/* Made in MINIT, the same for all threads, constant afterwards. */
extern strata_runtime strata_process_runtime;

/*
 * Does PHP tell us of the end of every request? Not where one process serves many without it, nor
 * with threads.
 */
extern bool strata_requests_end;

/* Is this PHP a command, typed or scheduled on this machine? */
extern bool strata_is_command_line;

#endif
