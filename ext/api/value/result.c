#include "api/value/result.h"

#include "Zend/zend_enum.h"

#include "base/hash.h"
#include "os/clock.h"

zend_class_entry *strata_result_ce;
zend_class_entry *strata_status_enum;
zend_class_entry *strata_tier_enum;
zend_class_entry *strata_reason_enum;

/* In front of the object that PHP knows. Zeroes: a result that fetch() did not make. */
typedef struct {
	strata_precondition precondition;
	strata_cas_token token;
	uint64_t about;        /* hash of namespace and key */
	strata_tag_list *tags; /* those of the value, as they were seen; NULL: none */
	zend_object object;
} result;

static zend_object_handlers handlers;

static result *result_of(zend_object *object)
{
	return (result *) (void *) ((char *) object - offsetof(result, object));
}

static zend_object *create_result(zend_class_entry *type)
{
	result *created = zend_object_alloc(sizeof(*created), type);

	zend_object_std_init(&created->object, type);
	object_properties_init(&created->object, type);
	created->object.handlers = &handlers;
	return &created->object;
}

static void free_result(zend_object *object)
{
	if (result_of(object)->tags != NULL) {
		efree(result_of(object)->tags);
	}
	zend_object_std_dtor(object);
}

static void keep_tags(result *made, const strata_tag *tags, uint16_t count)
{
	if (count > 0) {
		made->tags = emalloc(offsetof(strata_tag_list, tags) + count * sizeof(*tags));
		made->tags->count = count;
		memcpy(made->tags->tags, tags, count * sizeof(*tags));
	}
}

static zend_object *clone_result(zend_object *original)
{
	zend_object *copy = create_result(original->ce);

	zend_objects_clone_members(copy, original);
	result_of(copy)->precondition = result_of(original)->precondition;
	result_of(copy)->token = result_of(original)->token;
	result_of(copy)->about = result_of(original)->about;
	if (result_of(original)->tags != NULL) {
		keep_tags(result_of(copy), result_of(original)->tags->tags,
			result_of(original)->tags->count);
	}
	return copy;
}

void strata_api_prepare_result_class(void)
{
	memcpy(&handlers, &std_object_handlers, sizeof(handlers));
	handlers.offset = offsetof(result, object);
	handlers.free_obj = free_result;
	handlers.clone_obj = clone_result;
	strata_result_ce->create_object = create_result;
}

static uint64_t about(uint64_t namespace_id, strata_view key)
{
	return strata_hash_of(key, namespace_id);
}

/* OK, or STALE: a version that is there, and that can be compared until it is written over. */
static bool has_value(const strata_item *item)
{
	return item->result == STRATA_OK || item->result == STRATA_STALE;
}

/* A write is there, and which one is known, although its value cannot be made here. */
static bool is_unreadable_write(const strata_item *item)
{
	return (item->result == STRATA_CORRUPT || item->result == STRATA_UNKNOWN_CODEC) &&
		   item->version != 0;
}

/* Its local copy has no version, either; everything that strata stored has one, but numbers. */
static bool is_foreign(const strata_item *item)
{
	return has_value(item) && item->version == 0 && item->value.codec != STRATA_CODEC_INTEGER;
}

static strata_precondition precondition_of(const strata_item *item)
{
	if (is_foreign(item)) {
		return STRATA_PRECONDITION_FOREIGN;
	}
	if (has_value(item) || is_unreadable_write(item)) {
		return STRATA_PRECONDITION_VERSION;
	}
	return strata_result_class_of(item->result) == STRATA_ANSWER ? STRATA_PRECONDITION_ABSENT
																 : STRATA_PRECONDITION_NONE;
}

static void keep_precondition(zend_object *object, const strata_item *item, uint64_t namespace_id)
{
	result *made = result_of(object);
	bool is_integer = has_value(item) && item->value.codec == STRATA_CODEC_INTEGER;

	made->precondition = precondition_of(item);
	made->about = about(namespace_id, item->key);
	made->token = (strata_cas_token){ .version = item->version,
		.is_integer = is_integer,
		.integer = is_integer ? item->value.integer : 0 };
	if (made->precondition == STRATA_PRECONDITION_VERSION) {
		keep_tags(made, item->tags, item->tag_count);
	}
}

bool strata_api_result_is_about(zend_object *object, uint64_t namespace_id, strata_view key)
{
	return result_of(object)->about == about(namespace_id, key);
}

void strata_api_result_tags(zend_object *object, strata_tag_list *tags)
{
	const strata_tag_list *seen = result_of(object)->tags;

	tags->count = seen != NULL ? seen->count : 0;
	for (uint16_t i = 0; i < tags->count; i++) {
		tags->tags[i] = seen->tags[i];
	}
}

