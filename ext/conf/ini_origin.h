/* ini_origin: where the values of directives came from, and what stands in for one refused. */
#ifndef STRATA_CONF_INI_ORIGIN_H
#define STRATA_CONF_INI_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/ini_said.h"
#include "conf/settings.h"

/* PHP's, for which this header must not ask. */
struct _zend_ini_entry;
struct _zend_string;

/* Of each directive; its entry has it as mh_arg2. All zeroes is one of php.ini that was taken. */
typedef struct {
	bool is_of_pool; /* what is in force came with the pool */
	bool is_refused; /* the value of php.ini or of the pool, while `stayed` is in force */
	char *refusal;   /* why, allocated by malloc(); NULL without memory */
	uint64_t stayed; /* strata_ini_mark() of what is in force in its stead */
} strata_ini_origin;

/* The place and the moment of a stage at which PHP sets an entry. */
strata_place strata_ini_place_at(int stage);
strata_ini_moment strata_ini_moment_at(int stage);

/* Where the value in force came from. */
strata_place strata_ini_place_of(const struct _zend_ini_entry *entry);

/* A number over name and text. No value is another one than an empty value. */
uint64_t strata_ini_mark(const struct _zend_ini_entry *entry, const struct _zend_string *text);

/*
 * A value was refused at this stage: enters and says it. True where the request now has another
 * strata_ini_refused_word().
 */
bool strata_ini_origin_refuse(const struct _zend_ini_entry *entry, const strata_setting *setting,
	int stage, const char *sentence);

/* A value is taken at this stage; the entry does not have it yet. */
void strata_ini_origin_accept(const struct _zend_ini_entry *entry, const struct _zend_string *value,
	int stage);

/* Why the value in force is not the one that was asked for; NULL: it is. */
const char *strata_ini_refusal_of(const struct _zend_ini_entry *entry);

/* One word of all that was refused of this request; 0: nothing was. */
uint64_t strata_ini_refused_word(void);

/* The request is over. True where anything had been refused. */
bool strata_ini_forget_refused(void);

#endif
