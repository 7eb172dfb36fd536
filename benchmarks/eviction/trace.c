/*
 * Keys are the rarer the higher their number: log-uniform, so that each of the ranges 1 to 10, 10
 * to 100 and so on is asked for equally often. The numbers are the same in every run.
 */
#include "trace.h"

#include <math.h>
#include <string.h>

enum { LIFE = 100000, SHIFT = 4999, SMALLEST = 128, LARGEST_TIMES = 72, UNIT = 64 };

static const trace *current;
static trace_sizes sizes;
static trace_life life;
static uint64_t state, chances;
static uint32_t now;
static uint32_t ends_at[MOST_KEYS];

static double draw(uint64_t *from)
{
	*from = *from * 6364136223846793005 + 1442695040888963407;
	return (double) (*from >> 11) / 9007199254740992.0;
}

static uint64_t mix(uint64_t bits)
{
	bits = (bits ^ bits >> 32) * 0x9E3779B97F4A7C15;
	bits = (bits ^ bits >> 29) * 0xBF58476D1CE4E5B9;
	return bits ^ bits >> 32;
}

void trace_begin(const trace *trace, trace_sizes with_sizes, trace_life with_life)
{
	current = trace;
	sizes = with_sizes;
	life = with_life;
	state = 1;
	chances = 7;
	now = 0;
	memset(ends_at, 0, sizeof(ends_at));
}

bool trace_is_scan(uint32_t read)
{
	return current->scan_every != 0 && read % current->scan_every < current->scan_length;
}

uint32_t trace_key(uint32_t read)
{
	uint32_t shift = current->shift_every == 0 ? 0 : read / current->shift_every * SHIFT;

	now = read;
	return trace_is_scan(read) ? KEYS + 1 + read
							   : ((uint32_t) pow(KEYS, draw(&state)) - 1 + shift) % KEYS + 1;
}

uint32_t trace_units(uint32_t key)
{
	double part = (double) (mix(key) >> 11) / 9007199254740992.0;

	return sizes == TRACE_EQUAL
			   ? 1
			   : ((uint32_t) (SMALLEST * pow(LARGEST_TIMES, part * part * part)) + UNIT - 1) / UNIT;
}

void trace_store(uint32_t key)
{
	ends_at[key] = now + LIFE;
}

bool trace_is_over(uint32_t key)
{
	return life == TRACE_ENDS && now >= ends_at[key];
}

double trace_chance(void)
{
	return draw(&chances);
}
