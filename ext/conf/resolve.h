/* resolve: the settings in force for a database, out of all places where they can stand. */
#ifndef STRATA_CONF_RESOLVE_H
#define STRATA_CONF_RESOLVE_H

#include "conf/password_file.h"
#include "conf/settings.h"
#include "conf/topology.h"

typedef struct {
	/*
	 * What php.ini or a pool says; database is NULL for the common option. The data is NULL where
	 * nothing is said, which of a common option is never so.
	 */
	strata_view (*configured)(const char *database, const strata_setting *setting);
	const strata_topology *topology; /* NULL: there is no such file */
} strata_sources;

/* Why a password that is configured is not sent. */
typedef struct {
	bool is_own;                          /* named for this database, and not for all */
	char why[STRATA_PASSWORD_FILE_ERROR]; /* a password_file cannot be read; empty: it was */
	const strata_setting *withheld;       /* not sent to what only the file names; NULL: none is */
} strata_password_trouble;

/*
 * The nearest text for every option: what the file says for this database, then php.ini for this
 * database, the file for all, php.ini for all. Of policies each prefix counts as an option. A
 * password that a file holds is read here; a nearer password_file goes before a password. Where
 * that cannot be read, no password is sent, and trouble says why. Where the file names a server for
 * Redis that php.ini does not name for this database, only the file's own passwords are in force,
 * and trouble says which one is not. `databases` keeps its default. Returns 0, or -1 when out of
 * memory; the caller owns *out.
 */
int strata_resolve(const strata_sources *sources, const char *database, strata_settings *out,
	strata_password_trouble *trouble);

#endif
