/*
 * What is listed is of one namespace of one database, and of this user: the store tells values of
 * others apart by their local id, and none of theirs is ever looked at more closely. Sessions have
 * no copies here.
 */
#include "api/operator/keys.h"

#include "api/operator/allowed.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/value/shown_key.h"
#include "base/hash.h"
#include "cache/generation.h"
#include "cache/tags.h"
#include "os/clock.h"
#include "store/walk.h"

enum {
	MOST_KEYS = 10000,
	MOST_PLACES = 1 << 20 /* what a call looks at takes a tenth of a second, about */
};

typedef struct {
	strata_view prefix;
	uint32_t limit;
	uint64_t position;
} wish;

/* What was found, and an item for each, by which its tags are judged. */
typedef struct {
	strata_walked *walked;
	strata_item *items;
	strata_item **list;
	uint32_t count;
} finds;

static const char *name_of(strata_codec_id codec)
{
	switch (codec) {
		case STRATA_CODEC_NULL: return "null";
		case STRATA_CODEC_FALSE: return "false";
		case STRATA_CODEC_TRUE: return "true";
		case STRATA_CODEC_INTEGER: return "integer";
		case STRATA_CODEC_DOUBLE: return "double";
		case STRATA_CODEC_STRING: return "string";
		case STRATA_CODEC_PHP: return "php";
		case STRATA_CODEC_IGBINARY: return "igbinary";
		case STRATA_CODEC_IMAGE: return "image";
		case STRATA_CODEC_OBJECTS: return "objects";
		case STRATA_CODEC_JSON: return "json";
		case STRATA_CODEC_ABSENT:
		case STRATA_CODEC_MOVED: break;
	}
	return "unknown";
}

/*
 * The key as the script wrote it; false for one of another space. At the root all keys of
 * namespaces are met, too.
 */
static bool take_prefix_off(const strata_space *space, strata_view *key)
{
	size_t size = 0;

	if (space->depth > 0) {
		size = STRATA_SPACE_PREFIX;
	} else if (key->size > 0 && key->data[0] == '~') {
		if (key->size <= STRATA_KEY_ESCAPE || key->data[1] != ':') {
			return false;
		}
		size = STRATA_KEY_ESCAPE;
	}
	if (key->size <= size) {
		return false;
	}
	key->data += size;
	key->size -= size;
	return true;
}

/* Of a key that may be empty. */
static strata_view prefix_below(const strata_api_call *call, strata_view prefix)
{
	if (call->space.depth == 0 && prefix.size == 0) {
		return prefix;
	}
	return strata_space_prefixed(&call->space, prefix, call->call.arena);
}

static void add_seconds(zval *row, const char *name, strata_msec end, strata_msec now)
{
	if (end == STRATA_NEVER) {
		add_assoc_null(row, name);
	} else {
		add_assoc_double(row, name, end > now ? (double) (end - now) / 1000 : 0);
	}
}

/* Numbers that the server counts, and what other programs wrote, say nothing of it. */
static void add_age(zval *row, strata_msec created_at, strata_msec wall)
{
	if (created_at == 0) {
		add_assoc_null(row, "age");
	} else {
		add_assoc_double(row, "age", wall > created_at ? (double) (wall - created_at) / 1000 : 0);
	}
}

/* shown is what the key is listed under. */
static void add_key(zval *keys, strata_view shown, const strata_walked *found)
{
	const strata_record *record = &found->record;
	strata_msec wall = strata_clock_wall_msec();
	strata_msec soft = record->life.fresh_until;
	strata_msec end = soft != STRATA_NEVER ? soft : record->life.expires_at;
	zval row;

	array_init(&row);
	add_assoc_long(&row, "size", (zend_long) found->size);
	add_assoc_long(&row, "bytes", (zend_long) found->taken);
	add_assoc_string(&row, "type", name_of(record->value.codec));
	add_seconds(&row, "ttl", end, wall);
	add_seconds(&row, "local_ttl", record->life.dead_at, strata_clock_msec());
	add_age(&row, record->created_at, wall);
	add_assoc_double(&row, "cost", (double) record->cost_msec / 1000);
	add_assoc_long(&row, "tags", record->tag_count);
	zend_symtable_str_update(Z_ARRVAL_P(keys), shown.data, shown.size, &row);
}

static strata_result make_room(strata_api_call *call, uint32_t limit, finds *finds)
{
	strata_arena *arena = call->call.arena;
	size_t room = (size_t) limit + STRATA_WALK_SPARE;

	finds->count = 0;
	finds->walked = strata_arena_alloc(arena, room * sizeof(*finds->walked));
	finds->items = strata_arena_alloc(arena, room * sizeof(*finds->items));
	finds->list = strata_arena_alloc(arena, room * sizeof(strata_item *));
	return finds->walked == NULL || finds->items == NULL || finds->list == NULL ? STRATA_NO_MEMORY
																				: STRATA_OK;
}

static strata_result walk_on(strata_api_call *call, wish *wish, finds *finds)
{
	strata_walk_order order = {
		.namespace_id = call->database->keyspace.local_id,
		.prefix = prefix_below(call, wish->prefix),
		.most_places = MOST_PLACES,
		.most_found = wish->limit,
		.now = call->call.now,
	};
	strata_result result = make_room(call, wish->limit, finds);

	if (result != STRATA_OK || order.prefix.data == NULL) {
		return STRATA_NO_MEMORY;
	}
	/* Where no server tells the number, what is here lives under one of its own. */
	(void) !strata_cache_prepare(call->database, &call->call);
	order.generation = call->call.generation;
	return strata_walk_go_on(call->database->store, &order, call->call.arena, &wish->position,
		finds->walked, &finds->count);
}