strata_precondition strata_api_result_precondition(zend_object *object, strata_cas_token *token)
{
	*token = result_of(object)->token;
	return result_of(object)->precondition;
}

/* "no_owner" to "NoOwner": the enum's cases are the results' names in PHP's spelling. */
static void case_name(const char *name, char out[32])
{
	bool is_first = true;
	size_t size = 0;

	for (; *name != '\0' && size < 31; name++) {
		if (*name == '_') {
			is_first = true;
		} else {
			out[size++] = is_first ? (char) zend_toupper_ascii(*name) : *name;
			is_first = false;
		}
	}
	out[size] = '\0';
}

/* The order in which ext/strata.stub.php declares the properties, which is that of their slots. */
enum { STATUS, VALUE, TIER, AGE, TTL, REASON, NODE };

/* Straight into the slot: the properties are read-only, and this is where they get their value. */
static zval *slot(zval *result, uint32_t property)
{
	zval *at = OBJ_PROP_NUM(Z_OBJ_P(result), property);

	Z_PROP_FLAG_P(at) = 0;
	ZVAL_NULL(at);
	return at;
}

/* Served beyond its time, of which there are two kinds. */
static bool is_stale(const strata_item *item)
{
	return item->result == STRATA_STALE || (item->result == STRATA_OK && item->is_kept_on_error);
}

/* The case of Strata\Status. */
static const char *status_of(const strata_item *item)
{
	if (has_value(item)) {
		return is_stale(item) ? "Stale" : "Hit";
	}
	return strata_result_class_of(item->result) == STRATA_ANSWER ? "Miss" : "Error";
}

static bool has_tier(strata_result result)
{
	return result != STRATA_UNCONFIGURED && result != STRATA_NO_GENERATION;
}

/* The case of Strata\Tier. */
static const char *tier_of(strata_tier_kind tier)
{
	switch (tier) {
		case STRATA_TIER_LOCAL: return "Local";
		case STRATA_TIER_MEMCACHED: return "Memcached";
		case STRATA_TIER_REDIS:
		case STRATA_TIER_COUNT: break;
	}
	return "Redis";
}

strata_tier_kind strata_api_tier_of_case(zend_object *tier)
{
	const char *name = Z_STRVAL_P(zend_enum_fetch_case_name(tier));
	strata_tier_kind kind = STRATA_TIER_LOCAL;

	while (kind < STRATA_TIER_REDIS && strcmp(tier_of(kind), name) != 0) {
		kind++;
	}
	return kind;
}

static void set_enum(zval *slot, zend_class_entry *type, const char *name)
{
	ZVAL_OBJ_COPY(slot, zend_enum_get_case_cstr(type, name));
}

/* A clock that differs between hosts must not make an age negative. */
static double seconds_between(strata_msec from, strata_msec to)
{
	return to > from ? (double) (to - from) / 1000 : 0;
}

static void set_times(zval *out, const strata_item *item)
{
	strata_msec now = strata_clock_wall_msec();
	/* What remember() keeps beyond its life is past its end to everybody else. */
	strata_msec end = item->fresh_until != STRATA_NEVER ? item->fresh_until : item->expires_at;
	zval *age = slot(out, AGE);
	zval *ttl = slot(out, TTL);

	if (has_value(item) && item->created_at != 0) {
		ZVAL_DOUBLE(age, seconds_between(item->created_at, now));
	}
	if (has_value(item) && end != STRATA_NEVER) {
		ZVAL_DOUBLE(ttl, seconds_between(now, end));
	}
}

void strata_api_make_result(zval *out, const strata_item *item, uint64_t namespace_id, zval *value)
{
	zval *tier, *reason, *node;
	char spelled[32];

	object_init_ex(out, strata_result_ce);
	keep_precondition(Z_OBJ_P(out), item, namespace_id);
	set_enum(slot(out, STATUS), strata_status_enum, status_of(item));
	ZVAL_COPY(slot(out, VALUE), value);
	set_times(out, item);
	tier = slot(out, TIER);
	if (has_tier(item->result) && item->tier != STRATA_TIER_COUNT) {
		set_enum(tier, strata_tier_enum, tier_of(item->tier));
	}
	reason = slot(out, REASON);
	if (!has_value(item) && item->result != STRATA_MISS) {
		case_name(strata_result_name(item->result), spelled);
		set_enum(reason, strata_reason_enum, spelled);
	}
	node = slot(out, NODE);
	if (item->node != NULL) {
		ZVAL_STRING(node, item->node);
	}
}
