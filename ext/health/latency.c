#include "health/latency.h"

#include "os/process.h"

enum {
	TICK = 100,         /* msec */
	FULL = 60000,       /* answers in one tick: more would say nothing new */
	LONGEST = 10000000, /* usec that one answer counts for at most */
	RECENTLY = 1000,    /* msec */
	USUALLY = 60000,    /* msec */
	FAST = 5000,        /* usec */
	SLOW_LEAST = 10000, /* usec */
	SLOW_SECONDS = 3,   /* of nearly nothing but slow answers */
	FEWEST = 50,        /* answers or requests that a figure needs */
	FEWEST_FAILING = 20,
	LIMIT_LEAST = 4, /* operations */
	WHOLE = 65536,   /* that shares are counted in: of what is shed, and of the limit */
	WHOLE_LEAST = 4096,
	SHED_MOST = WHOLE * 9 / 10,
	PART = 16,       /* of a microsecond that mean times are counted in */
	TOGETHER = 2000, /* msec: ticks further apart are not in a row */
	QUICK = 100,     /* usec: what takes longer is waited for asleep */
	SPINS = 16,      /* that the share of those in vain is a mean over */
	VAIN_MOST = WHOLE / 5,
	FORGIVEN = 8, /* the part of that share that is, in one tick */
	STALE = 10000 /* msec after which nothing is known any more */
};

static uint64_t between(uint64_t low, uint64_t value, uint64_t high)
{
	uint64_t least = value < low ? low : value;

	return least < high ? least : high;
}

static uint32_t load(const _Atomic uint32_t *field)
{
	return atomic_load_explicit(field, memory_order_relaxed);
}

static void store(_Atomic uint32_t *field, uint64_t value)
{
	atomic_store_explicit(field, (uint32_t) value, memory_order_relaxed);
}

/* ---- the window ---- */

/*
 * One word for each second. The first to write in a second clears what the word said of another
 * one; an outcome that is lost to that race is one of many.
 */
enum { WINDOW_BITS = 24, SECOND_BITS = 16 };

static const uint64_t window_most = ((uint64_t) 1 << WINDOW_BITS) - 1;

static uint64_t mark_of(uint64_t second)
{
	return second & (((uint64_t) 1 << SECOND_BITS) - 1);
}

void strata_latency_count(strata_latency *latency, strata_latency_outcome outcome, strata_msec now)
{
	_Atomic uint64_t *word = &latency->seconds[now / 1000 % STRATA_LATENCY_SECONDS];
	uint64_t one = outcome == STRATA_LATENCY_FAILED ? 1 : (uint64_t) 1 << WINDOW_BITS;
	uint64_t mark = mark_of(now / 1000);
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);

	if (seen >> (2 * WINDOW_BITS) != mark &&
		atomic_compare_exchange_strong_explicit(word, &seen, mark << (2 * WINDOW_BITS) | one,
			memory_order_relaxed, memory_order_relaxed)) {
		return;
	}
	/* Millions in one second: more of them would say nothing new. */
	if ((seen & window_most) < window_most - 1 &&
		(seen >> WINDOW_BITS & window_most) < window_most - 1) {
		atomic_fetch_add_explicit(word, one, memory_order_relaxed);
	}
}

typedef struct {
	uint64_t answered, failed;
} window_sums;

static window_sums sum_window(const strata_latency *latency, strata_msec now)
{
	window_sums sums = { 0, 0 };

	for (uint64_t age = 0; age < STRATA_LATENCY_SECONDS && now / 1000 >= age; age++) {
		uint64_t second = now / 1000 - age;
		uint64_t word = atomic_load_explicit(&latency->seconds[second % STRATA_LATENCY_SECONDS],
			memory_order_relaxed);

		if (word >> (2 * WINDOW_BITS) == mark_of(second)) {
			sums.answered += word >> WINDOW_BITS & window_most;
			sums.failed += word & window_most;
		}
	}
	return sums;
}

bool strata_latency_is_failing(const strata_latency *latency, strata_msec now)
{
	window_sums sums = sum_window(latency, now);

	return sums.answered + sums.failed >= FEWEST_FAILING && sums.failed >= sums.answered;
}

/* ---- the time of one answer ---- */

enum { TIME_BITS = 32, COUNT_BITS = 16 };

static const uint64_t one_slow = (uint64_t) 1 << (TIME_BITS + COUNT_BITS);
static const uint64_t one_answer = (uint64_t) 1 << TIME_BITS;

