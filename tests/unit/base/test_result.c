#include "base/result.h"

#include <ctype.h>

#include "unit.h"

/*
 * Scripts and dashboards know these names: a new one may be added here, and none may change or go.
 * The class of each is what decides whether a node is judged by it.
 */
static const struct {
	const char *name;
	strata_result_class class;
} published[] = {
	{ "ok", STRATA_ANSWER },
	{ "miss", STRATA_ANSWER },
	{ "not_stored", STRATA_ANSWER },
	{ "not_integer", STRATA_ANSWER },
	{ "overflow", STRATA_ANSWER },
	{ "foreign", STRATA_ANSWER },
	{ "other_key", STRATA_ANSWER },
	{ "corrupt", STRATA_ANSWER },
	{ "unknown_codec", STRATA_ANSWER },
	{ "too_large", STRATA_REFUSAL },
	{ "busy", STRATA_REFUSAL },
	{ "unconfigured", STRATA_REFUSAL },
	{ "no_generation", STRATA_REFUSAL },
	{ "timeout", STRATA_FAILURE },
	{ "refused", STRATA_FAILURE },
	{ "connection", STRATA_FAILURE },
	{ "protocol", STRATA_FAILURE },
	{ "desync", STRATA_FAILURE },
	{ "auth", STRATA_FAILURE },
	{ "unsupported", STRATA_FAILURE },
	{ "server", STRATA_FAILURE },
	{ "redirects", STRATA_FAILURE },
	{ "no_owner", STRATA_FAILURE },
	{ "no_memory", STRATA_FAILURE },
};

enum { PUBLISHED = sizeof(published) / sizeof(published[0]) };

static int number_of(const char *name)
{
	for (int i = 0; i < STRATA_RESULT_COUNT; i++) {
		if (strcmp(strata_result_name((strata_result) i), name) == 0) {
			return i;
		}
	}
	return -1;
}

static void published_names_stay_in_their_classes(void)
{
	for (int i = 0; i < PUBLISHED; i++) {
		int number = number_of(published[i].name);

		CHECK(number >= 0);
		CHECK(strata_result_class_of((strata_result) number) == published[i].class);
	}
	CHECK((int) STRATA_RESULT_COUNT >= (int) PUBLISHED);
}

static void no_two_results_have_one_name(void)
{
	for (int i = 0; i < STRATA_RESULT_COUNT; i++) {
		CHECK(number_of(strata_result_name((strata_result) i)) == i);
	}
}

static void texts_are_parts_of_a_sentence(void)
{
	for (int i = 0; i < STRATA_RESULT_COUNT; i++) {
		const char *text = strata_result_text((strata_result) i);

		CHECK(text[0] != '\0' && !isupper((unsigned char) text[0]));
		CHECK(text[strlen(text) - 1] != '.');
	}
}

static void success_is_zero_so_that_it_needs_no_table(void)
{
	CHECK(STRATA_OK == 0);
}

int main(void)
{
	RUN(published_names_stay_in_their_classes);
	RUN(no_two_results_have_one_name);
	RUN(texts_are_parts_of_a_sentence);
	RUN(success_is_zero_so_that_it_needs_no_table);
	return unit_end();
}
