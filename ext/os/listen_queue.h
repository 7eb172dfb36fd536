/* listen_queue: do visitors wait for a process that is free? */
#ifndef STRATA_OS_LISTEN_QUEUE_H
#define STRATA_OS_LISTEN_QUEUE_H

#include <stdbool.h>

/*
 * In a worker of php-fpm descriptor 0 is the socket that all workers of the pool listen on, TCP or
 * Unix. True where a connection is pending there, so that each moment of this process is another
 * visitor's. False where nothing is, and where descriptor 0 does not listen.
 */
bool strata_listen_queue_waits(void);

#endif
