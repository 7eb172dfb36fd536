/*
 * A number is read by GET, from the master. It is made and raised by one script, so that it only
 * ever rises. Where scripts are not allowed, SET has to do: two hosts that set a number at the same
 * time leave one of both, neither of which any value bears yet. Each adds something at random, so
 * that they do not come to the same number.
 *
 * All of these may be done twice, and none takes a value back by its name: what was not confirmed
 * is not owed.
 */
#include "tier/redis/redis_tags.h"

#include "os/clock.h"
#include "os/process.h"
#include "tier/remote_key.h"

/*
 * ARGV: least, next, limit, life in seconds. A number of at least `least` stays and lives on. Any
 * other becomes next, or one more than it was. Numbers are compared and counted as text, because
 * Lua's own have 53 bits. What is no number, or over the limit, counts as missing, and so does a
 * list or the like. Returns the number.
 */
#define NUMBER_SCRIPT \
	"local function less(a,b) return #a<#b or (#a==#b and a<b) end " \
	"local held=redis.pcall('GET',KEYS[1]) " \
	"if type(held)=='table' then " \
	"if not string.find(held.err,'WRONGTYPE',1,true) then return held end held=false end " \
	"if not held or not string.find(held,'^[1-9]%d*$') or less(ARGV[3],held) then held='0' end " \
	"if less(held,ARGV[1]) then " \
	"if less(held,ARGV[2]) then held=ARGV[2] else " \
	"local head,digit,nines=string.match(held,'^(%d*)([0-8])(9*)$') " \
	"held=digit and head..(digit+1)..string.rep('0',#nines) or ARGV[2] end end " \
	"redis.call('SET',KEYS[1],held,'EX',ARGV[4]) return held"

/* Questions on their way: the items hold their numbers and results. */
typedef struct {
	strata_redis_tier *tier;
	strata_call *call;
	strata_tag_question **questions; /* NULL: no memory */
	strata_item *items;              /* twice as many */
	strata_item **list;
	size_t count;
} numbers;

static numbers begin(strata_redis_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	numbers numbers = { tier, call, strata_arena_alloc(call->arena, count * sizeof(*questions)),
		strata_arena_alloc(call->arena, 2 * count * sizeof(strata_item)),
		strata_arena_alloc(call->arena, 2 * count * sizeof(strata_item *)), 0 };

	if (numbers.items == NULL || numbers.list == NULL) {
		numbers.questions = NULL;
	}
	for (size_t i = 0; i < count; i++) {
		strata_tag_question_complete(questions[i], &(strata_item){ .result = STRATA_NO_MEMORY });
		if (numbers.questions != NULL) {
			numbers.list[2 * i] = &numbers.items[2 * i];
			numbers.list[2 * i + 1] = &numbers.items[2 * i + 1];
			numbers.questions[numbers.count++] = questions[i];
		}
	}
	return numbers;
}

/* For so many commands to each question. */
static strata_redis_batch batch_of(const numbers *numbers, size_t commands)
{
	strata_redis_batch batch;

	for (size_t i = 0; i < commands * numbers->count; i++) {
		numbers->items[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
	}
	batch = strata_redis_batch_of(numbers->tier, numbers->call, numbers->list,
		commands * numbers->count);
	batch.believes_old = true;
	return batch;
}

static strata_view name_of(const numbers *numbers, size_t index)
{
	return strata_remote_key_of_tag(numbers->call->arena, numbers->tier->keyspace,
		numbers->questions[index]->id);
}

/* SET answers OK, with no number. */
static strata_result classify(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	return strata_resp_is_ok(reply) ? STRATA_OK : strata_redis_classify_tag(batch, reply, item);
}

/* A list or the like is no number, as text is none. */
static bool is_of_other_type(const strata_redis_batch *batch, size_t index)
{
	return batch->items[index]->result == STRATA_SERVER &&
		   strata_resp_is_error(batch->commands[index].reply, "WRONGTYPE");
}

static void run(strata_redis_batch *batch)
{
	for (size_t i = 0; batch->commands != NULL && i < batch->added; i++) {
		batch->commands[i].is_repeatable = true;
	}
	strata_redis_batch_run(batch, classify);
	for (size_t i = 0; batch->commands != NULL && i < batch->count; i++) {
		if (is_of_other_type(batch, i)) {
			batch->items[i]->result = STRATA_NOT_INTEGER;
		}
	}
}

/* ---- one round each ---- */

static void get_all(const numbers *numbers)
{
	strata_redis_batch batch = batch_of(numbers, 1);

	for (size_t i = 0; i < numbers->count; i++) {
		strata_view get[] = { strata_view_of("GET"), name_of(numbers, i) };

		strata_redis_batch_add(&batch, get, 2, 1);
	}
	run(&batch);
	for (size_t i = 0; i < numbers->count; i++) {
		strata_tag_question_complete(numbers->questions[i], &numbers->items[i]);
	}
}

typedef enum { MAKE, RAISE } change;

/* What may stay as it is. */
static uint64_t least_of(const strata_tag_question *question, change change)
{
	if (change == RAISE) {
		return STRATA_TAG_LIMIT + 1;
	}
	return question->least == 0 ? 1 : question->least;
}

static void run_script(const numbers *numbers, change change)
{
	strata_redis_batch batch = batch_of(numbers, 1);

	for (size_t i = 0; i < numbers->count; i++) {
		const strata_tag_question *question = numbers->questions[i];
		strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(NUMBER_SCRIPT),
			strata_view_of("1"), name_of(numbers, i),
			strata_redis_batch_number(&batch, (int64_t) least_of(question, change)),
			strata_redis_batch_number(&batch, (int64_t) question->next),
			strata_redis_batch_number(&batch, (int64_t) STRATA_TAG_LIMIT),
			strata_redis_batch_number(&batch, STRATA_TAG_LIFE) };

		strata_redis_batch_add(&batch, eval, 8, 3);
	}
	run(&batch);
	for (size_t i = 0; i < numbers->count; i++) {
		strata_tag_question_complete(numbers->questions[i], &numbers->items[i]);
	}
}

