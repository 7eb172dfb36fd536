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

/*
 * One moment of a loop that waits for another processor. It saves power, and leaves more of the
 * core to its other thread.
 */
static inline void strata_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield");
#endif
}

#endif
