/*
 * A stamp says that slots that were copied out of an object of a class may be copied into a fresh
 * one: every check of a type that held then would hold now. What a class does with its properties
 * (methods, hooks, defaults that were overwritten) has no part in it.
 *
 * A word is mixed in by a multiplication with 2^64 divided by the golden ratio (Knuth, The Art of
 * Computer Programming, 6.4) and by folding the upper half over the lower one.
 */
#include "codec/image/object_layout.h"

#include "Zend/zend_interfaces.h"

#include "base/hash.h"

enum {
	CLASS_FLAGS = ZEND_ACC_FINAL | ZEND_ACC_INTERFACE | ZEND_ACC_TRAIT | ZEND_ACC_ENUM |
				  ZEND_ACC_EXPLICIT_ABSTRACT_CLASS | ZEND_ACC_IMPLICIT_ABSTRACT_CLASS |
				  ZEND_ACC_ANON_CLASS | ZEND_ACC_NO_DYNAMIC_PROPERTIES | ZEND_ACC_NOT_SERIALIZABLE
#if PHP_VERSION_ID >= 80200
				  | ZEND_ACC_ALLOW_DYNAMIC_PROPERTIES | ZEND_ACC_READONLY_CLASS
#endif
	,
	PROPERTY_FLAGS = ZEND_ACC_PPP_MASK | ZEND_ACC_STATIC | ZEND_ACC_READONLY
#if PHP_VERSION_ID >= 80400
					 | ZEND_ACC_PPP_SET_MASK | ZEND_ACC_VIRTUAL
#endif
};

static bool has_method(const zend_class_entry *type, const char *name, size_t size)
{
	return zend_hash_str_exists(&type->function_table, name, size);
}

#define HAS_METHOD(type, name) has_method(type, name, sizeof(name) - 1)

/* By which an object writes or wakes itself, or is made: one bit for each. */
static uint32_t hooks_of(const zend_class_entry *type)
{
	return (uint32_t) (type->__serialize != NULL) | (uint32_t) (type->__unserialize != NULL) << 1 |
		   (uint32_t) (type->serialize != NULL) << 2 | (uint32_t) (type->unserialize != NULL) << 3 |
		   (uint32_t) (type->create_object != NULL) << 4 |
		   (uint32_t) HAS_METHOD(type, "__sleep") << 5 |
		   (uint32_t) HAS_METHOD(type, "__wakeup") << 6
#if PHP_VERSION_ID >= 80300
		   | (uint32_t) (type->default_object_handlers != &std_object_handlers) << 7
#endif
		;
}

bool strata_object_layout_suits(const zend_class_entry *type)
{
	const zend_class_entry *ancestor = type;

	if (type == zend_standard_class_def) {
		return true;
	}
	if ((type->ce_flags & (ZEND_ACC_ANON_CLASS | ZEND_ACC_NOT_SERIALIZABLE | ZEND_ACC_ENUM)) != 0 ||
		hooks_of(type) != 0) {
		return false;
	}
	while (ancestor != NULL && ancestor->type == ZEND_USER_CLASS) {
		ancestor = ancestor->parent;
	}
	return ancestor == NULL;
}

/* ---- the stamp ---- */

static inline uint64_t mix(uint64_t stamp, uint64_t word)
{
	stamp = (stamp ^ word) * 0x9E3779B97F4A7C15u;
	return stamp ^ stamp >> 32;
}

static inline uint64_t mix_name(uint64_t stamp, const zend_string *name)
{
	return strata_hash_of((strata_view){ ZSTR_VAL(name), ZSTR_LEN(name) }, stamp);
}

static uint64_t mix_type(uint64_t stamp, zend_type type)
{
	const zend_type *part;

	stamp = mix(stamp, ZEND_TYPE_PURE_MASK(type) | (uint64_t) ZEND_TYPE_HAS_LIST(type) << 62 |
						   (uint64_t) ZEND_TYPE_IS_INTERSECTION(type) << 63);
	if (ZEND_TYPE_HAS_LIST(type)) {
		ZEND_TYPE_LIST_FOREACH(ZEND_TYPE_LIST(type), part)
		{
			stamp = mix_type(stamp, *part);
		}
		ZEND_TYPE_LIST_FOREACH_END();
	} else if (ZEND_TYPE_HAS_NAME(type)) {
		stamp = mix_name(stamp, ZEND_TYPE_NAME(type));
	}
	return stamp;
}

