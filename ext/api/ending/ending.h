/* ending: the last shutdown function of a request, and the end of its response. */
#ifndef STRATA_API_ENDING_ENDING_H
#define STRATA_API_ENDING_ENDING_H

#include "php.h"

/* What may be done when the visitor has the response. Constant; the same for all threads. */
typedef struct {
	bool (*is_wanted)(void); /* is there anything to be done now? */
	void (*run)(void);       /* may leave an exception under way, which is said in the log */
} strata_ending_work;

enum { STRATA_ENDING_WORKS = 4 };

/* In MINIT. Run in the order in which they were added. */
void strata_ending_add(const strata_ending_work *work);

/*
 * Enters the last shutdown function into the request, once. False: there is no later moment in it.
 * Where nothing is wanted when that comes, the response is left to PHP.
 */
bool strata_ending_enter(void);

/* Can the server be told that the response is complete? Else the visitor waits for what is done. */
bool strata_ending_can_finish(void);

/* An exception that is under way is said in the log, as PHP does of a shutdown function. */
void strata_ending_say_uncaught(void);

/* Where a request of PHP begins and ends. is_command_line: there is no visitor. */
typedef enum { STRATA_ENDING_OF_VISITOR, STRATA_ENDING_OF_COMMAND } strata_ending_kind;

void strata_ending_open(zend_class_entry *owner, strata_ending_kind kind);
void strata_ending_close(void);

#endif
