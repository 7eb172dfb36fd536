#include "conf/policies.h"

#include "unit.h"

static strata_policies policies;
static char error[STRATA_POLICY_ERROR];

static bool parse(const char *text)
{
	memset(error, 'x', sizeof(error) - 1);
	if (!strata_policies_parse(strata_view_of(text), &policies, error)) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	return error[0] == '\0';
}

/* Is the text refused with exactly this sentence, and nothing of it kept? */
static bool refuses(const char *text, const char *sentence)
{
	if (strata_policies_parse(strata_view_of(text), &policies, error) || policies.count > 0) {
		return false;
	}
	if (strcmp(error, sentence) != 0) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	return true;
}

/* Is the text that one policy is printed as this one, and read as the same again? */
static bool prints(uint32_t index, const char *expected)
{
	strata_buffer text = { 0 };
	strata_policies again;
	bool is_same =
		strata_policy_print(&policies.items[index], &text) == 0 &&
		strata_view_equal((strata_view){ text.data, text.size }, strata_view_of(expected));

	if (!is_same) {
		fprintf(stderr, "%.*s\n", (int) text.size, text.data);
	}
	is_same = is_same &&
			  strata_policies_parse((strata_view){ text.data, text.size }, &again, error) &&
			  again.count == 1 && again.items[0].ttl == policies.items[index].ttl &&
			  again.items[0].stale == policies.items[index].stale &&
			  again.items[0].local_ttl == policies.items[index].local_ttl &&
			  again.items[0].given == policies.items[index].given &&
			  again.items[0].tiers == policies.items[index].tiers &&
			  strata_view_equal(again.items[0].prefix, policies.items[index].prefix);
	strata_buffer_fini(&text);
	return is_same;
}

static void an_empty_text_has_no_policies(void)
{
	const char *nothing[] = { "", " ", ";", " ; ;\n" };

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		CHECK(parse(nothing[i]) && policies.count == 0);
	}
	CHECK(strata_policies_parse((strata_view){ NULL, 0 }, &policies, error) && policies.count == 0);
}

static void options_stand_between_blanks_or_commas(void)
{
	const char *same[] = {
		"product:* ttl=10m stale=1m local_ttl=5s tiers=local,redis",
		"product:* ttl = 10m, stale = 1m, local_ttl = 5s, tiers = local, redis",
		"product:*\t\tttl=10m\t,stale=1m,\r\nlocal_ttl=5s\ttiers=local,redis\n",
		" product:*  tiers = local ,redis , ttl=10m,local_ttl=5s stale\t=1m ;",
		"product:* tiers=redis,local ttl=600s local_ttl=5000ms stale=60s",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		CHECK(parse(same[i]) && policies.count == 1);
		CHECK(prints(0, "product:* ttl=600000ms stale=60000ms local_ttl=5000ms tiers=local,redis"));
	}
}

static void policies_stand_between_semicolons(void)
{
	CHECK(parse("product:* ttl=10m; session:* tiers=memcached,redis;* stale=0;free:*"));
	CHECK(policies.count == 4);
	CHECK(prints(0, "product:* ttl=600000ms"));
	CHECK(prints(1, "session:* tiers=memcached,redis"));
	CHECK(prints(2, "* stale=0ms"));
	CHECK(prints(3, "free:*") && policies.items[3].tiers == STRATA_POLICY_ALL_TIERS);
	CHECK(strata_policies_have(&policies, strata_view_of("")));
	CHECK(strata_policies_have(&policies, strata_view_of("free:")));
	CHECK(!strata_policies_have(&policies, strata_view_of("free")));
}

static void what_is_less_than_a_millisecond_is_one(void)
{
	CHECK(parse("* ttl=1us local_ttl=1500us"));
	CHECK(policies.items[0].ttl == 1 && policies.items[0].local_ttl == 2);
}

static void patterns_end_with_one_star(void)
{
	static const char tail[] =
		" is no pattern; accepted: how keys begin, without blanks ; ] \" or ${, and then one *";
	const char *wrong[] = { "product:", "pro*duct:*", "*:product", "**", "a]*", "a\"*", "a${b}*" };
	char text[200], sentence[300];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "%s ttl=1s", wrong[i]);
		snprintf(sentence, sizeof(sentence), "\"%s\"%s", wrong[i], tail);
		CHECK(refuses(text, sentence));
	}
	CHECK(parse("App\\Entity,{user}=\xC3\xA9/*"));
	CHECK(parse("~:*") && policies.items[0].prefix.size == 2);
	memset(text, 'a', 80);
	snprintf(text + 80, sizeof(text) - 80, "*");
	CHECK(parse(text));
	snprintf(text + 80, sizeof(text) - 80, "a*");
	CHECK(refuses(text,
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" is too long; accepted: 80 bytes and a *"));
}