/* A slot that no property uses any more stays where it is. */
static uint64_t mix_slot(uint64_t stamp, const zend_property_info *property, bool has_default)
{
	uint64_t flags = (uint64_t) has_default << 32;

	if (property == NULL) {
		return mix(stamp, flags);
	}
	flags |= property->flags & PROPERTY_FLAGS;
#if PHP_VERSION_ID >= 80400
	flags |= (uint64_t) (property->hooks != NULL) << 33;
#endif
	stamp = mix(stamp, flags | (uint64_t) 1 << 34);
	stamp = mix_name(stamp, property->ce->name);
	stamp = mix_name(stamp, property->name);
	return mix_type(stamp, property->type);
}

static uint64_t mix_kin(uint64_t stamp, const zend_class_entry *type)
{
	for (const zend_class_entry *kin = type; kin != NULL; kin = kin->parent) {
		stamp = mix_name(stamp, kin->name);
	}
	stamp = mix(stamp, type->num_interfaces);
	for (uint32_t i = 0; i < type->num_interfaces; i++) {
		stamp = mix_name(stamp, type->interfaces[i]->name);
	}
	return stamp;
}

uint64_t strata_object_layout_stamp(const zend_class_entry *type)
{
	uint64_t stamp = mix_kin(0, type);

	stamp = mix(stamp, (uint64_t) hooks_of(type) << 32 | (type->ce_flags & CLASS_FLAGS));
	stamp = mix(stamp, (uint64_t) type->default_properties_count);
	for (int i = 0; i < type->default_properties_count; i++) {
		stamp = mix_slot(stamp, type->properties_info_table[i],
			Z_TYPE(type->default_properties_table[i]) != IS_UNDEF);
	}
	return stamp;
}

/* ---- types by name ---- */

static bool is_called(const zend_class_entry *type, zend_string *name)
{
	for (const zend_class_entry *kin = type; kin != NULL; kin = kin->parent) {
		if (zend_string_equals_ci(kin->name, name)) {
			return true;
		}
	}
	for (uint32_t i = 0; i < type->num_interfaces; i++) {
		if (zend_string_equals_ci(type->interfaces[i]->name, name)) {
			return true;
		}
	}
	return false;
}

static bool is_named(const zend_property_info *slot, zend_string *name,
	const zend_class_entry *type)
{
	if (zend_string_equals_literal_ci(name, "self")) {
		name = slot->ce->name;
	} else if (zend_string_equals_literal_ci(name, "parent") && slot->ce->parent != NULL) {
		name = slot->ce->parent->name;
	}
	return is_called(type, name);
}

static bool takes(const zend_property_info *slot, zend_type type, const zend_class_entry *given)
{
	const zend_type *part;
	bool all = ZEND_TYPE_IS_INTERSECTION(type);

	if ((ZEND_TYPE_PURE_MASK(type) & MAY_BE_OBJECT) != 0) {
		return true;
	}
	if (ZEND_TYPE_HAS_NAME(type)) {
		return is_named(slot, ZEND_TYPE_NAME(type), given);
	}
#if PHP_VERSION_ID < 80200
	if ((ZEND_TYPE_PURE_MASK(type) & MAY_BE_ITERABLE) != 0) {
		return is_called(given, zend_ce_traversable->name);
	}
#endif
	if (!ZEND_TYPE_HAS_LIST(type)) {
		return false;
	}
	ZEND_TYPE_LIST_FOREACH(ZEND_TYPE_LIST(type), part)
	{
		if (takes(slot, *part, given) != all) {
			return !all;
		}
	}
	ZEND_TYPE_LIST_FOREACH_END();
	return all;
}

bool strata_object_layout_takes(const zend_property_info *slot, const zend_class_entry *type)
{
	return slot == NULL || !ZEND_TYPE_IS_SET(slot->type) || takes(slot, slot->type, type);
}
