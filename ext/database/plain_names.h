/* plain_names: what strata.foreign and strata.format make of a database. */
#ifndef STRATA_DATABASE_PLAIN_NAMES_H
#define STRATA_DATABASE_PLAIN_NAMES_H

#include "conf/settings.h"
#include "tier/keyspace.h"

/*
 * Do the keys of a database of this name have plain names? Not where no server is named: then no
 * other program sees them. Nor those of the database "sessions" for strata.foreign alone: records
 * of sessions are nothing that others share, and must not be lost to an option for all databases.
 */
bool strata_plain_names_are_wanted(const char *name, const strata_settings *settings);

/*
 * NULL, or why a database of this name cannot be had with these settings; *directive is then the
 * one that says so.
 */
const char *strata_plain_names_objection(const char *name, const strata_settings *settings,
	const char **directive);

/* What stands in front of each key on servers. The text is that of the settings. */
const char *strata_plain_names_prefix(const char *name, const strata_settings *settings);

/* Completes a keyspace with plain names. */
void strata_plain_names_begin(strata_keyspace *keyspace, const strata_settings *settings);

/*
 * What keeps the local copies apart from those under other settings, which may be other values:
 * NULL where names are not plain.
 */
const char *strata_plain_names_realm(const strata_keyspace *keyspace);

/* The form of values without an envelope in the deepest tier. */
strata_plain_form strata_plain_names_form(const strata_keyspace *keyspace,
	const strata_settings *settings);

#endif
