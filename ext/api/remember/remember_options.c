#include "api/remember/remember_options.h"

#include <math.h>

#include "Zend/zend_enum.h"

zend_class_entry *strata_refresh_enum;
zend_class_entry *strata_on_error_enum;

/* Of remember() and strata_remember(). */
enum { STALE_ARGUMENT = 4, BETA_ARGUMENT = 5, TAGS_ARGUMENT = 6 };

static const zend_long longest_stale = 100LL * 366 * 24 * 3600; /* seconds */

static strata_refresh refresh_of(zend_object *chosen)
{
	const char *name;

	if (chosen == NULL) {
		return STRATA_REFRESH_NOW;
	}
	name = Z_STRVAL_P(zend_enum_fetch_case_name(chosen));
	if (strcmp(name, "Force") == 0) {
		return STRATA_REFRESH_FORCE;
	}
	return strcmp(name, "AfterResponse") == 0 ? STRATA_REFRESH_AFTER_RESPONSE : STRATA_REFRESH_NOW;
}

static strata_on_exception on_exception_of(zend_object *chosen)
{
	bool is_stale =
		chosen != NULL && strcmp(Z_STRVAL_P(zend_enum_fetch_case_name(chosen)), "Stale") == 0;

	return is_stale ? STRATA_ON_EXCEPTION_STALE : STRATA_ON_EXCEPTION_THROW;
}

bool strata_remember_options_stale(zend_long seconds, uint32_t argument, strata_msec *stale)
{
	*stale = 0;
	if (seconds < 0) {
		zend_argument_value_error(argument, "must be 0 or more seconds, " ZEND_LONG_FMT " given",
			seconds);
		return false;
	}
	*stale = (strata_msec) MIN(seconds, longest_stale) * 1000;
	return true;
}

static bool check_beta(double beta)
{
	if (isfinite(beta) && beta >= 0) {
		return true;
	}
	zend_argument_value_error(BETA_ARGUMENT, "must be a finite number of 0 or more, %.*G given", 6,
		beta);
	return false;
}

bool strata_remember_options_read(const strata_remember_arguments *arguments,
	strata_remember_options *out)
{
	*out = (strata_remember_options){ .beta = arguments->beta,
		.refresh = refresh_of(arguments->refresh),
		.on_exception = on_exception_of(arguments->on_error) };
	return strata_arguments_ttl(arguments->interval,
			   arguments->ttl_is_null ? NULL : &arguments->seconds, &out->ttl) &&
		   strata_remember_options_stale(arguments->stale, STALE_ARGUMENT, &out->stale) &&
		   check_beta(arguments->beta);
}

bool strata_remember_options_tags(const strata_remember_arguments *arguments,
	const strata_space *space, strata_tag_list *out)
{
	return strata_arguments_tags(space, arguments->tags, TAGS_ARGUMENT, out);
}
