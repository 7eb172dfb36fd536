/*
 * One sentinel can be wrong in every way: cut off with the old master, reset, set up for another
 * master, or bad. So nothing that a single one of three says is believed, not even its epoch: the
 * epoch of an answer is the highest one that enough of its voices reach. Else one liar that agrees
 * about the address today could make all honest ones look stale tomorrow.
 *
 * Of one or two sentinels each one is enough, because a setup of so few wants the cache to
 * work while one is down.
 */
#include "redis/sentinel/sentinel_vote.h"

static bool is_same(const strata_sentinel_answer *a, const strata_sentinel_answer *b)
{
	return a->kind == b->kind &&
		   (a->kind != STRATA_SENTINEL_NAMES ||
			   strata_endpoint_is_at(&a->master, b->master.host, b->master.port));
}

static uint32_t count_answered(const strata_sentinel_answer *answers, uint32_t count)
{
	uint32_t answered = 0;

	for (uint32_t i = 0; i < count; i++) {
		answered += answers[i].kind != STRATA_SENTINEL_SILENT;
	}
	return answered;
}

static uint32_t needed_of(uint32_t answered, uint32_t count)
{
	uint32_t half = (answered + 1) / 2;
	uint32_t least = count >= 3 ? 2 : 1;

	return half > least ? half : least;
}

static uint32_t count_voices(const strata_sentinel_answer *answers, uint32_t count,
	const strata_sentinel_answer *like, uint64_t epoch)
{
	uint32_t voices = 0;

	for (uint32_t i = 0; i < count; i++) {
		voices += is_same(&answers[i], like) && answers[i].epoch >= epoch;
	}
	return voices;
}

/* The highest epoch that so many voices of this answer reach. */
static uint64_t epoch_of(const strata_sentinel_answer *answers, uint32_t count,
	const strata_sentinel_answer *like, uint32_t needed)
{
	uint64_t highest = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t epoch = answers[i].epoch;

		if (is_same(&answers[i], like) && epoch > highest &&
			count_voices(answers, count, like, epoch) >= needed) {
			highest = epoch;
		}
	}
	return highest;
}

/*
 * The answer that is believed, with the epoch to believe; NULL when there is none or no single one.
 */
static const strata_sentinel_answer *choose(const strata_sentinel_answer *answers, uint32_t count,
	strata_sentinel_vote *vote)
{
	const strata_sentinel_answer *best = NULL;

	vote->verdict = STRATA_VOTE_TOO_FEW;
	for (uint32_t i = 0; i < count; i++) {
		const strata_sentinel_answer *answer = &answers[i];
		uint64_t epoch;

		if (answer->kind == STRATA_SENTINEL_SILENT ||
			count_voices(answers, count, answer, 0) < vote->needed ||
			(best != NULL && is_same(best, answer))) {
			continue;
		}
		epoch = epoch_of(answers, count, answer, vote->needed);
		if (best == NULL || epoch > vote->epoch) {
			vote->verdict = STRATA_VOTE_AGREED;
			vote->epoch = epoch;
			best = answer;
		} else if (epoch == vote->epoch) {
			vote->verdict = STRATA_VOTE_SPLIT;
		}
	}
	return vote->verdict == STRATA_VOTE_AGREED ? best : NULL;
}

strata_sentinel_vote strata_sentinel_vote_count(const strata_sentinel_answer *answers,
	uint32_t count, uint64_t known_epoch)
{
	strata_sentinel_vote vote = { .verdict = STRATA_VOTE_SILENCE };
	const strata_sentinel_answer *chosen;

	vote.answered = count_answered(answers, count);
	vote.needed = needed_of(vote.answered, count);
	if (vote.answered == 0) {
		return vote;
	}
	chosen = choose(answers, count, &vote);
	if (chosen == NULL) {
		return vote;
	}
	if (chosen->kind == STRATA_SENTINEL_KNOWS_NONE) {
		vote.verdict = STRATA_VOTE_UNKNOWN;
	} else if (vote.epoch < known_epoch && count_voices(answers, count, chosen, 0) <= count / 2) {
		vote.verdict = STRATA_VOTE_STALE;
	} else {
		vote.master = chosen->master;
	}
	return vote;
}
