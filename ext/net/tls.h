/* tls: the certificates that are trusted and shown, and the name that a server must prove. */
#ifndef STRATA_NET_TLS_H
#define STRATA_NET_TLS_H

#include <stdbool.h>

#include "base/result.h"

/* Belongs to one thread and one database, so each connection has the settings of its own. */
typedef struct strata_tls strata_tls;

/* An empty text means unset. None of them is needed after strata_tls_new(). */
typedef struct {
	const char *ca;          /* a file, or a directory as c_rehash leaves it; empty: the system's */
	const char *certificate; /* a file in PEM: that of the client, and the chain behind it */
	const char *key;         /* a file in PEM; empty: it stands in the file of the certificate */
	const char *name;        /* the name to prove instead of the host */
	bool verifies;           /* false: any server is believed, which is for tests */
} strata_tls_settings;

typedef struct {
	const char *option; /* the wrong one, of conf/settings.h */
	char text[240];     /* the file, and what is wrong with it */
} strata_tls_error;

/*
 * The session of a node, which makes its next handshake a short one. All zeroes: none. Outlives the
 * connections that use it.
 */
typedef struct {
	struct ssl_session_st *session;
} strata_tls_memory;

void strata_tls_memory_fini(strata_tls_memory *memory);

/* Reads the files. On failure (TLS, NO_MEMORY) *out is NULL and error has option and cause. */
STRATA_MUST_CHECK strata_result strata_tls_new(const strata_tls_settings *settings,
	strata_tls **out, strata_tls_error *error);

/* No connection may use it any more. NULL is allowed. */
void strata_tls_free(strata_tls *tls);

/* The name that the server of this host must prove. */
const char *strata_tls_name(const strata_tls *tls, const char *host);

/* ---- for tls_stream only ---- */

/* The client's side of a connection to be made, without a socket. NULL: out of memory. */
struct ssl_st *strata_tls_begin(const strata_tls *tls, const char *host, strata_tls_memory *memory);

#endif
