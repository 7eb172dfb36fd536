/*
 * A vote is written as one word for each sentinel: its master and its epoch, "?" for one that knows
 * none, "-" for one that says nothing.
 */
#include "redis/sentinel/sentinel_vote.h"

#include "unit.h"

static strata_sentinel_vote vote;

static strata_sentinel_answer answer_of(const char *word)
{
	strata_sentinel_answer answer = { .kind = STRATA_SENTINEL_SILENT };

	if (word[0] == '?') {
		answer.kind = STRATA_SENTINEL_KNOWS_NONE;
	} else if (word[0] != '-') {
		answer.kind = STRATA_SENTINEL_NAMES;
		snprintf(answer.master.host, sizeof(answer.master.host), "%c", word[0]);
		answer.master.port = 6379;
		answer.epoch = strtoull(word + 1, NULL, 10);
	}
	return answer;
}

static strata_vote_verdict count(const char *words, uint64_t known_epoch)
{
	strata_sentinel_answer answers[8];
	uint32_t size = 0;
	char copy[80];

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
		answers[size++] = answer_of(word);
	}
	memset(&vote, 'x', sizeof(vote));
	vote = strata_sentinel_vote_count(answers, size, known_epoch);
	return vote.verdict;
}

static bool elects(const char *words, uint64_t known_epoch, char master, uint64_t epoch)
{
	char host[2] = { master, '\0' };

	return count(words, known_epoch) == STRATA_VOTE_AGREED && vote.epoch == epoch &&
		   strata_endpoint_is_at(&vote.master, host, 6379);
}

static void what_all_say_is_believed(void)
{
	CHECK(elects("a1", 0, 'a', 1));
	CHECK(elects("a1 a1", 0, 'a', 1));
	CHECK(elects("a7 a7 a7", 7, 'a', 7));
	CHECK(elects("a0 a0 a0", 0, 'a', 0) && vote.answered == 3 && vote.needed == 2);
}

static void one_of_three_is_never_believed(void)
{
	CHECK(elects("b99 a1 a1", 1, 'a', 1));
	CHECK(elects("a1 b99 a1", 0, 'a', 1));
	CHECK(count("a1 - -", 0) == STRATA_VOTE_TOO_FEW && vote.answered == 1 && vote.needed == 2);
	CHECK(count("a1 b1 -", 0) == STRATA_VOTE_TOO_FEW);
	CHECK(count("a1 b2 c3", 0) == STRATA_VOTE_TOO_FEW);
	CHECK(count("a1 ? -", 0) == STRATA_VOTE_TOO_FEW);
	CHECK(elects("a2 a2 -", 1, 'a', 2));
	CHECK(elects("a2 a2 ?", 1, 'a', 2));
}

static void most_of_those_that_answer_decide(void)
{
	CHECK(elects("a1 a1 a1 b9 b9", 0, 'a', 1));
	CHECK(elects("a1 a1 a1 b9 -", 0, 'a', 1));
	CHECK(elects("a1 a1 - b9 -", 0, 'a', 1));
	CHECK(count("a1 a1 b1 c1 d1", 0) == STRATA_VOTE_TOO_FEW && vote.needed == 3);
}

static void between_halves_the_higher_epoch_wins(void)
{
	CHECK(elects("a1 b2", 0, 'b', 2) && elects("b2 a1", 0, 'b', 2));
	CHECK(elects("a1 b2 b2 a1", 0, 'b', 2) && elects("b2 a1 a1 b2", 0, 'b', 2));
	CHECK(elects("a1 b2 b2 a1 -", 0, 'b', 2));
	CHECK(count("a1 b1", 0) == STRATA_VOTE_SPLIT);
	CHECK(count("a2 b2 b2 a2", 0) == STRATA_VOTE_SPLIT);
}

static void an_epoch_counts_when_enough_reach_it(void)
{
	CHECK(elects("a99 a5 a5", 0, 'a', 5));
	CHECK(elects("a5 a6 a7", 0, 'a', 6));
	CHECK(elects("a5 a5 a4", 0, 'a', 5));
	CHECK(elects("a99 a1 b2 b2", 0, 'b', 2));
	CHECK(elects("a18446744073709551615 a1 -", 0, 'a', 1));
}

static void what_is_behind_takes_a_majority_of_all(void)
{
	CHECK(elects("a1 a1 -", 5, 'a', 1));
	CHECK(elects("a1 a1 a1", 5, 'a', 1));
	CHECK(count("a1 a1 - - -", 5) == STRATA_VOTE_STALE);
	CHECK(elects("a5 a5 - - -", 5, 'a', 5));
	CHECK(elects("a6 a6 - - -", 5, 'a', 6));
	CHECK(count("a1 -", 5) == STRATA_VOTE_STALE);
	CHECK(elects("a1", 5, 'a', 1));
}

static void a_master_that_enough_do_not_know_is_unknown(void)
{
	CHECK(count("? ? ?", 0) == STRATA_VOTE_UNKNOWN);
	CHECK(count("? ? a1", 9) == STRATA_VOTE_UNKNOWN);
	CHECK(count("?", 0) == STRATA_VOTE_UNKNOWN);
	CHECK(elects("? a1", 0, 'a', 1));
}

static void silence_is_told_from_disagreement(void)
{
	CHECK(count("- - -", 3) == STRATA_VOTE_SILENCE && vote.answered == 0);
	CHECK(count("-", 0) == STRATA_VOTE_SILENCE);
}

int main(void)
{
	RUN(what_all_say_is_believed);
	RUN(one_of_three_is_never_believed);
	RUN(most_of_those_that_answer_decide);
	RUN(between_halves_the_higher_epoch_wins);
	RUN(an_epoch_counts_when_enough_reach_it);
	RUN(what_is_behind_takes_a_majority_of_all);
	RUN(a_master_that_enough_do_not_know_is_unknown);
	RUN(silence_is_told_from_disagreement);
	return unit_end();
}
