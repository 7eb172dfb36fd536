#include "health/clock_difference.h"

#include "health/breaker_table.h"

void strata_clock_difference_note(const strata_breaker *breaker, int64_t difference)
{
	atomic_store_explicit(&breaker->record->clock_difference, difference != 0 ? difference : 1,
		memory_order_relaxed);
}

int64_t strata_clock_difference_of(struct strata_breaker_table *table, const char *name)
{
	int64_t difference = 0;
	strata_breaker breaker;

	for (uint32_t i = 0; difference == 0 && strata_breaker_find(table, name, i, &breaker); i++) {
		difference = atomic_load_explicit(&breaker.record->clock_difference, memory_order_relaxed);
	}
	return difference;
}
