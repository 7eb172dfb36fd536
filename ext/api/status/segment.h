/* segment — what strata_status() and phpinfo() say of the named segment. */
#ifndef STRATA_API_STATUS_SEGMENT_H
#define STRATA_API_STATUS_SEGMENT_H

#include "php.h"

/* Adds the section "segment". */
void strata_api_add_segment(zval *status);

/*
 * Prints where the local tier lies: the file, or why it is not the one that was named; "none" where
 * none was named. Cut to the room, in bytes.
 */
void strata_api_print_segment(char *line, size_t room);

#endif
