#include "cache/mirror/pair.h"

enum { ENDS_APART = 2000 /* msec */ };

strata_mirror_pair strata_mirror_pair_of(strata_view key)
{
	return (strata_mirror_pair){
		.answering = { .key = key, .value.codec = STRATA_CODEC_NULL },
		.following = { .key = key, .value.codec = STRATA_CODEC_NULL },
	};
}

strata_mirror_sight strata_mirror_pair_sight(const strata_item *item)
{
	if (item->result == STRATA_OK || item->result == STRATA_STALE) {
		return item->is_foreign ? STRATA_SIGHT_FOREIGN : STRATA_SIGHT_VALUE;
	}
	if (item->result == STRATA_MISS) {
		return item->fence.version != 0 ? STRATA_SIGHT_PLACEHOLDER : STRATA_SIGHT_NOTHING;
	}
	return strata_result_class_of(item->result) == STRATA_ANSWER ? STRATA_SIGHT_FOREIGN
																 : STRATA_SIGHT_UNKNOWN;
}

static bool is_same_value(const strata_item *one, const strata_item *other)
{
	return one->value.codec == other->value.codec && one->value.integer == other->value.integer &&
		   strata_view_equal(one->value.bytes, other->value.bytes);
}

static bool is_same_moment(strata_msec one, strata_msec other)
{
	if (one == STRATA_NEVER || other == STRATA_NEVER) {
		return one == other;
	}
	return one < other ? other - one <= ENDS_APART : one - other <= ENDS_APART;
}

static bool ends_alike(const strata_item *one, const strata_item *other)
{
	return is_same_moment(one->expires_at, other->expires_at) &&
		   is_same_moment(one->fresh_until, other->fresh_until);
}

/* One that servers count has no other end than theirs. */
static strata_difference_class classify_numbers(const strata_item *one, const strata_item *other)
{
	if (strata_item_is_digits(one) != strata_item_is_digits(other) || !is_same_value(one, other)) {
		return STRATA_DIFFERENCE_VALUE;
	}
	return is_same_moment(one->expires_at, other->expires_at) ? STRATA_DIFFERENCE_EQUAL
															  : STRATA_DIFFERENCE_END;
}

static strata_difference_class classify_values(const strata_item *answering,
	const strata_item *following)
{
	if (strata_item_is_digits(answering) || strata_item_is_digits(following)) {
		return classify_numbers(answering, following);
	}
	if (answering->version != following->version &&
		answering->created_at != following->created_at) {
		return following->created_at < answering->created_at ? STRATA_DIFFERENCE_OLDER
															 : STRATA_DIFFERENCE_NEWER;
	}
	if (!is_same_value(answering, following)) {
		return STRATA_DIFFERENCE_VALUE;
	}
	return ends_alike(answering, following) ? STRATA_DIFFERENCE_EQUAL : STRATA_DIFFERENCE_END;
}

static bool is_nothing(strata_mirror_sight sight)
{
	return sight == STRATA_SIGHT_NOTHING || sight == STRATA_SIGHT_PLACEHOLDER;
}

strata_difference_class strata_mirror_pair_classify(const strata_mirror_pair *pair)
{
	strata_mirror_sight answering = strata_mirror_pair_sight(&pair->answering);
	strata_mirror_sight following = strata_mirror_pair_sight(&pair->following);

	if (is_nothing(answering) && is_nothing(following)) {
		return STRATA_DIFFERENCE_EQUAL;
	}
	if (answering == STRATA_SIGHT_FOREIGN || following == STRATA_SIGHT_FOREIGN) {
		return STRATA_DIFFERENCE_FOREIGN;
	}
	if (is_nothing(following)) {
		return STRATA_DIFFERENCE_MISSING;
	}
	return is_nothing(answering) ? STRATA_DIFFERENCE_SURPLUS
								 : classify_values(&pair->answering, &pair->following);
}
