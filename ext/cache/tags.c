/*
 * The deepest tier has one number for each tag, and a value is current while the numbers beside it
 * are those. What this host heard of a number is good for strata.tag_ttl from the moment when the
 * question was sent. In the second half of that one caller of the host asks anew, so that others
 * never have to wait.
 *
 *     the tier holds what this host knew, or more      that is the number
 *     it holds less, or nothing                        it was lost, and an invalidation may have
 *                                                      been lost with it: a new number is made,
 *                                                      max(known + 1, now), and every value misses
 *     the tier cannot be asked                         no value with that tag is served
 *
 * "Known" is what this host had heard before it asked, and what stands beside a value: that was the
 * number once, too. Only equality decides over a value; the order of numbers decides over what is
 * lost. So a number that is far ahead does no harm.
 */
#include "cache/tags.h"

#include <string.h>

#include "base/hash.h"
#include "cache/local.h"
#include "database/mirror.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/tag_question.h"
#include "tier/tier.h"

/* Arbitrary constants that keep the uses of one hash function apart. */
static const uint64_t tag_seed = 0x7374726174613033;
static const uint64_t namespace_seed = 0x7374726174613036;

/* The questions of one round to the deepest tier, each tag once. */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_tag_question *questions; /* NULL: no memory, or nothing was asked yet */
	uint32_t *places;               /* a hash table of 1 + index into questions; 0: free */
	size_t most;                    /* questions there is room for */
	size_t mask;                    /* of places */
	size_t count;
	bool is_out_of_memory;
} asking;

/* ---- names ---- */

static uint64_t not_zero(uint64_t id)
{
	return id == 0 ? 1 : id;
}

uint64_t strata_tags_id(strata_view name)
{
	return not_zero(strata_hash_of(name, tag_seed));
}

uint64_t strata_tags_id_of_namespace(uint64_t parent, strata_view name)
{
	return not_zero(strata_hash_of(name, parent ^ namespace_seed));
}

/* ---- what this host knows ---- */

/* Pools on other servers have other numbers. */
static uint64_t record_id(const strata_database *database, uint64_t id)
{
	return id ^ database->tag_space;
}

static strata_tag_word word_of(const strata_database *database, uint64_t id)
{
	if (database->tag_table == NULL) {
		return (strata_tag_word){ 0 };
	}
	return strata_tag_table_find(database->tag_table, record_id(database, id));
}

static strata_msec good_for(const strata_database *database)
{
	return strata_msec_of(database->settings.tag_ttl);
}

static bool is_good(const strata_database *database, strata_tag_word word, strata_msec now)
{
	return word.number != 0 && word.asked_at != 0 && now < word.asked_at + good_for(database);
}

/* After a question was sent: from then on one caller of the host asks before its time. */
static strata_msec early_interval(const strata_database *database)
{
	return good_for(database) / 2 + 1;
}

static bool is_in_second_half(const strata_database *database, strata_tag_word word,
	strata_msec now)
{
	return now >= word.asked_at + early_interval(database);
}

static bool is_early_due(const strata_database *database, uint64_t id, strata_tag_word word,
	strata_msec now)
{
	return is_in_second_half(database, word, now) &&
		   strata_tag_table_is_due(database->tag_table, record_id(database, id),
			   early_interval(database), now);
}

strata_tags_verdict strata_tags_judge(const strata_database *database, const strata_tag *tags,
	size_t count, strata_msec now)
{
	strata_tags_verdict verdict = STRATA_TAGS_CURRENT;

	for (size_t i = 0; i < count; i++) {
		strata_tag_word word = word_of(database, tags[i].id);

		if (!is_good(database, word, now) || word.number < tags[i].number) {
			verdict = STRATA_TAGS_UNKNOWN;
		} else if (word.number > tags[i].number) {
			return STRATA_TAGS_OUTDATED;
		} else if (is_early_due(database, tags[i].id, word, now)) {
			verdict = STRATA_TAGS_UNKNOWN;
		}
	}
	return verdict;
}

/*
 * Thousands of years ahead of all clocks: it is compared like any other, and nothing is made from
 * it, since the numbers that a server takes end there.
 */
