/* session_warnings: what PHP's log is told of sessions. */
#ifndef STRATA_API_SESSION_SESSION_WARNINGS_H
#define STRATA_API_SESSION_SESSION_WARNINGS_H

#include "api/session/opened.h"

/*
 * A warning of PHP each, and nothing of an interruption. An id is a secret, and shows by its first
 * four characters at most. They may run an error handler of the script, which may throw: no
 * connection may be held, and what is to be given back is given back before or at close.
 */

/* session.save_path names no database. */
void strata_session_warn_of_path(strata_view path);

/* What stands there is no id. Its bytes are not shown at all. */
void strata_session_warn_of_id(const strata_opened *opened);

/* It cannot be opened, or not as it should be. */
void strata_session_warn_of_opening(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble);

/* It was not stored, or that is not certain. */
void strata_session_warn_of_writing(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble);

/* It was not removed. */
void strata_session_warn_of_removing(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble);

/* It is not stored, for this reason. */
void strata_session_warn_of_loss(const strata_opened *opened, strata_view id, const char *why);

#endif
