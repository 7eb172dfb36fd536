/* configuration: what was refused on this host, and what is in force in this process. */
#ifndef STRATA_API_STATUS_CONFIGURATION_H
#define STRATA_API_STATUS_CONFIGURATION_H

#include "php.h"

/*
 * Adds the section "configuration":
 *
 *     refused       list of [directive, place, sentence, first, last, count]; times since 1970
 *     not_kept      how often there was no room in the table
 *     unconfigured  by database: why its servers are not asked; those that are, are not in it
 *     settings      by database: the text of each option in force, secrets as ***, null where what
 *                   was asked for was refused; those of the host and the pool are with default
 *
 * The table is the host's; unconfigured and settings are those of this request.
 */
void strata_api_add_configuration(zval *status);

/* The rows of what was refused, for phpinfo() and php --ri. */
void strata_api_print_refused(void);

/* Why the servers of these settings are not asked, into why; false: they are. */
bool strata_api_is_unconfigured(uint32_t database, char *why, size_t room);

#endif