static bool is_slow_answer(const strata_latency *latency, strata_usec took, strata_msec timeout)
{
	uint64_t half = timeout * 1000 / 2;
	uint64_t usual = load(&latency->usual);
	uint64_t least = half < SLOW_LEAST ? half : SLOW_LEAST;

	return usual != 0 && took > between(least, usual * 8 / PART, half);
}

bool strata_latency_add(strata_latency *latency, strata_usec took, strata_msec timeout)
{
	bool is_slow = is_slow_answer(latency, took, timeout);
	uint64_t seen = atomic_load_explicit(&latency->sample, memory_order_relaxed);

	if ((seen >> TIME_BITS & UINT16_MAX) < FULL) {
		atomic_fetch_add_explicit(&latency->sample,
			one_answer + (is_slow ? one_slow : 0) + between(1, took, LONGEST),
			memory_order_relaxed);
	}
	return is_slow;
}

/* ---- the adaptive limit ---- */

/*
 * What is shared is the share of a limit, because each database may have a limit of its own. 0 is
 * one that was never set, and any bytes may stand there.
 */
static uint64_t share_of(const strata_latency *latency)
{
	uint64_t share = load(&latency->share);

	return share == 0 ? WHOLE : between(WHOLE_LEAST, share, WHOLE);
}

static void set_share(strata_latency *latency, uint64_t share)
{
	store(&latency->share, between(WHOLE_LEAST, share, WHOLE));
}

/* In percent, 50 to 100: how much of its limit a node should have left. */
static uint64_t gradient(const strata_latency *latency)
{
	uint64_t recent = load(&latency->recent);

	return recent < FAST * PART ? 100
								: between(50, 150 * (uint64_t) load(&latency->usual) / recent, 100);
}

uint32_t strata_latency_limit(const strata_latency *latency, uint32_t most)
{
	uint64_t limit = most * share_of(latency) / WHOLE;

	return (uint32_t) between(most < LIMIT_LEAST ? most : LIMIT_LEAST, limit, most);
}

static void adapt_limit(strata_latency *latency, uint32_t inflight, uint32_t most,
	strata_msec passed)
{
	uint64_t one = WHOLE / most; /* operation */
	uint64_t share = share_of(latency);

	if (inflight * 2 >= strata_latency_limit(latency, most)) {
		share = (share * 4 + share * gradient(latency) / 100 + 4 * one) / 5;
	} else {
		share += passed * one / 1000;
	}
	set_share(latency, share);
}

/* ---- what is shed ---- */

static void adapt_shed(strata_latency *latency, strata_msec now)
{
	window_sums sums = sum_window(latency, now);
	uint64_t requests = sums.answered + sums.failed;
	uint64_t passed = sums.answered + sums.answered / 2;
	uint64_t shed = 0;

	if (requests >= FEWEST && requests > passed) {
		shed = (requests - passed) * WHOLE / (requests + 1);
	}
	store(&latency->shed, between(0, shed, SHED_MOST));
}

static uint64_t shed_of(const strata_latency *latency, strata_msec now)
{
	return strata_latency_is_known(latency, now) ? between(0, load(&latency->shed), SHED_MOST) : 0;
}

double strata_latency_shed(const strata_latency *latency, strata_msec now)
{
	return (double) shed_of(latency, now) / WHOLE;
}

bool strata_latency_sheds(const strata_latency *latency, strata_msec now)
{
	/* Nearly always nothing is shed, and then nothing else is looked at. */
	return load(&latency->shed) != 0 &&
		   (strata_process_random_word() & (WHOLE - 1)) < shed_of(latency, now);
}

/* ---- spins ---- */

void strata_latency_spun(strata_latency *latency, strata_spin_outcome outcome)
{
	uint64_t vain = between(0, load(&latency->vain), WHOLE);

	store(&latency->vain, outcome == STRATA_SPIN_IN_VAIN ? vain + (WHOLE - vain) / SPINS
														 : vain - (vain + SPINS - 1) / SPINS);
}

bool strata_latency_may_spin(const strata_latency *latency, strata_msec now)
{
	uint32_t recent = load(&latency->recent);

	return recent != 0 && recent < QUICK * PART && load(&latency->vain) <= VAIN_MOST &&
		   strata_latency_is_known(latency, now);
}

static void forgive(strata_latency *latency)
{
	uint64_t vain = between(0, load(&latency->vain), WHOLE);

	store(&latency->vain, vain - (vain + FORGIVEN - 1) / FORGIVEN);
}

