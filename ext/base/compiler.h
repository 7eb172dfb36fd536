/* compiler: attributes of functions that the compiler cannot see by itself. */
#ifndef STRATA_BASE_COMPILER_H
#define STRATA_BASE_COMPILER_H

/* Seldom called, from where every instruction counts. */
#define STRATA_COLD __attribute__((cold, noinline))

/*
 * Called from one place, but better kept out of it: its variables would push others out of
 * registers.
 */
#define STRATA_NOINLINE __attribute__((noinline))

#endif