static uint64_t sensible(uint64_t number)
{
	return number < STRATA_TAG_LIMIT / 2 ? number : 0;
}

static void count_at(const strata_tier *tier, strata_counter counter, uint64_t amount)
{
	if (tier != NULL && amount > 0) {
		strata_stats_add(tier->stats, counter, amount);
	}
}

static void note(strata_database *database, uint64_t id, uint64_t number, strata_msec asked_at)
{
	const strata_tag_word word = { number, asked_at };

	if (database->tag_table != NULL && sensible(number) != 0) {
		strata_tag_noted noted = strata_tag_table_note(database->tag_table, record_id(database, id),
			word, good_for(database));

		count_at(strata_database_keeper(database), STRATA_COUNT_TAGS_DISPLACED,
			noted == STRATA_TAG_DISPLACED);
	}
}

static void doubt(const strata_database *database, uint64_t id)
{
	if (database->tag_table != NULL) {
		strata_tag_table_doubt(database->tag_table, record_id(database, id), strata_clock_msec());
	}
}

static bool has_number(const strata_tag_question *question)
{
	return question->result == STRATA_OK && question->number != 0;
}

/* The number that came along with this call's get; 0: none did, or it is to be made anew. */
static uint64_t answered_along(const strata_call *call, uint64_t id)
{
	const strata_tag_check *check = call->tag_answers;

	for (size_t i = 0; check != NULL && check->is_sent && i < check->count; i++) {
		const strata_tag_question *question = check->questions[i];

		if (question->id == id && has_number(question) && question->number >= question->least) {
			return question->number;
		}
	}
	return 0;
}

static bool is_current(const strata_database *database, const strata_tag *tag, strata_msec now)
{
	strata_tag_word word = word_of(database, tag->id);

	return is_good(database, word, now) && word.number == tag->number;
}

/* ---- a round of questions ---- */

static asking begin(strata_database *database, strata_call *call, size_t most)
{
	return (asking){ .database = database, .call = call, .most = most };
}

static bool make_room(asking *asking)
{
	size_t places = 4;

	while (places < asking->most * 2) {
		places *= 2;
	}
	asking->questions =
		strata_arena_alloc(asking->call->arena, asking->most * sizeof(*asking->questions));
	asking->places = strata_arena_alloc(asking->call->arena, places * sizeof(*asking->places));
	if (asking->questions == NULL || asking->places == NULL) {
		asking->questions = NULL;
		asking->is_out_of_memory = true;
		return false;
	}
	memset(asking->places, 0, places * sizeof(*asking->places));
	asking->mask = places - 1;
	return true;
}

/* Where the question about this tag is, or would be. */
static uint32_t *place_of(const asking *asking, uint64_t id)
{
	size_t at = id & asking->mask;

	while (asking->places[at] != 0 && asking->questions[asking->places[at] - 1].id != id) {
		at = (at + 1) & asking->mask;
	}
	return &asking->places[at];
}

static strata_tag_question *find_question(const asking *asking, uint64_t id)
{
	uint32_t place = asking->questions == NULL ? 0 : *place_of(asking, id);

	return place == 0 ? NULL : &asking->questions[place - 1];
}

typedef enum { READ, RAISE } question_verb;

/* To the tick of the clock, and at random within it: two hosts never raise to the same number. */
static uint64_t raised_now(void)
{
	return strata_clock_wall_msec() * STRATA_TAG_MADE + 1 +
		   strata_process_random_word() % (STRATA_TAG_MADE - 1);
}

bool strata_tags_is_made(uint64_t number)
{
	return number % STRATA_TAG_MADE == 0;
}

/* What the tier is to write where it has to. */
static uint64_t next_of(const strata_tag_question *question, question_verb verb, uint64_t raised)
{
	uint64_t more = question->least + 1;

	if (verb == READ && question->least == 0) {
		return raised - raised % STRATA_TAG_MADE;
	}
	if (question->least < raised) {
		return raised;
	}
	return strata_tags_is_made(more) ? more + 1 : more;
}

