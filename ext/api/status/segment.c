/*
 * A segment that was named and is not in use, or that this process takes no value from, is no
 * error: PHP goes on. So it is said here why, in the words of the warning.
 */
#include "api/status/segment.h"

#include "api/request/globals.h"
#include "os/clock.h"
#include "os/process.h"

static const char was_removed[] =
	"the file was removed, and another one may be in use: this PHP goes on without local tier; "
	"accepted: a reload, which makes a new one";
static const char is_of_root[] =
	"a process of root takes no value from it, and stores and removes its own; accepted: another "
	"user";

/* NULL: all is well, or no segment was named. */
static const char *problem(void)
{
	const strata_runtime *runtime = &strata_process_runtime;

	if (runtime->segment == NULL) {
		return runtime->segment_error[0] != '\0' ? runtime->segment_error : NULL;
	}
	if (strata_segment_was_lost(runtime->segment)) {
		return was_removed;
	}
	return strata_runtime_withholds_values(runtime, strata_process_user()) ? is_of_root : NULL;
}

static const char *name_of(strata_segment_meeting met)
{
	switch (met) {
		case STRATA_SEGMENT_MET_NOTHING: return "nothing";
		case STRATA_SEGMENT_MET_LEFT: return "left";
		case STRATA_SEGMENT_MET_OTHERS: break;
	}
	return "in_use";
}

/* By the wall clock, which may have been set back. */
static void add_age(zval *section, const char *name, strata_msec since)
{
	strata_msec now = strata_clock_wall_msec();

	add_assoc_double(section, name, now > since ? (double) (now - since) / 1000 : 0);
}

static void add_use(zval *section, const strata_segment *segment)
{
	strata_segment_history history = strata_segment_history_of(segment);

	add_assoc_string(section, "file", strata_segment_path(segment));
	add_assoc_string(section, "found", name_of(history.met));
	add_assoc_long(section, "processes",
		(zend_long) strata_process_slots_used(strata_process_runtime.segment_slots));
	add_age(section, "seconds_old", history.made_at);
	add_age(section, "seconds_used", history.opened_at);
}

static void add_no_use(zval *section)
{
	static const char *const names[] = { "file", "found", "processes", "seconds_old",
		"seconds_used" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		add_assoc_null(section, names[i]);
	}
}

void strata_api_add_segment(zval *status)
{
	const strata_segment *segment = strata_process_runtime.segment;
	const char *why = problem();
	zval section;

	array_init(&section);
	if (segment != NULL) {
		add_use(&section, segment);
	} else {
		add_no_use(&section);
	}
	add_assoc_bool(&section, "serves", segment != NULL && why == NULL);
	if (why != NULL) {
		add_assoc_string(&section, "problem", why);
	} else {
		add_assoc_null(&section, "problem");
	}
	add_assoc_zval(status, "segment", &section);
}

void strata_api_print_segment(char *line, size_t room)
{
	const strata_segment *segment = strata_process_runtime.segment;
	const char *why = problem();

	if (segment == NULL) {
		snprintf(line, room, "none%s%s", why == NULL ? "" : ": ", why == NULL ? "" : why);
	} else {
		snprintf(line, room, "%s%s%s", strata_segment_path(segment), why == NULL ? "" : ": ",
			why == NULL ? "" : why);
	}
}
