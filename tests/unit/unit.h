/*
 * unit — the whole test framework of the plain-C tests: one static function per sentence, CHECK for
 * every claim in it, RUN for every function, unit_end() as the value of main().
 */
#ifndef STRATA_TESTS_UNIT_H
#define STRATA_TESTS_UNIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unit_passed, unit_failed, unit_broken;

/*
 * The claim, and where it does not hold. The test goes on, so that one run shows every broken
 * claim.
 */
#define CHECK(claim) \
	((claim) ? (void) 0 \
			 : (fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim), \
				   (void) unit_broken++))

/* A claim without which the rest of the program makes no sense. */
#define REQUIRE(claim) \
	((claim) \
			? (void) 0 \
			: (fprintf(stderr, "%s:%d: cannot go on: %s\n", __FILE__, __LINE__, #claim), exit(1)))

#define RUN(test) unit_run(#test, test)

static inline void unit_run(const char *name, void (*test)(void))
{
	unit_broken = 0;
	test();
	if (unit_broken == 0) {
		unit_passed++;
	} else {
		unit_failed++;
	}
	printf("%s %s\n", unit_broken == 0 ? "ok    " : "FAILED", name);
}

static inline int unit_end(void)
{
	printf("%d passed, %d failed\n", unit_passed, unit_failed);
	return unit_failed == 0 ? 0 : 1;
}

#endif