/* ---- a tick ---- */

/* The mean, moved towards a newer one by its part of the time that the mean is taken over. */
static void move(_Atomic uint32_t *mean, uint64_t newer, strata_msec passed, strata_msec over)
{
	int64_t old = load(mean);
	/* Idle time says nothing: what comes after it counts for a second at most. */
	int64_t part = (int64_t) (passed < RECENTLY ? passed : RECENTLY);

	store(mean, old == 0 ? newer
						 : (uint64_t) between(1,
							   (uint64_t) (old + ((int64_t) newer - old) * part / (int64_t) over),
							   UINT32_MAX));
}

static strata_latency_tick tick_of(uint64_t sample, strata_msec before)
{
	return (strata_latency_tick){
		.answers = sample >> TIME_BITS & UINT16_MAX,
		.together = sample & UINT32_MAX,
		.before = before,
	};
}

strata_latency_tick strata_latency_pending(const strata_latency *latency)
{
	return tick_of(atomic_load_explicit(&latency->sample, memory_order_relaxed),
		strata_gate_moment(&latency->ticks));
}

static strata_latency_tick take_sample(strata_latency *latency, strata_msec before,
	strata_msec passed)
{
	uint64_t sample = atomic_exchange_explicit(&latency->sample, 0, memory_order_relaxed);
	strata_latency_tick tick = tick_of(sample, before);

	if (tick.answers > 0) {
		uint64_t mean = between(1, tick.together * PART / tick.answers, UINT32_MAX);

		move(&latency->recent, mean, passed, RECENTLY);
		move(&latency->usual, mean, passed, USUALLY);
		store(&latency->answers, (uint64_t) load(&latency->answers) + tick.answers);
		store(&latency->slow,
			(uint64_t) load(&latency->slow) + (sample >> (TIME_BITS + COUNT_BITS)));
	}
	return tick;
}

/*
 * Of the second that has passed. True when it was one too many of nearly nothing but slow
 * answers.
 */
static bool end_second(strata_latency *latency)
{
	uint32_t answers = load(&latency->answers), slow = load(&latency->slow);
	bool is_nearly_all = answers >= FEWEST && slow >= answers / 10 * 9;

	store(&latency->answers, 0);
	store(&latency->slow, 0);
	store(&latency->slow_seconds, is_nearly_all ? load(&latency->slow_seconds) + 1 : 0);
	if (answers >= FEWEST && slow >= answers / 2) {
		set_share(latency, share_of(latency) / 2);
	}
	return load(&latency->slow_seconds) >= SLOW_SECONDS;
}

/* Long, where the gate was never passed. */
static strata_msec time_since(strata_msec moment, strata_msec now)
{
	return moment == 0 || moment > now ? USUALLY : now - moment;
}

strata_latency_tick strata_latency_adapt(strata_latency *latency, uint32_t inflight, uint32_t most,
	strata_msec now)
{
	strata_latency_tick tick = { 0 };
	strata_msec last, passed;

	if (!strata_gate_is_due(&latency->ticks, TICK, now)) {
		return tick;
	}
	last = strata_gate_moment(&latency->ticks);
	if (!strata_gate_pass(&latency->ticks, TICK, now)) {
		return tick;
	}
	passed = time_since(last, now);
	if (passed > TOGETHER) {
		store(&latency->slow_seconds, 0);
	}
	tick = take_sample(latency, last, passed);
	adapt_limit(latency, inflight, most, passed);
	adapt_shed(latency, now);
	forgive(latency);
	tick.is_too_slow = last / 1000 != now / 1000 && end_second(latency);
	return tick;
}

void strata_latency_reset(strata_latency *latency)
{
	for (uint32_t i = 0; i < STRATA_LATENCY_SECONDS; i++) {
		atomic_store_explicit(&latency->seconds[i], 0, memory_order_relaxed);
	}
	store(&latency->share, 0);
	store(&latency->shed, 0);
	store(&latency->slow_seconds, 0);
	store(&latency->vain, 0);
}

/* As everywhere, a moment further ahead than one interval is damage, and counts as long ago. */
bool strata_latency_is_known(const strata_latency *latency, strata_msec now)
{
	strata_msec last = strata_gate_moment(&latency->ticks);

	return last != 0 && (last > now ? last - now <= TICK : now - last < STALE);
}

bool strata_latency_is_slow(const strata_latency *latency, strata_msec now)
{
	return load(&latency->slow_seconds) != 0 && strata_latency_is_known(latency, now);
}
