/* server_rights: which commands of those that are sent to it a server refuses this user. */
#ifndef STRATA_REDIS_SERVER_RIGHTS_H
#define STRATA_REDIS_SERVER_RIGHTS_H

#include "node/node.h"
#include "stats/findings.h"

/* What a server is to this host. */
typedef enum { STRATA_PLACE_SERVER, STRATA_PLACE_CLUSTER, STRATA_PLACE_WATCHED } strata_redis_place;

/*
 * Tries every command in a form that changes nothing, since rights are judged before arguments: the
 * server refuses the one for the user, and the other for what is wrong with it. That is the same
 * with every version, sees commands that have another name, and the keys that the user may touch.
 * (ACL DRYRUN sees less, and wants a right of its own.) The connection is closed afterwards.
 */
void strata_server_rights_try(strata_findings *findings, strata_checked_node *checked,
	strata_node *node, const strata_check_order *order, strata_redis_place place,
	const strata_client_options *options);

#endif
