/*
 * A number is looked at with its cas, and swapped by it where it is to be another one. So it only
 * ever rises. A server without cas (started with -C) sets it: of two hosts that do so at the same
 * time one wins, and no value bears either number yet. So that they do not come to the same one,
 * each adds something at random.
 *
 * A number that was evicted is missing, and made anew: all values that bear an older one miss.
 * Where values have two places, a number still has one: of two that differ, both may be old.
 */
#include "tier/memcached/memcached_tags.h"

#include "base/digits.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/remote_key.h"

enum { TRIES = 16 /* of each round of swaps one host succeeds */ };

typedef enum { READ, RAISE } purpose;

typedef struct {
	strata_tag_question *question;
	strata_item item;
	uint64_t held;   /* 0: nothing, or no number */
	uint64_t cas;    /* of what is there; 0: the server has none */
	uint64_t wanted; /* what is to be there */
	bool is_there;
} number;

/* Those of which something is still to be done. */
typedef struct {
	const strata_memcached_tier *tier;
	strata_call *call;
	number *all;
	number **open;
	strata_item **list;
	size_t count; /* of open */
} numbers;

static void complete(number *number, strata_result result, uint64_t value)
{
	number->question->result = result;
	number->question->number = result == STRATA_OK ? value : 0;
	number->question->node = number->item.node;
}

static numbers begin(const strata_memcached_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	number *all = strata_arena_alloc(call->arena, count * sizeof(*all));
	numbers numbers = { tier, call, all, strata_arena_alloc(call->arena, count * sizeof(number *)),
		strata_arena_alloc(call->arena, count * sizeof(strata_item *)), 0 };
	bool is_room = all != NULL && numbers.open != NULL && numbers.list != NULL;

	for (size_t i = 0; i < count; i++) {
		questions[i]->result = STRATA_NO_MEMORY;
		questions[i]->number = 0;
		questions[i]->node = NULL;
		if (is_room) {
			all[i] = (number){ .question = questions[i] };
			numbers.open[numbers.count++] = &all[i];
		}
	}
	return numbers;
}

/* To the server of each name. */
static strata_memcached_batch address(const numbers *numbers, strata_meta_verb verb)
{
	strata_memcached_batch batch;

	for (size_t i = 0; i < numbers->count; i++) {
		numbers->open[i]->item = (strata_item){ .value.codec = STRATA_CODEC_NULL };
		numbers->list[i] = &numbers->open[i]->item;
	}
	batch =
		strata_memcached_batch_blank(numbers->tier, numbers->call, numbers->list, numbers->count);
	batch.believes_old = true;
	for (size_t i = 0; batch.commands != NULL && i < numbers->count; i++) {
		batch.commands[i].request.verb = verb;
		if (!strata_memcached_batch_name_tag(numbers->tier, numbers->call,
				numbers->open[i]->question->id, &batch.commands[i])) {
			batch.commands = NULL;
		}
	}
	return batch;
}

/* ---- looking ---- */

static void look(const numbers *numbers)
{
	strata_memcached_batch batch = address(numbers, STRATA_META_LOOK);

	strata_memcached_batch_run(&batch, strata_memcached_classify_tag);
	for (size_t i = 0; i < numbers->count; i++) {
		number *number = numbers->open[i];
		bool is_answer =
			batch.commands != NULL && strata_result_class_of(number->item.result) == STRATA_ANSWER;

		number->is_there = is_answer && number->item.result != STRATA_MISS;
		number->cas = number->is_there ? batch.commands[i].reply.cas : 0;
		number->held = number->item.result == STRATA_OK ? (uint64_t) number->item.value.integer : 0;
	}
}

/* ---- swapping ---- */

static bool is_enough(const number *number, purpose purpose)
{
	const strata_tag_question *question = number->question;

	return purpose == READ &&
		   (question->next == 0 || (number->held != 0 && number->held >= question->least));
}

