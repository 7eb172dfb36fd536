/*
 * The text is looked through first, so that a value with a class too many is refused as a whole,
 * and none of its classes is loaded or woken. unserialize() is then allowed those classes that were
 * seen and no other, in case it reads the text in another way than the scan did. Of enums it asks
 * nothing, so that for them the scan is all there is.
 */
#include "codec/classes.h"

#include "codec/scan/igbinary_scan.h"
#include "codec/scan/text_scan.h"
#include "conf/text/class_names.h"

static void remember(strata_classes *allowed, strata_view name)
{
	zend_string *lower = zend_string_alloc(name.size, false);

	zend_str_tolower_copy(ZSTR_VAL(lower), name.data, name.size);
	zend_hash_add_empty_element(&allowed->names, lower);
	zend_string_release(lower);
}

static strata_result check_text(strata_view text, strata_view list, strata_classes *allowed,
	strata_view *culprit)
{
	strata_text_scan scan = strata_text_scan_of(text);
	strata_view last = { NULL, 0 }, name;
	strata_text_scan_step step;

	while ((step = strata_text_scan_next(&scan, &name)) == STRATA_TEXT_SCAN_CLASS) {
		if (strata_view_equal(name, last)) {
			continue;
		}
		if (!strata_class_names_allow(list, name)) {
			*culprit = name;
			return STRATA_FOREIGN;
		}
		remember(allowed, name);
		last = name;
	}
	return step == STRATA_TEXT_SCAN_END ? STRATA_OK : STRATA_CORRUPT;
}

static strata_result check_igbinary(strata_view bytes)
{
	switch (strata_igbinary_scan(bytes)) {
		case STRATA_IGBINARY_DATA: return STRATA_OK;
		case STRATA_IGBINARY_OBJECTS: return STRATA_FOREIGN;
		case STRATA_IGBINARY_BROKEN: break;
	}
	return STRATA_CORRUPT;
}

strata_result strata_classes_check(const strata_value *value, const char *list,
	strata_classes *allowed, strata_view *culprit)
{
	strata_view names = strata_view_of(list);
	strata_result result;

	*culprit = (strata_view){ NULL, 0 };
	allowed->is_limited = !strata_class_names_are_all(names);
	if (!allowed->is_limited) {
		return STRATA_OK;
	}
	zend_hash_init(&allowed->names, 8, NULL, NULL, false);
	result = value->codec == STRATA_CODEC_IGBINARY
				 ? check_igbinary(value->bytes)
				 : check_text(value->bytes, names, allowed, culprit);
	if (result != STRATA_OK) {
		strata_classes_forget(allowed);
	}
	return result;
}

void strata_classes_forget(strata_classes *allowed)
{
	if (allowed->is_limited) {
		zend_hash_destroy(&allowed->names);
		allowed->is_limited = false;
	}
}
