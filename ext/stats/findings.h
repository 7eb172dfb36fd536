/* findings — what a check of servers is to look at, what it saw of each, and what is wrong. */
#ifndef STRATA_STATS_FINDINGS_H
#define STRATA_STATS_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/time.h"
#include "base/view.h"

typedef enum { STRATA_USE_CACHE, STRATA_USE_SESSIONS } strata_database_use;

/* What the servers are compared with. */
typedef struct {
	strata_database_use use;
	size_t max_value;       /* bytes: of strata.max_value */
	uint32_t most_inflight; /* of strata.max_inflight */
	strata_view key;        /* of this database, and of no value: what rights are tried on */
	strata_usec time;       /* for each server */
} strata_check_order;

typedef enum { STRATA_FACT_TEXT, STRATA_FACT_INTEGER } strata_fact_kind;

typedef struct strata_fact {
	const char *name; /* a literal */
	strata_fact_kind kind;
	strata_view text;
	int64_t integer;
	struct strata_fact *next;
} strata_fact;

typedef struct strata_word {
	const char *text;
	struct strata_word *next;
} strata_word;

/* How far the clock of a server is ahead of this host's. Microseconds. */
typedef struct {
	bool is_known;
	int64_t difference;
	strata_usec uncertainty;
} strata_clock_view;

/* One server. */
typedef struct strata_checked_node {
	const char *name;     /* as status has it */
	const char *protocol; /* likewise */
	strata_result result; /* OK: it was reached */
	const char *error;    /* the sentence; NULL where it was reached */
	strata_usec took;     /* one question and its answer; 0: not known */
	strata_clock_view clock;
	strata_fact *facts;
	strata_word *forbidden; /* commands that the user may not use, or that are not there */
	strata_word *unseen;    /* questions that were refused */
	struct strata_checked_node *next;
} strata_checked_node;

typedef enum { STRATA_SEVERITY_ERROR, STRATA_SEVERITY_WARNING } strata_severity;

typedef struct strata_finding {
	strata_severity severity;
	const char *node;     /* NULL: it is about all of them */
	const char *sentence; /* cause and way out; never a secret */
	struct strata_finding *next;
} strata_finding;

/* All in the arena, in the order of adding. Begins with the arena alone. */
typedef struct {
	strata_arena *arena;
	strata_checked_node *nodes;
	strata_finding *list;
	bool has_failed; /* out of memory: something is missing */
} strata_findings;

/* NULL when out of memory, which is noted. The protocol is a literal. */
strata_checked_node *strata_findings_add_node(strata_findings *findings, const char *name,
	const char *protocol);

/* A fact of a node: its text is copied, its name is a literal. */
void strata_findings_note(strata_findings *findings, strata_checked_node *node, const char *name,
	strata_view text);
void strata_findings_note_integer(strata_findings *findings, strata_checked_node *node,
	const char *name, int64_t integer);

/* At the end of one of a node's two lists. The word is a literal. */
void strata_findings_list(strata_findings *findings, strata_word **list, const char *word);

/* node is NULL where it is about all of them. */
void strata_findings_say(strata_findings *findings, strata_severity severity,
	const strata_checked_node *node, const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The time by the server's clock, asked for by a question that began at `sent` by the wall clock of
 * this host and took so long, all in microseconds; it may be late by `coarse`. A difference that is
 * certain to be above two seconds is a finding.
 */
void strata_findings_compare_clock(strata_findings *findings, strata_checked_node *node,
	uint64_t theirs, uint64_t sent, strata_usec took, strata_usec coarse);

#endif
