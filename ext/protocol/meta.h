/* meta: the meta protocol of memcached: requests, their bytes, and replies. */
#ifndef STRATA_PROTOCOL_META_H
#define STRATA_PROTOCOL_META_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

/* https://github.com/memcached/memcached/blob/master/doc/protocol.txt, "Meta Commands". */

enum { STRATA_META_KEY_LIMIT = 250 }; /* bytes of a key as it is sent, after base64 */

typedef enum {
	STRATA_META_GET,       /* mg k v t: value, remaining time to live */
	STRATA_META_VIVIFY,    /* mg k v c t N: the same; makes an empty item where there is none */
	STRATA_META_LOOK,      /* mg k v c t: the same and its CAS, for a change to come */
	STRATA_META_INSPECT,   /* mg k v f t: the same and its client flags: what others stored */
	STRATA_META_SET,       /* ms, with mode and optional CAS */
	STRATA_META_DELETE,    /* md */
	STRATA_META_MARK,      /* md I: what is there stays, and is marked as stale; a new CAS */
	STRATA_META_TOUCH,     /* mg T: new time to live, no value */
	STRATA_META_INCREMENT, /* ma MI v, with autoviv when initial is given */
	STRATA_META_SETTINGS,  /* stats settings, which knows neither key nor opaque */
	STRATA_META_COUNTS     /* stats: the same */
} strata_meta_verb;

typedef struct {
	strata_meta_verb verb;
	strata_view key;   /* any bytes; what memcached refuses as they are is sent as base64 */
	strata_view value; /* SET */
	char mode;         /* SET: 'S' set, 'E' add, 'R' replace */
	bool wants_cas;    /* SET: the reply holds the CAS of what was stored */
	bool wants_flags;  /* GET, VIVIFY, LOOK: the reply holds the client flags, as of INSPECT */
	uint32_t flags;    /* SET: client flags of the new value */
	uint64_t cas;      /* SET, DELETE, MARK: only if the item still has this CAS; 0: whatever */
	/*
	 * VIVIFY, SET, MARK, TOUCH, INCREMENT (autoviv): seconds, or a Unix time over 30 days; 0: no
	 * end.
	 */
	uint32_t ttl;
	bool keeps_ttl;   /* MARK: the item ends when it would */
	uint64_t delta;   /* INCREMENT */
	uint64_t initial; /* INCREMENT: stored when there is no item and autoviv is set */
	bool autoviv;     /* INCREMENT */
	bool subtract;    /* INCREMENT: delta is taken away instead; the server stops at 0 */
	uint32_t opaque;  /* echoed by the server; unlike that of any other request on the connection */
} strata_meta_request;

typedef enum {
	STRATA_META_HD,           /* done, no value */
	STRATA_META_VA,           /* a value */
	STRATA_META_EN,           /* no such key (get) */
	STRATA_META_NF,           /* no such key (other verbs) */
	STRATA_META_NS,           /* not stored: the mode did not allow it */
	STRATA_META_EX,           /* not stored: the CAS differs */
	STRATA_META_SETTINGS_END, /* all settings or counts came */
	STRATA_META_ERROR         /* ERROR, CLIENT_ERROR or SERVER_ERROR; text is in value */
} strata_meta_code;

typedef struct {
	strata_meta_code code;
	strata_view key; /* as the server echoed it, base64 undone; empty when it did not */
	uint32_t opaque; /* as echoed */
	bool has_opaque;
	bool is_won;           /* W: it is for this client to bring the value */
	bool is_awaited;       /* Z: another client has been told so, and has not brought it */
	bool is_marked;        /* X: it was marked as stale since it was stored */
	uint64_t cas;          /* 0 when not sent */
	uint64_t flags;        /* f: of the client that stored it; 0 when not sent */
	int64_t ttl;           /* seconds left; -1: no end; -2: not sent */
	strata_view value;     /* VA: the value; ERROR: the line; SETTINGS_END: lines "name value" */
	uint64_t largest_item; /* SETTINGS_END: bytes, which -I sets; 0 when it was not sent */
} strata_meta_reply;

/* True when this key can be sent: false when base64 takes it past the limit. */
bool strata_meta_key_fits(strata_view key);

/*
 * True when the key travels as it is, and not as base64. memcached 1.6.18 forgets that a key came
 * as base64 when INCREMENT with autoviv makes the item. Later replies then hold its raw bytes, line
 * ends included.
 */
bool strata_meta_key_is_plain(strata_view key);

/*
 * Is the next reply that of the next command, after this ERROR for the request? Errors of a command
 * of one line always leave the two in step. A value may have been read as commands, unless the
 * error says that the server has swallowed it.
 */
bool strata_meta_error_is_in_step(const strata_meta_request *request, strata_view line);

/* Does this ERROR say that nothing is there now? For want of memory the old value goes, too. */
bool strata_meta_error_has_removed(const strata_meta_request *request, strata_view line);

/* Does this ERROR say that the value is larger than the server stores? */
bool strata_meta_error_is_too_large(strata_view line);

/* Returns 0, or -1 when out of memory. */
int strata_meta_compose(strata_buffer *out, const strata_meta_request *request);

#endif
