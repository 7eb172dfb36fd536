/*
 * How fast does a node answer, and how much may it be asked? Every answer adds its time to one word;
 * whoever comes first after a tenth of a second empties the word and judges:
 *
 *     recent   the mean time over about a second
 *     usual    the mean time over about a minute
 *
 *     limit    of operations under way at once. It shrinks by the gradient usual / recent while the node
 *              is asked about as much as it may (gradient2 of Netflix's concurrency-limits: a queue
 *              builds up somewhere when times grow with the load), is halved each second in which
 *              half of the answers were slow, and grows back by one a second.
 *     shed     the share of operations that are not sent, from requests and accepts of the last ten
 *              seconds ("Handling Overload" in Site Reliability Engineering, Google): what fails in part is
 *              asked less, so that it may recover.
 *
 * Slow is eight times the usual, at least 10 ms, at most half of the timeout. Three seconds of nearly
 * nothing but slow answers open the breaker, unless other nodes of the pool are slow or open too:
 * then the trouble is more likely ours.
 *
 * Times below FAST are nobody's trouble: a machine with more processes than cores makes them by itself.
 */
#include "os/process.h"
#include "health/breaker_record.h"
#include "health/breakers.h"

enum {
	TICK = 100, /* msec */
	TIME_BITS = 32,
	COUNT_BITS = 16,
	FULL = 60000,       /* answers in one tick: more would say nothing new */
	LONGEST = 10000000, /* usec that one answer counts for at most */
	RECENTLY = 1000,    /* msec */
	USUALLY = 60000,    /* msec */
	FAST = 5000,        /* usec */
	SLOW_LEAST = 10000, /* usec */
	SLOW_SECONDS = 3,   /* of nearly nothing but slow answers */
	FEWEST = 50,        /* answers or requests that a judgement needs */
	LIMIT_LEAST = 4,    /* operations */
	WHOLE = 65536, /* that shares are counted in: what is shed, and what of the limit is left */
	WHOLE_LEAST = 4096, /* of the limit */
	PART = 16,          /* of a microsecond that mean times are counted in */
	TOGETHER = 2000,    /* msec: judgements further apart are not in a row */
	STALE = 10000,      /* msec after which nothing is known any more */
	AHEAD = 1000,       /* msec that another one's clock may be later */
	RETRY_RATE = 3,     /* retries a second, beside one for ten operations */
	RETRIES_MOST = 100
};

static const uint64_t one_slow = (uint64_t) 1 << (TIME_BITS + COUNT_BITS);
static const uint64_t one_answer = (uint64_t) 1 << TIME_BITS;

static const strata_bucket_size retries = { RETRY_RATE, RETRIES_MOST };

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

/* ---- what is added ---- */

static bool is_slow(const strata_breaker *breaker, strata_usec took)
{
	uint64_t half = breaker->limits.operation_timeout * 1000 / 2;
	uint64_t usual = load(&breaker->record->pace.usual);
	uint64_t least = half < SLOW_LEAST ? half : SLOW_LEAST;

	return usual != 0 && took > between(least, usual * 8 / PART, half);
}

bool strata_breaker_pace_add(const strata_breaker *breaker, strata_usec took)
{
	bool slow = is_slow(breaker, took);
	_Atomic uint64_t *sample = &breaker->record->pace.sample;
	uint64_t seen = atomic_load_explicit(sample, memory_order_relaxed);

	if ((seen >> TIME_BITS & UINT16_MAX) < FULL) {
		atomic_fetch_add_explicit(sample,
			one_answer + (slow ? one_slow : 0) + between(1, took, LONGEST), memory_order_relaxed);
	}
	return slow;
}

/* ---- what is judged ---- */

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

/*
 * What is shared is the share of a limit, because each database may have a limit of its own. 0 is one that
 * was never set, and anything may stand there.
 */
static uint64_t share_of(const strata_breaker_pace *pace)
{
	uint64_t share = load(&pace->share);

	return share == 0 ? WHOLE : between(WHOLE_LEAST, share, WHOLE);
}

static void set_share(strata_breaker_pace *pace, uint64_t share)
{
	store(&pace->share, between(WHOLE_LEAST, share, WHOLE));
}

/* In percent, 50 to 100: how much of its limit a node should have left. */
static uint64_t gradient(const strata_breaker_pace *pace)
{
	uint64_t recent = load(&pace->recent);

	return recent < FAST * PART ? 100
								: between(50, 150 * (uint64_t) load(&pace->usual) / recent, 100);
}

static void adapt_limit(const strata_breaker *breaker, strata_msec passed)
{
	strata_breaker_pace *pace = &breaker->record->pace;
	uint64_t one = WHOLE / breaker->limits.most_under_way; /* operation */
	uint64_t share = share_of(pace);

	if (load(&breaker->record->under_way) * 2 >= strata_breaker_pace_limit(breaker)) {
		share = (share * 4 + share * gradient(pace) / 100 + 4 * one) / 5;
	} else {
		share += passed * one / 1000;
	}
	set_share(pace, share);
}

