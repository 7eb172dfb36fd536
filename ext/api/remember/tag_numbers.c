#include "api/remember/tag_numbers.h"

#include "api/request/call.h"
#include "api/request/errors.h"
#include "cache/tags.h"
#include "os/clock.h"

static const strata_usec apart = 5000000; /* clocks of hosts, at most, and something for safety */

/* Those that are 0. */
static bool read_missing(strata_api_call *call, strata_tag_list *tags)
{
	strata_item item = { .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &item };

	if (!strata_api_tag(call, tags, &item)) {
		return false;
	}
	item.result = strata_tags_read(call->database, &call->call, one, 1);
	for (uint16_t i = 0; i < tags->count; i++) {
		tags->tags[i].number = item.tags[i].number;
	}
	strata_errors_report(call, &item);
	return item.result == STRATA_OK && !EG(exception);
}

bool strata_tag_numbers_read(const strata_space *space, strata_tag_list *tags)
{
	strata_api_call call;
	bool is_read;

	for (uint16_t i = 0; i < tags->count; i++) {
		tags->tags[i].number = 0;
	}
	if (tags->count == 0) {
		return true;
	}
	if (!strata_api_begin(&call, space)) {
		return false;
	}
	is_read = read_missing(&call, tags);
	strata_api_end(&call);
	return is_read;
}

/* The first tag that has no number yet: what the function named stands behind the others. */
static uint16_t first_named(const strata_tag_list *tags)
{
	uint16_t first = 0;

	while (first < tags->count && tags->tags[first].number != 0) {
		first++;
	}
	return first;
}

/* Microseconds since 1970, as numbers are. */
static uint64_t beginning_of(const strata_computation *computation)
{
	return strata_clock_wall_msec() * 1000 - (strata_clock_usec() - computation->started_at);
}

/* What was made because there was none has not been raised since. */
static bool are_older(const strata_tag_list *tags, uint16_t first, uint64_t moment)
{
	for (uint16_t i = first; i < tags->count; i++) {
		if (!strata_tags_is_made(tags->tags[i].number) && tags->tags[i].number + apart >= moment) {
			return false;
		}
	}
	return true;
}

bool strata_tag_numbers_read_named(const strata_space *space, strata_tag_list *tags,
	const strata_computation *computation)
{
	uint64_t beginning = beginning_of(computation);
	uint16_t first = first_named(tags);
	strata_api_call call;
	bool is_good;

	if (first == tags->count) {
		return true;
	}
	if (!strata_api_begin(&call, space)) {
		return false;
	}
	is_good = read_missing(&call, tags);
	if (is_good && !are_older(tags, first, beginning)) {
		strata_stats_add(call.database->tiers[0].stats, STRATA_COUNT_VOIDED, 1);
		is_good = false;
	}
	strata_api_end(&call);
	return is_good;
}
