/*
 * An entry of main that was asked for in one turn of the hand is proven. While the same keys stay
 * the frequent ones most of what is proven is asked for in the next turn, too, whatever is scanned
 * meanwhile: a scan only goes through the nursery. Where most of it is not, other keys became the
 * frequent ones. Their first miss would bring them to the nursery and only their second one to
 * main, whose hand needs such entries to get ahead. So until that has passed a new entry goes to
 * main at its first miss, if it is no larger than most; one of ten still goes to the nursery, which
 * would be idle otherwise.
 *
 * What is proven is judged as a decaying share, over a quarter as many looks as there are entries.
 * In a model (benchmarks/eviction.c) that share is below 0.41 at all times while the same keys are
 * asked for, with scans and bursts of them too, and above 0.6 where the keys change faster than
 * main turns.
 */
#include "store/drift.h"

enum {
	ALL = 1 << 30,       /* what the share is a part of */
	SHIFTING = ALL / 2,  /* from this share on other keys become the frequent ones */
	CALM = ALL / 10 * 3, /* until it is this one */
	WINDOW_PART = 4,     /* of the number of entries */
	TO_NURSERY = 10      /* one of so many new ones */
};

static void count(strata_shard *shard, uint32_t seen)
{
	strata_shard_head *head = shard->head;
	int64_t window =
		(int64_t) (atomic_load_explicit(&head->entries, memory_order_relaxed) / WINDOW_PART) + 1;
	int64_t share = head->left_share <= ALL ? head->left_share : ALL;

	head->left_share = (uint32_t) (share + ((int64_t) seen - share) / window);
	head->is_drifting = head->left_share > (head->is_drifting != 0 ? CALM : SHIFTING);
}

void strata_drift_judge(strata_shard *shard, uint32_t place)
{
	bool is_visited = strata_shard_has_mark(shard, place, STRATA_MARK_VISITED);

	if (strata_shard_has_mark(shard, place, STRATA_MARK_PROVEN)) {
		count(shard, is_visited ? 0 : ALL);
	}
	if (is_visited) {
		strata_shard_set_marks(shard, place, STRATA_MARK_PROVEN);
	} else {
		/* Readers may hold it, so that it stays: it has been counted. */
		strata_shard_clear_marks(shard, place, STRATA_MARK_PROVEN);
	}
}

bool strata_drift_welcomes(strata_shard *shard, uint32_t units)
{
	return shard->head->is_drifting != 0 && strata_shard_is_ordinary(shard, units) &&
		   ++shard->head->welcomed % TO_NURSERY != 0;
}
