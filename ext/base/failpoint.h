/* failpoint — the places where a test may let the process die: none in an ordinary build. */
#ifndef STRATA_BASE_FAILPOINT_H
#define STRATA_BASE_FAILPOINT_H

#ifdef STRATA_FAILPOINTS

/* Defined by the test program. May not return. */
void strata_failpoint(const char *name);

#define STRATA_FAILPOINT(name) strata_failpoint(name)

#else

#define STRATA_FAILPOINT(name) ((void) 0)

#endif

#endif