/* known: what this host heard, or read beside a value. */
static void ask_for(asking *asking, uint64_t id, uint64_t known)
{
	uint32_t *place;
	strata_tag_question *question;

	if (asking->questions == NULL && !make_room(asking)) {
		return;
	}
	place = place_of(asking, id);
	if (*place == 0) {
		asking->questions[asking->count++] = (strata_tag_question){ .id = id };
		*place = (uint32_t) asking->count;
	}
	question = &asking->questions[*place - 1];
	if (sensible(known) > question->least) {
		question->least = known;
	}
}

static void give_up(strata_tag_question *const *list, size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		list[i]->number = 0;
		list[i]->result = result;
		list[i]->node = NULL;
	}
}

static void deliver(const asking *asking, question_verb verb, strata_tag_question *const *list)
{
	strata_tier *deepest = strata_database_keeper(asking->database);

	if (deepest == NULL) {
		give_up(list, asking->count, STRATA_UNCONFIGURED);
	} else if (deepest->ops->read_tags == NULL || deepest->ops->raise_tags == NULL) {
		give_up(list, asking->count, STRATA_UNSUPPORTED);
	} else if (verb == READ) {
		count_at(deepest, STRATA_COUNT_TAGS_ASKED, asking->count);
		deepest->ops->read_tags(deepest, asking->call, list, asking->count);
	} else {
		deepest->ops->raise_tags(deepest, asking->call, list, asking->count);
	}
}

/* OK, or the first failure. What the tier said is known to the host from here on. */
static strata_result take_answers(const asking *asking, strata_msec sent_at)
{
	strata_result result = STRATA_OK;

	for (size_t i = 0; i < asking->count; i++) {
		strata_tag_question *question = &asking->questions[i];

		if (has_number(question)) {
			note(asking->database, question->id, question->number, sent_at);
			continue;
		}
		/* Others change it all the time. */
		if (strata_result_class_of(question->result) == STRATA_ANSWER) {
			question->result = STRATA_BUSY;
		}
		result = result == STRATA_OK ? question->result : result;
	}
	return result;
}

/* In the arena; NULL: no memory. */
static strata_tag_question **list_of(const asking *asking)
{
	strata_tag_question **list =
		strata_arena_alloc(asking->call->arena, asking->count * sizeof(*list));

	for (size_t i = 0; i < asking->count && list != NULL; i++) {
		list[i] = &asking->questions[i];
	}
	return list;
}

/* As take_answers(). What was refused on the way to a number is not said. */
static strata_result run(asking *asking, question_verb verb)
{
	strata_tag_question **list = list_of(asking);
	uint64_t raised = raised_now();
	strata_msec sent_at = strata_clock_msec();
	char before[sizeof(asking->call->error)];
	strata_result result;

	memcpy(before, asking->call->error, sizeof(before));
	if (list == NULL) {
		asking->is_out_of_memory = true;
		return STRATA_NO_MEMORY;
	}
	for (size_t i = 0; i < asking->count; i++) {
		strata_tag_question *question = &asking->questions[i];

		question->next = next_of(question, verb, raised);
	}
	deliver(asking, verb, list);
	result = take_answers(asking, sent_at);
	if (result == STRATA_OK) {
		memcpy(asking->call->error, before, sizeof(before));
	}
	return result;
}

/* ---- what a call goes by ---- */

/*
 * The number that this host may go by, or 0: it is to be asked for. Where it will have to be soon,
 * and this caller is the one, it is asked for as well.
 */
static uint64_t number_or_ask(asking *asking, uint64_t id, uint64_t beside, strata_msec now)
{
	strata_tag_word word = word_of(asking->database, id);
	bool is_enough = is_good(asking->database, word, now) && word.number >= beside;
	uint64_t along = is_enough ? 0 : answered_along(asking->call, id);

	if (along != 0 && along >= beside) {
		return along;
	}
	if (!is_enough ||
		(is_early_due(asking->database, id, word, now) &&
			strata_tag_table_may_ask(asking->database->tag_table, record_id(asking->database, id),
				early_interval(asking->database), now))) {
		ask_for(asking, id, word.number > sensible(beside) ? word.number : beside);
	}
	return is_enough ? word.number : 0;
}

/* ---- along with a get ---- */

