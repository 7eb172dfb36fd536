/* ini — what does php.ini say? The only file besides ext/ and api/ that knows how PHP is configured. */
#ifndef STRATA_CONF_INI_H
#define STRATA_CONF_INI_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/settings.h"

/*
 * Registers strata.<option> for every option and strata.<database>.<option> for every database that
 * strata.databases names, and warns once about every other strata.* name in the configuration. Called in MINIT.
 */
void strata_ini_register(int module_number);
void strata_ini_unregister(int module_number);

/* The value of strata.memory at the time the module started, in bytes. */
uint64_t strata_ini_memory(void);

/* "default" first, then the names of strata.databases in their order. */
uint32_t strata_ini_database_count(void);
const char *strata_ini_database_name(uint32_t index);

/*
 * The settings in force now for this database: its own options over the common ones over the
 * defaults. Returns 0, -1 when out of memory. The caller owns *out.
 */
int strata_ini_resolve(const char *database, strata_settings *out);

/* Prints the directives with their values, secrets as ***, as phpinfo() and php --ri show them. */
void strata_ini_print(void);

#endif
