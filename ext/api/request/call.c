#include "api/request/call.h"

#include "SAPI.h"
#include "Zend/zend_exceptions.h"

#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "api/request/lent_arena.h"
#include "api/request/request.h"
#include "api/request/topology.h"
#include "base/compiler.h"
#include "cache/mirror/share.h"
#include "node/node.h"
#include "os/clock.h"
#include "protocol/meta.h"
#include "tier/remote_key.h"

enum {
	PART_FOR_FRAMES = 16,   /* of what memory_limit leaves, for what surrounds values */
	LEAST_ALLOWED = 2 << 20 /* bytes of replies to one call: slot maps and the like must go on */
};

/*
 * Runtimes that serve many requests in one of PHP's tell of a new one by its time, if by anything.
 * 0 says that no code has asked for the time yet.
 */
static strata_budget *budget_of_request(void)
{
	strata_budget *budget = &STRATA_G(budget);

	budget->refills = !strata_requests_end;
	if (STRATA_G(seen_time) != SG(global_request_time)) {
		STRATA_G(seen_time) = SG(global_request_time);
		if (budget->refills) {
			strata_budget_fill(budget);
		}
	}
	return budget;
}

/*
 * The arena is no memory of PHP, so its replies do not count for memory_limit. But what is read has
 * to be made into values of PHP in the end: more than what the limit leaves is read in vain.
 */
static void allow_replies(strata_arena *arena)
{
	size_t limit = PG(memory_limit) > 0 ? (size_t) PG(memory_limit) : 0;
	size_t used = limit == 0 ? 0 : zend_memory_usage(false);
	size_t left = used < limit ? limit - used : 0;

	if (limit != 0) {
		left -= left / PART_FOR_FRAMES;
		strata_arena_allow(arena, left < LEAST_ALLOWED ? LEAST_ALLOWED : left);
	}
}

STRATA_COLD bool strata_api_refuse_without_memory(void)
{
	zend_throw_exception(strata_capacity_exception, "out of memory", 0);
	return false;
}

bool strata_api_allow_beside_plain(const strata_api_call *call, const char *what)
{
	if (call->database->keyspace.format != STRATA_FORMAT_PLAIN) {
		return true;
	}
	zend_throw_exception_ex(strata_configuration_exception, 0,
		"database %s: %s cannot be had with strata.format = plain: other programs would not know "
		"of it; accepted: envelope, or a database of its own",
		call->database->name, what);
	return false;
}

bool strata_api_check_plain_name(const strata_api_call *call, strata_view key)
{
	strata_view written = strata_remote_key_written(key);
	size_t prefix = strlen(call->database->keyspace.name_space);

	if (call->database->memcached_dsn.count == 0 ||
		(strata_meta_key_is_plain(written) && prefix + written.size <= STRATA_META_KEY_LIMIT)) {
		return true;
	}
	zend_value_error("The key must be one that memcached can name, since strata.foreign or "
					 "strata.format makes names plain: at most %d bytes with the prefix in "
					 "front, no space and no control character; %zu bytes given",
		STRATA_META_KEY_LIMIT, prefix + written.size);
	return false;
}

/* Without memory nothing is compared. */
static STRATA_COLD strata_read_sample *new_sample(const strata_mirror *mirror, strata_arena *arena)
{
	strata_read_sample *sample =
		strata_mirror_samples(mirror) ? strata_arena_alloc(arena, sizeof(*sample)) : NULL;

	if (sample != NULL) {
		sample->count = 0;
	}
	return sample;
}

static inline strata_read_sample *sample_for(const strata_database *database, strata_arena *arena)
{
	return database->mirror == NULL ? NULL : new_sample(database->mirror, arena);
}

static inline bool begin_on(strata_api_call *call, strata_database *database,
	const strata_space *space)
{
	call->database = database;
	strata_space_copy(&call->space, space);
	strata_nodes_look_at_probes();
	call->lent = strata_lent_arena_lend();
	if (call->lent == NULL) {
		return false;
	}
	call->return_mode = strata_api_return_mode_of(call->database);
	call->call.arena = call->lent->arena;
	allow_replies(call->call.arena);
	call->call.now = strata_clock_msec();
	call->call.generation = 0;
	call->call.is_generation_due = false;
	call->call.is_generation_new = false;
	call->call.check = NULL;
	call->call.tag_check = NULL;
	call->call.tag_answers = NULL;
	call->call.expected_tags = call->space.ids;
	call->call.expected_tag_count = call->space.depth;
	call->call.budget = budget_of_request();
	call->call.is_urgent = false;
	call->call.takes_stale = false;
	call->call.wants_ends = false;
	call->call.wants_newest = false;
	call->call.sample = sample_for(database, call->call.arena);
	call->call.waited = 0;
	call->call.counted = 0;
	call->call.later_steps = 0;
	call->call.error[0] = '\0';
	call->call.notice = NULL;
	call->call.misconfigured = NULL;
	return true;
}

/* What cannot be had ends the call, too. */
static bool allow_namespace(strata_api_call *call)
{
	if (strata_api_allow_beside_plain(call, "a namespace that is made at run time")) {
		return true;
	}
	strata_api_end(call);
	return false;
}

bool strata_api_begin(strata_api_call *call, const strata_space *space)
{
	strata_database *database;

	strata_api_look_at_segment();
	strata_api_follow_topology();
	if (EG(exception)) {
		return false;
	}
	database = strata_api_database(space->database);
	if (database == NULL) {
		return false;
	}
	return (begin_on(call, database, space) || strata_api_refuse_without_memory()) &&
		   (space->depth == 0 || allow_namespace(call));
}

bool strata_api_try_begin(strata_api_call *call, const strata_space *space,
	char error[STRATA_DATABASE_ERROR])
{
	strata_database *database;

	strata_api_look_at_segment();
	strata_api_follow_topology();
	database = strata_api_try_database(space->database, error);
	if (database == NULL) {
		return false;
	}
	snprintf(error, STRATA_DATABASE_ERROR, "out of memory");
	return begin_on(call, database, space);
}

STRATA_COLD bool strata_api_begin_on(strata_api_call *call, strata_database *database,
	const strata_space *space)
{
	return begin_on(call, database, space);
}

void strata_api_expect(strata_api_call *call, const strata_tag_list *tags)
{
	uint64_t *ids = strata_arena_alloc(call->call.arena, tags->count * sizeof(*ids));

	for (uint16_t i = 0; i < tags->count && ids != NULL; i++) {
		ids[i] = tags->tags[i].id;
	}
	if (ids != NULL) {
		call->call.expected_tags = ids;
		call->call.expected_tag_count = tags->count;
	}
}

void strata_api_end(strata_api_call *call)
{
	if (call->lent != NULL && call->database->mirror != NULL) {
		strata_api_note_turn(call->database, call->call.sample);
	}
	strata_lent_arena_return(call->lent);
	call->lent = NULL;
}

bool strata_api_give_tags(const strata_api_call *call, const strata_tag_list *tags,
	strata_item *item)
{
	return strata_api_allow_beside_plain(call, "a value with tags") &&
		   (strata_space_tag_item(tags, call->call.arena, item) ||
			   strata_api_refuse_without_memory());
}