static void hang(const asking *asking)
{
	strata_tag_check *check = strata_arena_alloc(asking->call->arena, sizeof(*check));
	strata_tag_question **list = list_of(asking);

	if (check != NULL && list != NULL) {
		*check = (strata_tag_check){ .questions = list,
			.count = asking->count,
			.asked_at = strata_clock_msec() };
		asking->call->tag_check = check;
		asking->call->tag_answers = check;
	}
}

void strata_tags_hang(strata_database *database, strata_call *call)
{
	asking asking;
	strata_msec now;

	call->tag_answers = NULL;
	if (call->expected_tag_count == 0 || !strata_database_is_shared(database) ||
		strata_database_deepest(database) != strata_database_keeper(database)) {
		return;
	}
	asking = begin(database, call, call->expected_tag_count);
	now = strata_clock_msec();
	for (uint32_t i = 0; i < call->expected_tag_count; i++) {
		(void) number_or_ask(&asking, call->expected_tags[i], 0, now);
	}
	if (asking.count > 0) {
		hang(&asking);
	}
}

/* What is less than this host knew is made anew when it is asked for by itself. */
static void take_along(strata_database *database, const strata_call *call)
{
	const strata_tag_check *check = call->tag_answers;

	for (size_t i = 0; check != NULL && check->is_sent && i < check->count; i++) {
		const strata_tag_question *question = check->questions[i];

		if (has_number(question) && question->number >= question->least) {
			note(database, question->id, question->number, check->asked_at);
		}
	}
}

void strata_tags_unhang(strata_database *database, strata_call *call)
{
	take_along(database, call);
	if (call->tag_answers != NULL && call->tag_answers->is_sent) {
		count_at(strata_database_deepest(database), STRATA_COUNT_TAGS_ASKED,
			call->tag_answers->count);
	}
	call->tag_check = NULL;
	call->tag_answers = NULL;
}

/* ---- before a write ---- */

static size_t count_tags(strata_item *const *items, size_t count)
{
	size_t tags = 0;

	for (size_t i = 0; i < count; i++) {
		tags += items[i]->tag_count;
	}
	return tags;
}

static void fill_known(asking *asking, strata_item *item, strata_msec now)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (item->tags[i].number == 0) {
			item->tags[i].number = number_or_ask(asking, item->tags[i].id, 0, now);
		}
	}
}

static void fill_answered(const asking *asking, strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		const strata_tag_question *question = find_question(asking, item->tags[i].id);

		if (item->tags[i].number == 0 && question != NULL && has_number(question)) {
			item->tags[i].number = question->number;
		}
	}
}

static bool is_filled(const strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (item->tags[i].number == 0) {
			return false;
		}
	}
	return true;
}

strata_result strata_tags_read_tagged(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	asking asking = begin(database, call, count_tags(items, count));
	strata_msec now = strata_clock_msec();
	strata_result result = STRATA_OK;
	bool is_all = true;

	for (size_t i = 0; i < count; i++) {
		fill_known(&asking, items[i], now);
	}
	if (asking.count > 0) {
		result = run(&asking, READ);
	}
	for (size_t i = 0; i < count; i++) {
		fill_answered(&asking, items[i]);
		is_all = is_all && is_filled(items[i]);
	}
	if (is_all) {
		return STRATA_OK;
	}
	return result == STRATA_OK ? STRATA_NO_MEMORY : result;
}

/* ---- after a get ---- */

static bool bears_tags(const strata_item *item)
{
	return item->tag_count > 0 && (item->result == STRATA_OK || item->result == STRATA_STALE);
}

static const strata_tier *tier_of(const strata_database *database, strata_tier_kind kind)
{
	for (size_t i = 0; i < database->tier_count; i++) {
		if (database->tiers[i].ops->kind == kind) {
			return &database->tiers[i];
		}
	}
	return NULL;
}

static void outdate(strata_database *database, strata_item *item)
{
	count_at(tier_of(database, item->tier), STRATA_COUNT_TAGS_OUTDATED, 1);
	strata_cache_release(database, item);
	item->fence.version = item->version;
	item->result = STRATA_MISS;
}

