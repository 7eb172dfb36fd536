/* errand — one command on its way: who is asked, and what does the reply mean for it? */
#ifndef STRATA_REDIS_ERRAND_H
#define STRATA_REDIS_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/call.h"
#include "redis/cluster/cluster.h"
#include "redis/redis.h"

/* What all errands of a round have in common. */
typedef struct {
	strata_cluster *cluster; /* NULL: a server that has nobody to redirect to */
	uint32_t max_redirects;  /* for each errand */
	strata_call *call;
	strata_usec deadline; /* of the round */
} strata_errand_scope;

/* A node that an errand has left, and how it had been asked. */
typedef struct strata_errand_visit {
	const struct strata_errand_visit *former;
	const strata_node *node;
	bool asking;
} strata_errand_visit;

typedef struct {
	strata_redis_command *command;
	strata_node *node; /* to be asked, or asked last; NULL: none could be found */
	bool asking;       /* ASKING goes first */
	bool is_open;      /* to be sent, or waiting for its reply */
	uint32_t lane;     /* which pipeline carries it; kept here for the caller */
	uint32_t redirects;
	const strata_errand_visit *visits;
	bool is_stand_in;                 /* node is a replica, asked in its master's place */
	bool has_switched;                /* from master to replica or back, as may be done once */
	bool is_retried;                  /* it was refused once, and sent again: once is enough */
	bool seeks_owner;                 /* its node is whoever owns the slot by a newer map */
	strata_usec wait_until;           /* it is not to be sent before; 0: at once */
	const strata_resp_reply *refusal; /* the answer after all, where nothing comes of it */

	/* Written by settle, about the connection that the reply came over. */
	bool is_distrusted; /* it was not the reply of this command */
	bool is_stale;      /* it is clean, and yet a new one is wanted */
} strata_errand;

/* Without a node so far. The command's result is that of nothing having gone wrong yet. */
void strata_errand_open(strata_errand *errand, strata_redis_command *command);

/* The end, whatever the cause. */
void strata_errand_finish(strata_errand *errand, strata_result result,
	const strata_resp_reply *reply);

/*
 * Its node did not answer, or could not: a plain read goes from the replica to the master, or the
 * other way where replicas may be read. False when there is nobody, no time, or it has been done
 * before.
 */
bool strata_errand_switch(const strata_errand_scope *scope, strata_errand *errand);

/* Could it, if its node did not answer now? */
bool strata_errand_can_switch(const strata_errand_scope *scope, const strata_errand *errand);

/* Because of its refusal. */
void strata_errand_give_up(const strata_errand_scope *scope, strata_errand *errand);

/* Is it to be sent with the next hop? */
bool strata_errand_is_due(const strata_errand *errand);

/* How many replies it is owed by the node that it is sent to: 2 when ASKING goes first. */
uint32_t strata_errand_owed(const strata_errand *errand);

/*
 * Reads the replies that it was owed. After that it is done, or open again with another node. What
 * the node did wrong is counted in its row and told in scope->call->error.
 */
void strata_errand_settle(const strata_errand_scope *scope, strata_errand *errand,
	void *const *replies);

#endif
