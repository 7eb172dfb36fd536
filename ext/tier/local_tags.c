#include "tier/local_tags.h"

#include "base/hash.h"
#include "os/process.h"

enum { TRIES = 16 /* each lost to another process that changed the number */ };

/* An arbitrary constant that keeps the numbers apart from what the database holds. */
static const uint64_t tags_seed = 0x7374726174613037;

/* The one number, on its way. */
typedef struct {
	strata_store *store;
	strata_store_key key;
	const strata_call *call;
	strata_tag_question *question;
} place;

static place place_of(strata_store *store, uint64_t local_id, const strata_call *call,
	strata_tag_question *question)
{
	strata_view id = { (const char *) &local_id, sizeof(local_id) };

	question->number = 0;
	question->node = NULL;
	return (place){ store,
		{ strata_hash_of(id, tags_seed), 1,
			{ (const char *) &question->id, sizeof(question->id) } },
		call, question };
}

/* What is there: 0 where there is nothing, or nothing that can be a number. */
static strata_result look(const place *place, uint64_t *number, uint64_t *version)
{
	strata_record record;
	strata_result result = strata_store_get(place->store, &place->key, place->call->now,
		STRATA_READ_COPY, place->call->arena, &record);

	*version = record.version;
	*number = result == STRATA_OK && record.value.codec == STRATA_CODEC_INTEGER &&
					  record.value.integer > 0 &&
					  (uint64_t) record.value.integer <= STRATA_TAG_LIMIT
				  ? (uint64_t) record.value.integer
				  : 0;
	return result;
}

/* In the place of the version that was seen; 0: of nothing. NOT_STORED: another process was it. */
static strata_result store(const place *place, uint64_t number, uint64_t seen)
{
	const strata_record record = {
		.value = { .codec = STRATA_CODEC_INTEGER, .integer = (int64_t) number },
		.life = { .dead_at = STRATA_NEVER,
			.fresh_until = STRATA_NEVER,
			.expires_at = STRATA_NEVER },
		.version = strata_process_random_word() | 1,
		.expected = seen,
	};

	return strata_store_put(place->store, &place->key, place->call->now,
		seen == 0 ? STRATA_STORE_ADD : STRATA_STORE_COMPARE, &record);
}

static bool is_answer(strata_result result)
{
	return result == STRATA_OK || result == STRATA_MISS;
}

/* least: what may stay as it is; what is less becomes next, or one more than it was. */
static strata_result raise_to(const place *place, uint64_t least)
{
	strata_result result = STRATA_NOT_STORED;

	for (int i = 0; i < TRIES && result == STRATA_NOT_STORED; i++) {
		uint64_t number, version, wanted;

		result = look(place, &number, &version);
		if (!is_answer(result) || (number != 0 && number >= least)) {
			place->question->number = number;
			return result;
		}
		wanted = number < place->question->next ? place->question->next : number + 1;
		result = store(place, wanted, result == STRATA_MISS ? 0 : version);
		place->question->number = result == STRATA_OK ? wanted : 0;
	}
	return result == STRATA_NOT_STORED ? STRATA_BUSY : result;
}

void strata_local_tags_read(strata_store *store, uint64_t local_id, const strata_call *call,
	strata_tag_question *question)
{
	place place = place_of(store, local_id, call, question);
	uint64_t version;

	if (question->next != 0) {
		question->result = raise_to(&place, question->least);
		return;
	}
	question->result = look(&place, &question->number, &version);
	if (question->number == 0 && is_answer(question->result)) {
		question->result = STRATA_MISS;
	}
}

void strata_local_tags_raise(strata_store *store, uint64_t local_id, const strata_call *call,
	strata_tag_question *question)
{
	place place = place_of(store, local_id, call, question);

	question->result = raise_to(&place, UINT64_MAX);
}