static void fail(strata_database *database, strata_item *item, strata_result result,
	const char *node)
{
	strata_tier *deepest = strata_database_keeper(database);

	strata_cache_release(database, item);
	item->result = result;
	item->tier = deepest == NULL ? STRATA_TIER_LOCAL : deepest->ops->kind;
	item->node = node;
}

/* By what is known; what is not is asked for. */
static void check_or_ask(asking *asking, strata_item *item, strata_msec now)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		uint64_t number = number_or_ask(asking, item->tags[i].id, item->tags[i].number, now);

		if (number != 0 && number != item->tags[i].number) {
			outdate(asking->database, item);
			return;
		}
	}
}

static void check_without_memory(strata_database *database, strata_item *item, strata_msec now)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (!is_current(database, &item->tags[i], now)) {
			fail(database, item, STRATA_NO_MEMORY, NULL);
			return;
		}
	}
}

/* By the answers. A question that was only asked early may have failed: its word is good still. */
static void check_answered(const asking *asking, strata_item *item, strata_msec now)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		const strata_tag *tag = &item->tags[i];
		const strata_tag_question *question = find_question(asking, tag->id);

		if (question == NULL) {
			continue;
		}
		if (has_number(question)) {
			if (question->number != tag->number) {
				outdate(asking->database, item);
				return;
			}
		} else if (!is_current(asking->database, tag, now)) {
			fail(asking->database, item, question->result, question->node);
			return;
		}
	}
}

void strata_tags_verify(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	asking asking = begin(database, call, 0);
	strata_msec now;

	for (size_t i = 0; i < count; i++) {
		asking.most += bears_tags(items[i]) ? items[i]->tag_count : 0;
	}
	if (asking.most == 0) {
		return;
	}
	take_along(database, call);
	now = strata_clock_msec();
	for (size_t i = 0; i < count; i++) {
		if (bears_tags(items[i])) {
			check_or_ask(&asking, items[i], now);
		}
	}
	if (asking.count > 0) {
		strata_result result = run(&asking, READ);
		(void) result;
	}
	for (size_t i = 0; i < count && asking.is_out_of_memory; i++) {
		if (bears_tags(items[i])) {
			check_without_memory(database, items[i], now);
		}
	}
	for (size_t i = 0; i < count && asking.count > 0; i++) {
		if (bears_tags(items[i])) {
			check_answered(&asking, items[i], now);
		}
	}
}

/* ---- invalidating ---- */

static void count_raised(const asking *asking)
{
	uint64_t raised = 0;

	for (size_t i = 0; i < asking->count; i++) {
		raised += has_number(&asking->questions[i]);
	}
	count_at(strata_database_keeper(asking->database), STRATA_COUNT_INVALIDATIONS, raised);
}

/* A tier adds one to what is ahead of the clock, whatever comes of it. */
static bool looks_made(const asking *asking)
{
	for (size_t i = 0; i < asking->count; i++) {
		if (has_number(&asking->questions[i]) && strata_tags_is_made(asking->questions[i].number)) {
			return true;
		}
	}
	return false;
}

static strata_result invalidate(strata_database *database, strata_call *call, const uint64_t *ids,
	size_t count)
{
	asking asking = begin(database, call, count);
	strata_result result = STRATA_OK;

	call->is_urgent = true;
	for (size_t i = 0; i < count; i++) {
		ask_for(&asking, ids[i], word_of(database, ids[i]).number);
	}
	if (asking.count > 0) {
		result = run(&asking, RAISE);
		if (looks_made(&asking)) {
			result = run(&asking, RAISE);
		}
		count_raised(&asking);
	}
	for (size_t i = 0; i < count; i++) {
		const strata_tag_question *question = find_question(&asking, ids[i]);

		if (question == NULL || !has_number(question)) {
			doubt(database, ids[i]);
		}
	}
	return asking.is_out_of_memory ? STRATA_NO_MEMORY : result;
}

strata_result strata_tags_invalidate(strata_database *database, strata_call *call,
	const uint64_t *ids, size_t count)
{
	strata_result result;

	strata_mirror_begin_tags(database, ids, count);
	result = invalidate(database, call, ids, count);
	strata_mirror_end_tags(database, ids, count, result);
	return result;
}