typedef enum { UNLESS_THERE, WHATEVER_IS_THERE } condition;

static void add_set(strata_redis_batch *batch, strata_view name, uint64_t number,
	condition condition)
{
	strata_view set[] = { strata_view_of("SET"), name,
		strata_redis_batch_number(batch, (int64_t) number), strata_view_of("EX"),
		strata_redis_batch_number(batch, STRATA_TAG_LIFE), strata_view_of("NX") };

	strata_redis_batch_add(batch, set, condition == UNLESS_THERE ? 6 : 5, 1);
}

/* SET, and behind it GET, which says what is there now: another host may have been faster. */
static void set_all(const numbers *numbers, condition condition)
{
	strata_redis_batch batch = batch_of(numbers, 2);

	for (size_t i = 0; i < numbers->count; i++) {
		const strata_tag_question *question = numbers->questions[i];
		strata_view name = name_of(numbers, i);
		strata_view get[] = { strata_view_of("GET"), name };

		add_set(&batch, name, question->next + strata_process_random_word() % STRATA_TAG_APART,
			question->least == 0 ? condition : WHATEVER_IS_THERE);
		strata_redis_batch_add(&batch, get, 2, 1);
	}
	run(&batch);
	for (size_t i = 0; i < numbers->count; i++) {
		const strata_item *set = &numbers->items[2 * i];
		bool is_answer = strata_result_class_of(set->result) == STRATA_ANSWER;

		strata_tag_question_complete(numbers->questions[i], is_answer ? set + 1 : set);
	}
}

/* ---- making and raising ---- */

/* Of the questions asked, those with this result are left. */
static void keep(numbers *numbers, strata_tag_question *const *questions, size_t count,
	strata_result result)
{
	numbers->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (questions[i]->result == result) {
			numbers->questions[numbers->count++] = questions[i];
		}
	}
}

/* Without scripts. NX leaves what is no number as it is, which is then written over. */
static void change_plainly(numbers *numbers, strata_tag_question *const *questions, size_t count,
	change change)
{
	set_all(numbers, change == MAKE ? UNLESS_THERE : WHATEVER_IS_THERE);
	keep(numbers, questions, count, STRATA_NOT_INTEGER);
	if (numbers->count > 0) {
		set_all(numbers, WHATEVER_IS_THERE);
	}
	keep(numbers, questions, count, STRATA_UNSUPPORTED);
	if (numbers->count > 0) {
		strata_call_explain_more(numbers->call, " (the number of a tag takes EVAL, GET and SET)");
	}
}

static bool may_run_scripts(const numbers *numbers)
{
	return strata_clock_msec() >= numbers->tier->tags_refused_until;
}

/*
 * Those that are listed in numbers. Questions are all that were asked, of which some may be listed
 * as copies of theirs, whose result does not count.
 */
static void change_all(numbers *numbers, strata_tag_question *const *questions, size_t count,
	change change)
{
	if (numbers->count > 0 && may_run_scripts(numbers)) {
		run_script(numbers, change);
		keep(numbers, questions, count, STRATA_UNSUPPORTED);
		if (numbers->count > 0) {
			numbers->tier->tags_refused_until = strata_clock_msec() + STRATA_SCRIPTS_REFUSED_FOR;
		}
	}
	if (numbers->count > 0) {
		change_plainly(numbers, questions, count, change);
	}
}

static bool is_to_be_made(const strata_tag_question *question)
{
	bool is_enough = question->number != 0 && question->number >= question->least;
	bool is_known = question->result == STRATA_OK || question->result == STRATA_MISS ||
					question->result == STRATA_NOT_INTEGER;

	return question->next != 0 && is_known && !is_enough;
}

/* One reader of many. */
static void list_renewals(numbers *numbers, strata_tag_question *const *questions, size_t count)
{
	uint64_t now = strata_clock_wall_msec() * 1000;

	for (size_t i = 0; i < count; i++) {
		strata_tag_question *copy;

		if (is_to_be_made(questions[i]) || !strata_tag_question_is_old(questions[i], now) ||
			strata_process_random_word() % STRATA_TAG_RENEWED_BY != 0) {
			continue;
		}
		copy = strata_arena_alloc(numbers->call->arena, sizeof(*copy));
		if (copy != NULL) {
			*copy = *questions[i];
			copy->least = copy->number;
			numbers->questions[numbers->count++] = copy;
		}
	}
}

void strata_redis_tags_read(strata_redis_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	numbers numbers = begin(tier, call, questions, count);

	if (numbers.questions == NULL) {
		return;
	}
	get_all(&numbers);
	numbers.count = 0;
	for (size_t i = 0; i < count; i++) {
		if (is_to_be_made(questions[i])) {
			numbers.questions[numbers.count++] = questions[i];
		}
	}
	if (may_run_scripts(&numbers)) {
		list_renewals(&numbers, questions, count);
	}
	change_all(&numbers, questions, count, MAKE);
	for (size_t i = 0; i < count; i++) {
		if (questions[i]->result == STRATA_NOT_INTEGER) {
			questions[i]->result = STRATA_MISS;
		}
	}
}

void strata_redis_tags_raise(strata_redis_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	numbers numbers = begin(tier, call, questions, count);

	if (numbers.questions != NULL) {
		change_all(&numbers, questions, count, RAISE);
	}
}
