/*
 * Most of the time that unserialize() takes for a date goes into reading a text and looking for its
 * zone. So one date for each zone and offset is made by PHP's own way, __set_state(), and all
 * others are clones of it, whose numbers are then set. What is set is what PHP keeps of a date:
 * `struct _timelib_time` in ext/date/lib/timelib.h, which is the same from PHP 8.1 to 8.6.
 */
#include "codec/image/dates.h"

#include "Zend/zend_exceptions.h"
#include "Zend/zend_interfaces.h"
#include "ext/date/php_date.h"

#include "base/hash.h"
#include "codec/image/object_layout.h"

bool strata_date_is(const zend_class_entry *type)
{
	return type == php_date_get_immutable_ce() || type == php_date_get_date_ce();
}

static timelib_time *time_of(zend_object *date)
{
	return php_date_obj_from_obj(date)->time;
}

/* NULL when PHP cannot make it. No exception stays. */
static zend_object *make_by_state(zend_class_entry *type, zval *state)
{
	zend_function *method =
		zend_hash_str_find_ptr(&type->function_table, "__set_state", strlen("__set_state"));
	zval made;

	ZVAL_UNDEF(&made);
	zend_call_known_function(method, NULL, type, &made, 1, state, NULL);
	if (EG(exception)) {
		zend_clear_exception();
	}
	if (Z_TYPE(made) == IS_OBJECT && time_of(Z_OBJ(made)) != NULL) {
		return Z_OBJ(made);
	}
	zval_ptr_dtor(&made);
	return NULL;
}

/* ---- out of a date ---- */

static bool append(strata_date_zone *zone, size_t *end, const char *text, size_t size,
	uint16_t *size_out)
{
	if (size > sizeof(zone->text) - *end) {
		return false;
	}
	memcpy(zone->text + *end, text, size);
	*end += size;
	*size_out = (uint16_t) size;
	return true;
}

static bool describe_zone(const timelib_time *time, HashTable *state, strata_date_zone *zone)
{
	const zval *name = zend_hash_str_find(state, "timezone", strlen("timezone"));
	const zval *date = zend_hash_str_find(state, "date", strlen("date"));
	const char *abbreviation = time->tz_abbr != NULL ? time->tz_abbr : "";
	size_t end = 0;

	if (name == NULL || Z_TYPE_P(name) != IS_STRING || date == NULL ||
		Z_TYPE_P(date) != IS_STRING) {
		return false;
	}
	memset(zone, 0, sizeof(*zone));
	zone->offset = time->z;
	zone->dst = time->dst;
	zone->type = time->zone_type;
	return append(zone, &end, abbreviation, strlen(abbreviation), &zone->abbreviation_size) &&
		   append(zone, &end, Z_STRVAL_P(name), Z_STRLEN_P(name), &zone->name_size) &&
		   append(zone, &end, Z_STRVAL_P(date), Z_STRLEN_P(date), &zone->sample_size);
}

static strata_date_moment moment_of(const timelib_time *time)
{
	return (strata_date_moment){ time->y, time->m, time->d, time->h, time->i, time->s, time->us,
		time->sse };
}

bool strata_date_read(zend_object *date, strata_date_moment *moment, strata_date_zone *zone)
{
	zend_object *again = NULL;
	zval holder, state;
	bool is_read = false;

	if (date->properties != NULL && zend_hash_num_elements(date->properties) > 0) {
		return false;
	}
	if (time_of(date) == NULL) {
		return false;
	}
	ZVAL_OBJ(&holder, date);
	ZVAL_ARR(&state, zend_get_properties_for(&holder, ZEND_PROP_PURPOSE_SERIALIZE));
	again = make_by_state(date->ce, &state);
	if (again != NULL) {
		*moment = moment_of(time_of(again));
		is_read = describe_zone(time_of(again), Z_ARRVAL(state), zone);
		OBJ_RELEASE(again);
	}
	zend_release_properties(Z_ARRVAL(state));
	return is_read;
}

uint64_t strata_date_stamp(const zend_class_entry *type, const strata_date_zone *zone)
{
	strata_date_zone of = *zone;
	size_t size = offsetof(strata_date_zone, text) + zone->abbreviation_size + zone->name_size;

	of.sample_size = 0;
	return strata_hash_of((strata_view){ (const char *) &of, size },
		strata_object_layout_stamp(type));
}

/* ---- into a date ---- */

static bool is_in(const timelib_time *time, const strata_date_zone *zone)
{
	const char *abbreviation = time->tz_abbr != NULL ? time->tz_abbr : "";

	return time->z == zone->offset && time->dst == zone->dst && time->zone_type == zone->type &&
		   strlen(abbreviation) == zone->abbreviation_size &&
		   memcmp(abbreviation, zone->text, zone->abbreviation_size) == 0;
}

zend_object *strata_date_make(zend_class_entry *type, const strata_date_zone *zone)
{
	const char *name = zone->text + zone->abbreviation_size;
	zend_object *made;
	zval state;

	array_init_size(&state, 4);
	add_assoc_stringl(&state, "date", name + zone->name_size, zone->sample_size);
	add_assoc_long(&state, "timezone_type", zone->type);
	add_assoc_stringl(&state, "timezone", name, zone->name_size);
	made = make_by_state(type, &state);
	zval_ptr_dtor(&state);
	if (made != NULL && !is_in(time_of(made), zone)) {
		OBJ_RELEASE(made);
		made = NULL;
	}
	return made;
}

zend_object *strata_date_copy(zend_object *sample, const strata_date_moment *moment)
{
	zend_object *date = sample->handlers->clone_obj(sample);
	timelib_time *time = time_of(date);

	time->y = moment->year;
	time->m = moment->month;
	time->d = moment->day;
	time->h = moment->hour;
	time->i = moment->minute;
	time->s = moment->second;
	time->us = moment->microsecond;
	time->sse = moment->timestamp;
	return date;
}