/* A value of a namespace that was cleared, or with a tag that was invalidated, is none. */
static void drop_outdated(strata_api_call *call, finds *finds)
{
	for (uint32_t i = 0; i < finds->count; i++) {
		const strata_walked *found = &finds->walked[i];

		finds->items[i] = (strata_item){
			.key = found->key,
			.value.codec = STRATA_CODEC_NULL,
			.result = STRATA_OK,
			.tier = STRATA_TIER_LOCAL,
			.version = found->record.version,
			.tags = found->record.tags,
			.tag_count = found->record.tag_count,
		};
		finds->list[i] = &finds->items[i];
	}
	strata_tags_settle(call->database, &call->call, finds->list, finds->count);
}

static void list(strata_api_call *call, wish *wish, zval *keys)
{
	bool shows_keys = call->database->settings.show_keys == STRATA_SHOW_KEYS_ON;
	char digest[STRATA_KEY_DIGEST];
	finds finds;

	if (call->database->store == NULL) {
		wish->position = STRATA_WALK_OVER;
		return;
	}
	if (walk_on(call, wish, &finds) != STRATA_OK) {
		(void) strata_api_refuse_without_memory();
		return;
	}
	drop_outdated(call, &finds);
	for (uint32_t i = 0; i < finds.count; i++) {
		strata_view key = finds.walked[i].key;

		if (finds.items[i].result != STRATA_MISS && take_prefix_off(&call->space, &key)) {
			strata_print_key_digest(strata_hash_of(finds.walked[i].key, 0), digest);
			add_key(keys, shows_keys ? key : strata_view_of(digest), &finds.walked[i]);
		}
	}
}

static bool find_database(zend_string *name, uint32_t *index)
{
	zend_string *wanted =
		name != NULL ? zend_string_copy(name) : ZSTR_INIT_LITERAL("default", false);
	bool is_found = strata_api_find_database(wanted, index);

	if (!is_found) {
		strata_errors_throw_no_database(wanted);
	}
	zend_string_release(wanted);
	return is_found;
}

/* NULL is the default of both. False with an exception thrown. */
static bool find_space(zend_string *database, zend_string *name, strata_space *space)
{
	uint32_t index;

	if (!find_database(database, &index)) {
		return false;
	}
	*space = strata_space_root(index);
	if (name == NULL || ZSTR_LEN(name) == 0) {
		return true;
	}
	if (ZSTR_LEN(name) > STRATA_LONGEST_NAMESPACE) {
		zend_argument_value_error(4, "must be at most %d bytes", STRATA_LONGEST_NAMESPACE);
		return false;
	}
	return strata_space_enter(space, (strata_view){ ZSTR_VAL(name), ZSTR_LEN(name) });
}

/* Where the cursor says that the walk goes on. False with an exception thrown. */
static bool read_cursor(const zval *cursor, uint64_t *position)
{
	*position = STRATA_WALK_OVER;
	if (cursor == NULL) {
		return true;
	}
	ZVAL_DEREF(cursor);
	if (Z_TYPE_P(cursor) == IS_LONG && Z_LVAL_P(cursor) > 0) {
		*position = (uint64_t) Z_LVAL_P(cursor);
	} else if (Z_TYPE_P(cursor) != IS_NULL) {
		zend_argument_value_error(5, "must be null, or what the last call left there");
		return false;
	}
	return true;
}

/* False with an exception thrown. */
static bool read_limits(zend_long limit, const zval *cursor, wish *wish)
{
	if (limit < 1 || limit > MOST_KEYS) {
		zend_argument_value_error(2, "must be between 1 and %d", MOST_KEYS);
		return false;
	}
	wish->limit = (uint32_t) limit;
	return read_cursor(cursor, &wish->position);
}

static void store_cursor(zval *cursor, uint64_t position)
{
	if (cursor == NULL) {
		return;
	}
	if (position == STRATA_WALK_OVER) {
		ZEND_TRY_ASSIGN_REF_NULL(cursor);
	} else {
		ZEND_TRY_ASSIGN_REF_LONG(cursor, (zend_long) position);
	}
}

ZEND_FUNCTION(strata_keys)
{
	zend_string *prefix = NULL, *database = NULL, *name = NULL;
	zend_long limit = 100;
	zval *cursor = NULL;
	strata_api_call call;
	strata_space space;
	wish wish;

	ZEND_PARSE_PARAMETERS_START(0, 5)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR(prefix)
	Z_PARAM_LONG(limit)
	Z_PARAM_STR(database)
	Z_PARAM_STR(name)
	Z_PARAM_ZVAL(cursor)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_operator_is_allowed()) {
		RETURN_FALSE;
	}
	if (!read_limits(limit, cursor, &wish) || !find_space(database, name, &space) ||
		!strata_api_begin(&call, &space)) {
		RETURN_THROWS();
	}
	wish.prefix =
		prefix != NULL ? (strata_view){ ZSTR_VAL(prefix), ZSTR_LEN(prefix) } : strata_view_of("");
	array_init(return_value);
	list(&call, &wish, return_value);
	strata_api_end(&call);
	store_cursor(cursor, wish.position);
}
