/* thread: makes a static variable one for each thread where PHP has threads. */
#ifndef STRATA_BASE_THREAD_H
#define STRATA_BASE_THREAD_H

/*
 * A variable that each thread has for itself. Where PHP runs without threads it is an ordinary one:
 * in a loaded module every look at a thread-local variable is the call of a function.
 */
#ifdef STRATA_ONE_THREAD
#define STRATA_THREAD_LOCAL
#else
#define STRATA_THREAD_LOCAL _Thread_local
#endif

#endif
