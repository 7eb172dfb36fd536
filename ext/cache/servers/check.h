/* check: what is there and what is wrong with each server of a database? */
#ifndef STRATA_CACHE_SERVERS_CHECK_H
#define STRATA_CACHE_SERVERS_CHECK_H

#include "database/database.h"
#include "stats/findings.h"

/*
 * Goes to the servers of all tiers, one after the other, over the connections that requests use. A
 * server that is not reached is a finding, and takes two seconds at most for each question.
 */
void strata_cache_check(strata_database *database, strata_database_use use,
	strata_findings *findings);

#endif
