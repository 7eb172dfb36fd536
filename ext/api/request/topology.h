/* topology: the version of the topology file that this thread follows. */
#ifndef STRATA_API_REQUEST_TOPOLOGY_H
#define STRATA_API_REQUEST_TOPOLOGY_H

#include "api/request/globals.h"

/* Takes the file for the first time, in MINIT. One that cannot be taken is warned of. */
void strata_api_start_topology(void);

/*
 * Looks at the file where that is this thread's turn, and goes over to what is in force for the
 * host unless a call of this thread is under way. Where requests end, only between two of them: a
 * request stays with what it began with. Costs a few loads where there is nothing to do. What is
 * wrong is said in the log.
 */
void strata_api_follow_topology(void);

/* In the first request of a process: says what is wrong with the file, where it is rejected. */
void strata_api_say_of_topology(void);

void strata_api_forget_topology(zend_strata_globals *globals);

/* Adds the section "topology" to what strata_status() returns. */
void strata_api_add_topology(zval *status);

#endif