static void a_wrong_word_is_named_with_what_is_accepted(void)
{
	CHECK(refuses("a:* ttl=10",
		"a:*, ttl: \"10\" has no unit; accepted: 1ms to 87600h, such as 90s"));
	CHECK(refuses("a:* ttl=0",
		"a:*, ttl: \"0\" is out of range; accepted: 1ms to 87600h, such as 90s"));
	CHECK(refuses("a:* ttl=",
		"a:*, ttl: \"\" is not a duration; accepted: 1ms to 87600h, such as 90s"));
	CHECK(refuses("a:* stale=87601h",
		"a:*, stale: \"87601h\" is out of range; accepted: 0 to 87600h, such as 90s"));
	CHECK(refuses("a:* local_ttl=1d",
		"a:*, local_ttl: \"1d\" is not a duration; accepted: 0 to 24h, such as 90s"));
	CHECK(refuses("a:* local_ttl=25h",
		"a:*, local_ttl: \"25h\" is out of range; accepted: 0 to 24h, such as 90s"));
	CHECK(refuses("a:* ttl 10m", "a:*, ttl has no value; accepted: ttl = and a value"));
	CHECK(refuses("a:* lifetime=1s",
		"a:*, \"lifetime\" is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each "
		"with = and a value"));
	CHECK(refuses("a:* redis://:secret@h",
		"a:*, this is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each with "
		"= and a value"));
	CHECK(refuses("a:* =1s",
		"a:*, this is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each with "
		"= and a value"));
	CHECK(refuses("a:* ttl=1s,",
		"a:*, nothing follows the last comma; accepted: an option, or no comma"));
	CHECK(refuses("a:* ttl=1s,,stale=1s",
		"a:*, this is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each with "
		"= and a value"));
	CHECK(refuses("a:* tiers=local,disk",
		"a:*, tiers: there is no tier \"disk\"; accepted: local, memcached, redis, with commas "
		"between them"));
	CHECK(refuses("a:* tiers=",
		"a:*, tiers: there is no tier \"\"; accepted: local, memcached, redis, with commas between "
		"them"));
	CHECK(refuses("a:* tiers=local,",
		"a:*, tiers: there is no tier \"\"; accepted: local, memcached, redis, with commas between "
		"them"));
	CHECK(refuses("a:* tiers=local redis",
		"a:*, \"redis\" is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each "
		"with = and a value"));
}

static void nothing_stands_twice(void)
{
	CHECK(refuses("a:* ttl=1s ttl=1s", "a:*, ttl stands there twice"));
	CHECK(refuses("a:* tiers=redis, tiers=local", "a:*, tiers stands there twice"));
	CHECK(refuses("a:* tiers=redis,redis", "a:*, tiers: redis stands there twice"));
	CHECK(refuses("a:* ttl=1s; b:*; a:* stale=1s", "a:* stands there twice"));
}

static void what_would_have_no_effect_is_refused(void)
{
	CHECK(refuses("a:* tiers=redis local_ttl=1s",
		"a:*, local_ttl is for the local tier, which tiers leaves out"));
	CHECK(refuses("a:* local_ttl=1s tiers=local",
		"a:*, local_ttl is for copies of what a deeper tier has, and tiers names none"));
	CHECK(refuses("a:* tiers=local,redis local_ttl=0",
		"a:*, tiers names local, where local_ttl = 0 keeps nothing"));
}

static void refused_options_leave_a_policy_as_it_was(void)
{
	strata_policy policy;

	REQUIRE(strata_policy_parse_pattern(strata_view_of("a*"), &policy, error));
	REQUIRE(strata_policy_parse_options(strata_view_of("ttl=1s"), &policy, error));
	CHECK(!strata_policy_parse_options(strata_view_of("stale=1s, ttl=2s"), &policy, error));
	CHECK(policy.given == STRATA_POLICY_TTL && policy.ttl == 1000 && policy.stale == 0);
	CHECK(strata_policy_parse_options(strata_view_of("stale=1s"), &policy, error));
	CHECK(policy.stale == 1000);
}

static void no_more_than_64_are_taken(void)
{
	char text[2000];
	size_t used = 0;

	for (int i = 0; i < 64; i++) {
		used += (size_t) snprintf(text + used, sizeof(text) - used, "k%d:* ttl=1s;", i);
	}
	CHECK(parse(text) && policies.count == 64);
	snprintf(text + used, sizeof(text) - used, "k64:*");
	CHECK(refuses(text, "there are more than 64 policies"));
}

static void tiers_are_printed_from_the_nearest_on(void)
{
	char text[STRATA_POLICY_TIERS_TEXT];

	strata_policy_print_tiers(STRATA_POLICY_ALL_TIERS, text);
	CHECK(strcmp(text, "local,memcached,redis") == 0);
	strata_policy_print_tiers(STRATA_POLICY_REDIS, text);
	CHECK(strcmp(text, "redis") == 0);
	strata_policy_print_tiers(0, text);
	CHECK(text[0] == '\0');
}

int main(void)
{
	RUN(an_empty_text_has_no_policies);
	RUN(options_stand_between_blanks_or_commas);
	RUN(policies_stand_between_semicolons);
	RUN(what_is_less_than_a_millisecond_is_one);
	RUN(patterns_end_with_one_star);
	RUN(a_wrong_word_is_named_with_what_is_accepted);
	RUN(nothing_stands_twice);
	RUN(what_would_have_no_effect_is_refused);
	RUN(refused_options_leave_a_policy_as_it_was);
	RUN(no_more_than_64_are_taken);
	RUN(tiers_are_printed_from_the_nearest_on);
	return unit_end();
}