static void adapt_shed(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_sums sums = strata_breaker_window_sum(breaker->record, now);
	uint64_t requests = sums.ok + sums.failed;
	uint64_t passed = sums.ok + sums.ok / 2;
	uint64_t shed = 0;

	if (requests >= FEWEST && requests > passed) {
		shed = (requests - passed) * WHOLE / (requests + 1);
	}
	store(&breaker->record->pace.shed, between(0, shed, WHOLE * 9 / 10));
}

/* Once a second, of the one that has passed. SLOW when the breaker should open. */
static strata_breaker_cause judge_second(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_pace *pace = &breaker->record->pace;
	uint32_t answers = load(&pace->answers), slow = load(&pace->slow);
	bool nearly_all = answers >= FEWEST && slow >= answers / 10 * 9;

	store(&pace->answers, 0);
	store(&pace->slow, 0);
	store(&pace->slow_seconds, nearly_all ? load(&pace->slow_seconds) + 1 : 0);
	if (answers >= FEWEST && slow >= answers / 2) {
		set_share(pace, share_of(pace) / 2);
	}
	return load(&pace->slow_seconds) >= SLOW_SECONDS &&
				   !strata_breakers_are_half_in_trouble(breaker->table, breaker->record, now)
			   ? STRATA_BREAKER_SLOW
			   : STRATA_BREAKER_HEALTHY;
}

static void take_sample(const strata_breaker *breaker, strata_msec passed, strata_msec now)
{
	strata_breaker_pace *pace = &breaker->record->pace;
	uint64_t sample = atomic_exchange_explicit(&pace->sample, 0, memory_order_relaxed);
	uint64_t answers = sample >> TIME_BITS & UINT16_MAX;

	if (answers > 0) {
		uint64_t mean = between(1, (sample & UINT32_MAX) * PART / answers, UINT32_MAX);

		move(&pace->recent, mean, passed, RECENTLY);
		move(&pace->usual, mean, passed, USUALLY);
		store(&pace->answers, (uint64_t) load(&pace->answers) + answers);
		store(&pace->slow, (uint64_t) load(&pace->slow) + (sample >> (TIME_BITS + COUNT_BITS)));
		strata_bucket_add(&pace->retries, retries, answers * STRATA_BUCKET_TOKEN / 10, now);
	}
}

strata_breaker_cause strata_breaker_pace_judge(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_pace *pace = &breaker->record->pace;
	uint64_t at = atomic_load_explicit(&pace->judged_at, memory_order_relaxed);
	strata_msec passed = at <= now ? now - at : at <= now + AHEAD ? 0 : USUALLY;

	if (passed < TICK || !atomic_compare_exchange_strong(&pace->judged_at, &at, now)) {
		return STRATA_BREAKER_HEALTHY;
	}
	if (passed > TOGETHER) {
		store(&pace->slow_seconds, 0);
	}
	take_sample(breaker, passed, now);
	adapt_limit(breaker, passed);
	adapt_shed(breaker, now);
	return at / 1000 == now / 1000 ? STRATA_BREAKER_HEALTHY : judge_second(breaker, now);
}

void strata_breaker_pace_forget(const strata_breaker *breaker)
{
	strata_breaker_pace *pace = &breaker->record->pace;

	store(&pace->share, 0);
	store(&pace->shed, 0);
	store(&pace->slow_seconds, 0);
}

/* ---- what is asked ---- */

uint32_t strata_breaker_pace_limit(const strata_breaker *breaker)
{
	uint32_t most = breaker->limits.most_under_way;
	uint64_t limit = most * share_of(&breaker->record->pace) / WHOLE;

	return (uint32_t) between(most < LIMIT_LEAST ? most : LIMIT_LEAST, limit, most);
}

bool strata_breaker_pace_is_known(const strata_breaker_record *record, strata_msec now)
{
	uint64_t at = atomic_load_explicit(&record->pace.judged_at, memory_order_relaxed);

	return at != 0 && at <= now + AHEAD && now < at + STALE;
}

static uint64_t shed_of(const strata_breaker *breaker, strata_msec now)
{
	uint64_t shed = load(&breaker->record->pace.shed);

	return strata_breaker_pace_is_known(breaker->record, now) ? between(0, shed, WHOLE * 9 / 10)
															  : 0;
}

double strata_breaker_pace_shed(const strata_breaker *breaker, strata_msec now)
{
	return (double) shed_of(breaker, now) / WHOLE;
}

bool strata_breaker_pace_sheds(const strata_breaker *breaker, strata_msec now)
{
	/* Nearly always nothing is shed, and then nothing else is looked at. */
	return load(&breaker->record->pace.shed) != 0 &&
		   (strata_process_random_word() & (WHOLE - 1)) < shed_of(breaker, now);
}

bool strata_breaker_pace_is_slow(const strata_breaker_record *record, strata_msec now)
{
	return load(&record->pace.slow_seconds) != 0 && strata_breaker_pace_is_known(record, now);
}

bool strata_breaker_may_retry(const strata_breaker *breaker, strata_msec now)
{
	return strata_bucket_take(&breaker->record->pace.retries, retries, now);
}