/* Completes what needs no change, and keeps the rest. */
static void keep_lower(numbers *numbers, purpose purpose)
{
	size_t kept = 0;

	for (size_t i = 0; i < numbers->count; i++) {
		number *number = numbers->open[i];
		uint64_t next = number->question->next;

		if (strata_result_class_of(number->item.result) != STRATA_ANSWER) {
			complete(number, number->item.result, 0);
		} else if (is_enough(number, purpose)) {
			complete(number, number->held == 0 ? STRATA_MISS : STRATA_OK, number->held);
		} else {
			number->wanted =
				number->held < next || number->held == STRATA_TAG_LIMIT ? next : number->held + 1;
			numbers->open[kept++] = number;
		}
	}
	numbers->count = kept;
}

static strata_view digits_of(const numbers *numbers, uint64_t number)
{
	strata_digits room;

	return strata_arena_copy(numbers->call->arena, strata_digits_of(number, &room));
}

static void compose(const numbers *numbers, strata_memcached_batch *batch, size_t index)
{
	number *number = numbers->open[index];
	strata_meta_request *request = &batch->commands[index].request;

	if (number->is_there && number->cas == 0) {
		number->wanted += strata_process_random_word() % STRATA_TAG_APART;
	}
	request->mode = number->is_there ? 'S' : 'E';
	request->cas = number->cas;
	request->ttl = strata_memcached_batch_seconds(batch, STRATA_TAG_LIFE);
	request->value = digits_of(numbers, number->wanted);
	if (request->value.data == NULL) {
		batch->commands = NULL;
	}
}

/* Completes what was swapped, or failed, and keeps those that another host was faster with. */
static void swap(numbers *numbers)
{
	strata_memcached_batch batch = address(numbers, STRATA_META_SET);
	size_t kept = 0;

	for (size_t i = 0; batch.commands != NULL && i < numbers->count; i++) {
		compose(numbers, &batch, i);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
	for (size_t i = 0; i < numbers->count; i++) {
		number *number = numbers->open[i];

		complete(number, number->item.result, number->wanted);
		if (number->item.result == STRATA_NOT_STORED) {
			number->question->result = STRATA_BUSY;
			numbers->open[kept++] = number;
		}
	}
	numbers->count = kept;
}

static void go_on(numbers *numbers, purpose purpose)
{
	for (int i = 0; i < TRIES && numbers->count > 0; i++) {
		look(numbers);
		keep_lower(numbers, purpose);
		if (numbers->count > 0) {
			swap(numbers);
		}
	}
}

/* ---- renewing ---- */

/* Whatever comes of it: the number was read. */
static strata_result classify_renewed(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	return command->reply.code == STRATA_META_HD ? STRATA_OK : STRATA_MISS;
}

static void renew(const numbers *numbers)
{
	strata_memcached_batch batch = address(numbers, STRATA_META_TOUCH);

	for (size_t i = 0; batch.commands != NULL && i < numbers->count; i++) {
		batch.commands[i].request.ttl = strata_memcached_batch_seconds(&batch, STRATA_TAG_LIFE);
	}
	strata_memcached_batch_run(&batch, classify_renewed);
}

/* One reader of many. */
static void list_renewals(numbers *numbers, size_t count)
{
	uint64_t now = strata_clock_wall_msec() * 1000;

	numbers->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (strata_tag_question_is_old(numbers->all[i].question, now) &&
			strata_process_random_word() % STRATA_TAG_RENEWED_BY == 0) {
			numbers->open[numbers->count++] = &numbers->all[i];
		}
	}
}

/* ---- exported ---- */

void strata_memcached_tags_read(const strata_memcached_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	numbers numbers = begin(tier, call, questions, count);
	size_t listed = numbers.count;

	go_on(&numbers, READ);
	list_renewals(&numbers, listed);
	if (numbers.count > 0) {
		renew(&numbers);
	}
}

void strata_memcached_tags_raise(const strata_memcached_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count)
{
	numbers numbers = begin(tier, call, questions, count);

	go_on(&numbers, RAISE);
}
