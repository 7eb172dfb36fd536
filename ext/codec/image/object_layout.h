/* object_layout: which classes objects may be built of without a serializer, and their stamps. */
#ifndef STRATA_CODEC_OBJECT_LAYOUT_H
#define STRATA_CODEC_OBJECT_LAYOUT_H

#include "php.h"

/*
 * Is an object of this class what its properties are? Not where the class writes or wakes itself
 * (__serialize, __unserialize, __sleep, __wakeup, Serializable), has C code of its own or a parent
 * of PHP's, is anonymous, or says that it cannot be serialized. stdClass is welcome.
 */
bool strata_object_layout_suits(const zend_class_entry *type);

/*
 * What an object of a linked class is made of, in 64 bits: names of the class, its parents and its
 * interfaces, its flags and which hooks it has, and for each slot in order the declaring class, the
 * name, the type, the flags, and whether there is a default. Two classes of one stamp are taken to
 * be the same. Stamps are compared in one host only.
 */
uint64_t strata_object_layout_stamp(const zend_class_entry *type);

/*
 * Would the declared type of the slot take an object of this class by the names of it, its parents
 * and its interfaces? An alias is none of them: what it stands for may change.
 */
bool strata_object_layout_takes(const zend_property_info *slot, const zend_class_entry *type);

#endif
