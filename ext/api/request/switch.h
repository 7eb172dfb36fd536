/* switch: the databases of this thread, around a moment at which other servers answer. */
#ifndef STRATA_API_REQUEST_SWITCH_H
#define STRATA_API_REQUEST_SWITCH_H

#include "api/request/globals.h"

/*
 * Notes by which version the thread goes while its request lasts, so that others of the host see
 * it; end: by none.
 */
void strata_api_note_followed(void);
void strata_api_end_followed(void);

/*
 * Looks whether a switch is under way, and gives the databases of the set in force what follows
 * from it: each one whose servers differ on both sides tells the other side of each change at once,
 * and has a mirror for that. Nothing while a call of this thread is under way. Costs a few loads
 * where there is no switch.
 */
void strata_api_look_at_switch(void);

/* The first half of it: what the thread has gone over to decides how databases are opened. */
void strata_api_learn_of_switch(void);

/* The same for one that was opened just now. */
void strata_api_enter_switch(strata_database *database);

void strata_api_forget_switch(zend_strata_globals *globals);

#endif
