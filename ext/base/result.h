/* result: the outcome of every function that can fail, one enum in three classes. */
#ifndef STRATA_BASE_RESULT_H
#define STRATA_BASE_RESULT_H

#include <stdbool.h>

/*
 * An ANSWER is news about the key and a success of the node that was asked. A REFUSAL was decided
 * on this host before any node was asked. A FAILURE is news about a node or about memory. Rules
 * about the health of a node look at nothing but the class.
 */
/* clang-format off */
#define STRATA_RESULT_MAP(X) \
	X(OK,            "ok",            ANSWER, "ok") \
	X(MISS,          "miss",          ANSWER, "no such key") \
	X(STALE,         "stale",         ANSWER, "the value is past its life, and is kept until it has been computed anew") \
	X(NOT_STORED,    "not_stored",    ANSWER, "the condition of the write did not hold") \
	X(NOT_INTEGER,   "not_integer",   ANSWER, "the stored value is not an integer") \
	X(OVERFLOW,      "overflow",      ANSWER, "the sum does not fit a 64-bit integer") \
	X(FOREIGN,       "foreign",       ANSWER, "the stored value was not written by strata, or holds a class that is not allowed") \
	X(OTHER_KEY,     "other_key",     ANSWER, "the stored value was written under another fingerprint_key") \
	X(CORRUPT,       "corrupt",       ANSWER, "the stored bytes fail their checksum or MAC") \
	X(UNKNOWN_CODEC, "unknown_codec", ANSWER, "the stored value needs a serializer that is not loaded here") \
	X(TOO_LARGE,     "too_large",     REFUSAL, "the value is larger than this tier accepts") \
	X(BUSY,          "busy",          REFUSAL, "another process holds what is needed, and the wait is bounded") \
	X(UNCONFIGURED,  "unconfigured",  REFUSAL, "no tier is configured") \
	X(NO_GENERATION, "no_generation", REFUSAL, "the generation of the database is not known, or the deepest tier does not take a new one") \
	X(BREAKER_OPEN,  "breaker_open",  REFUSAL, "the node failed too often lately, or an operator took it out: it is not asked for now") \
	X(BULKHEAD,      "bulkhead",      REFUSAL, "as many operations of this host are under way at the node as may be") \
	X(SHED,          "shed",          REFUSAL, "the node fails in part, so a part of what it would be asked is left out") \
	X(CONNECT_RATE,  "connect_rate",  REFUSAL, "this host has opened as many connections to the node as it may for now") \
	X(BUDGET,        "budget",        REFUSAL, "the request has waited for the shared tiers as long as it may") \
	X(TIMEOUT,       "timeout",       FAILURE, "timed out") \
	X(REFUSED,       "refused",       FAILURE, "the connection was refused") \
	X(CONNECTION,    "connection",    FAILURE, "the connection could not be made, or broke") \
	X(PROTOCOL,      "protocol",      FAILURE, "the peer sent something that the protocol does not allow") \
	X(DESYNC,        "desync",        FAILURE, "the reply belongs to another question") \
	X(TLS,           "tls",           FAILURE, "no trusted TLS connection could be made") \
	X(AUTH,          "auth",          FAILURE, "the server did not accept the credentials") \
	X(UNSUPPORTED,   "unsupported",   FAILURE, "the server does not know a command, does not allow it, or speaks another protocol") \
	X(SERVER,        "server",        FAILURE, "the server answered with an error") \
	X(NOT_READY,     "not_ready",     FAILURE, "the server said that it cannot serve yet") \
	X(FULL,          "full",          FAILURE, "the server has its maximum number of clients") \
	X(EXHAUSTED,     "exhausted",     FAILURE, "this host has no socket or no port left") \
	X(REDIRECTS,     "redirects",     FAILURE, "too many redirects") \
	X(NO_OWNER,      "no_owner",      FAILURE, "no node is known to own the slot of the key") \
	X(NO_MEMORY,     "no_memory",     FAILURE, "out of memory")
/* clang-format on */

typedef enum {
#define X(constant, name, class, text) STRATA_##constant,
	STRATA_RESULT_MAP(X)
#undef X
} strata_result;

enum {
#define X(constant, name, class, text) +1
	STRATA_RESULT_COUNT = STRATA_RESULT_MAP(X)
#undef X
};

typedef enum { STRATA_ANSWER, STRATA_REFUSAL, STRATA_FAILURE } strata_result_class;

/* A caller that ignores how it went is a defect, so the compiler says so. */
#define STRATA_MUST_CHECK __attribute__((warn_unused_result))

/* A sentence for a person, without a capital or a full stop; never NULL. */
const char *strata_result_text(strata_result result);

/*
 * The short name that status, metrics and the PHP enum Strata\Reason use; never NULL. It is part of
 * the public interface: a name is never changed, only added.
 */
const char *strata_result_name(strata_result result);

/* Is the cause the configuration of this host or of the server, so that no waiting heals it? */
bool strata_result_is_misconfiguration(strata_result result);

/* Was no node asked because of its state, or of the time that is left? */
bool strata_result_is_unasked(strata_result result);

strata_result_class strata_result_class_of(strata_result result);

#endif
