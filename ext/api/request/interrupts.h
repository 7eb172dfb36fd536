/* interrupts: what PHP is wanted for while a function of ours waits. */
#ifndef STRATA_API_REQUEST_INTERRUPTS_H
#define STRATA_API_REQUEST_INTERRUPTS_H

/*
 * Runs the handlers of signals that came (pcntl_async_signals), and ends the request where its time
 * is over (max_execution_time): does not return then. Handlers are code of the script, and may
 * throw. Costs one load where nothing is wanted. No connection, lock or arena may be held.
 */
void strata_api_answer_interrupts(void);

#endif
