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

	/* Why what was said there was refused; NULL: it was not. May be NULL: nothing was. */
	const char *(*refused)(const char *database, const strata_setting *setting);

	const strata_topology *topology; /* NULL: there is no such file */
	const char *awaited; /* the name of one that was not taken over yet; NULL: none is */
} strata_sources;

enum { STRATA_FILE_REFUSAL = STRATA_PASSWORD_FILE_ERROR + 256 };

/* Why a password that is configured is not sent. */
typedef struct {
	bool is_own;                    /* named for this database, and not for all */
	bool is_filed;                  /* in the topology file */
	char why[STRATA_FILE_REFUSAL];  /* a sentence, where a password_file cannot be read; or empty */
	const strata_setting *withheld; /* not sent to what only the file names; NULL: none is */
} strata_password_trouble;

/*
 * The nearest text for every option: what the file says for this database, then php.ini for this
 * database, the file for all, php.ini for all. Of policies each prefix counts as an option. A
 * password that a file holds is read here; a nearer password_file goes before a password. Where
 * that cannot be read, trouble says why. Where the file names a server for Redis that php.ini does
 * not name for this database, only the file's own passwords are in force, and trouble says which
 * one is not. `databases` keeps its default.
 *
 * The settings are refused (strata_settings.refused) where the nearest text of an option was, which
 * a nearer one mends; where a password_file cannot be read; and where no server is named while the
 * file that may name one is awaited. Returns 0, or -1 when out of memory; the caller owns *out.
 */
int strata_resolve(const strata_sources *sources, const char *database, strata_settings *out,
	strata_password_trouble *trouble);

/*
 * What is in force of one option in settings that were resolved from these sources: a text of the
 * settings or of the sources. *is_refused: something else was asked for, and refused.
 */
strata_view strata_resolve_text(const strata_sources *sources, const char *database,
	const strata_settings *settings, const strata_setting *setting, bool *is_refused);

#endif
