#include "api/result.h"

#include "Zend/zend_enum.h"

#include "os/clock.h"

zend_class_entry *strata_result_ce;
zend_class_entry *strata_status_enum;
zend_class_entry *strata_tier_enum;
zend_class_entry *strata_reason_enum;

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

static zend_object *case_of(zend_class_entry *type, const char *name)
{
	char spelled[32];

	case_name(name, spelled);
	return zend_enum_get_case_cstr(type, spelled);
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

static const char *status_of(strata_result result)
{
	if (result == STRATA_OK) {
		return "hit";
	}
	return strata_result_class_of(result) == STRATA_ANSWER ? "miss" : "error";
}

static bool has_tier(strata_result result)
{
	return result != STRATA_UNCONFIGURED && result != STRATA_NO_GENERATION;
}

static const char *tier_of(strata_tier_kind tier)
{
	switch (tier) {
		case STRATA_TIER_LOCAL: return "local";
		case STRATA_TIER_MEMCACHED: return "memcached";
		case STRATA_TIER_REDIS:
		case STRATA_TIER_COUNT: break;
	}
	return "redis";
}

static void set_enum(zval *slot, zend_class_entry *type, const char *name)
{
	ZVAL_OBJ_COPY(slot, case_of(type, name));
}

/* A clock that differs between hosts must not make an age negative. */
static double seconds_between(strata_msec from, strata_msec to)
{
	return to > from ? (double) (to - from) / 1000 : 0;
}

static void set_times(zval *out, const strata_item *item)
{
	strata_msec now = strata_clock_wall_msec();
	zval *age = slot(out, AGE);
	zval *ttl = slot(out, TTL);

	if (item->result == STRATA_OK && item->created_at != 0) {
		ZVAL_DOUBLE(age, seconds_between(item->created_at, now));
	}
	if (item->result == STRATA_OK && item->expires_at != STRATA_NEVER) {
		ZVAL_DOUBLE(ttl, seconds_between(now, item->expires_at));
	}
}

void strata_api_make_result(zval *out, const strata_item *item, zval *value)
{
	zval *tier, *reason, *node;

	object_init_ex(out, strata_result_ce);
	set_enum(slot(out, STATUS), strata_status_enum, status_of(item->result));
	ZVAL_COPY(slot(out, VALUE), value);
	set_times(out, item);
	tier = slot(out, TIER);
	if (has_tier(item->result)) {
		set_enum(tier, strata_tier_enum, tier_of(item->tier));
	}
	reason = slot(out, REASON);
	if (item->result != STRATA_OK && item->result != STRATA_MISS) {
		set_enum(reason, strata_reason_enum, strata_result_name(item->result));
	}
	node = slot(out, NODE);
	if (item->node != NULL) {
		ZVAL_STRING(node, item->node);
	}
}
