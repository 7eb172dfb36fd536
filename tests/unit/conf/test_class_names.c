#include "conf/text/class_names.h"

#include "unit.h"

static bool accepts(const char *list)
{
	strata_view name;

	return strata_class_names_objection(strata_view_of(list), &name) == NULL;
}

/* Of this name, or of the whole. */
static bool says(const char *list, const char *name, const char *why)
{
	strata_view named;
	const char *said = strata_class_names_objection(strata_view_of(list), &named);

	return said != NULL && strcmp(said, why) == 0 && strata_view_equal(named, strata_view_of(name));
}

static bool allows(const char *list, const char *name)
{
	return strata_class_names_allow(strata_view_of(list), strata_view_of(name));
}

static void two_words_and_names_are_lists(void)
{
	CHECK(accepts("all") && accepts("ALL") && accepts(" all "));
	CHECK(accepts("none") && accepts("None") && accepts("") && accepts("  "));
	CHECK(accepts("User") && accepts("\\User") && accepts("App\\User, \\App\\Model\\Order"));
	CHECK(accepts("_a") && accepts("A1\\B2") &&
		  accepts("\xC3\x9C"
				  "ber\\stra\xC3\x9F"
				  "e"));
	CHECK(accepts("allowed,nonesuch,App\\All,App\\none"));
}

static void what_no_class_can_be_called_is_told(void)
{
	static const char *const names[] = { "9a", "a b", "a-b", "a\\", "\\", "\\\\a", "a\\\\b", "a\\9",
		"a;b", "a:b", "class@anonymous", "\"A\"", "A|B" };
	char list[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CHECK(says(names[i], names[i], "is no name of a class"));
		snprintf(list, sizeof(list), "Good,%s,Good", names[i]);
		CHECK(says(list, names[i], "is no name of a class"));
	}
	CHECK(says("A,,B", "", "has a comma too many") && says(",", "", "has a comma too many"));
	CHECK(says("A,", "", "has a comma too many") && says("A, ", "", "has a comma too many"));
	CHECK(says("all,A", "all", "has no place among other names"));
	CHECK(says("A, NONE", "NONE", "has no place among other names"));
}

static void all_and_none_are_what_they_say(void)
{
	CHECK(allows("all", "Any") && allows(" ALL ", "Any") && !allows("none", "Any"));
	CHECK(!allows("", "Any") && !allows("none", "none") && !allows("", ""));
	CHECK(strata_class_names_are_all(strata_view_of(" All")));
	CHECK(strata_class_names_are_all(strata_view_of("all")));
	CHECK(!strata_class_names_are_all(strata_view_of("al")));
	CHECK(!strata_class_names_are_all(strata_view_of("any")));
	CHECK(!strata_class_names_are_all(strata_view_of("allowed")));
	CHECK(!strata_class_names_are_all(strata_view_of("")));
}

static void names_are_allowed_whole_and_in_any_case(void)
{
	static const char list[] = "App\\User , \\DateTimeImmutable,stdClass";

	CHECK(allows(list, "App\\User") && allows(list, "app\\USER"));
	CHECK(allows(list, "datetimeimmutable") && allows(list, "stdClass"));
	CHECK(!allows(list, "App\\Use") && !allows(list, "App\\Users") && !allows(list, "User"));
	CHECK(!allows(list, "App") && !allows(list, "") && !allows(list, "DateTime"));
	CHECK(!allows(list, "\\stdClass")); /* no text that serialize() wrote says so */
	CHECK(!allows(list, "stdClass,App\\User") && !allows(list, "all"));
}

int main(void)
{
	RUN(two_words_and_names_are_lists);
	RUN(what_no_class_can_be_called_is_told);
	RUN(all_and_none_are_what_they_say);
	RUN(names_are_allowed_whole_and_in_any_case);
	return unit_end();
}
