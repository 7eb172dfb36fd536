#include "conf/topology.h"

#include "unit.h"

static strata_topology topology;
static char error[STRATA_TOPOLOGY_ERROR];

static bool is_database(strata_view name)
{
	return strata_view_equal(name, strata_view_of("default")) ||
		   strata_view_equal(name, strata_view_of("feed"));
}

static bool parse_bytes(strata_view text)
{
	strata_topology_fini(&topology);
	memset(error, 'x', sizeof(error) - 1);
	return strata_topology_parse(text, is_database, &topology, error);
}

static bool parse(const char *text)
{
	bool is_good = parse_bytes(strata_view_of(text));

	if (!is_good) {
		fprintf(stderr, "%s\n", error);
	}
	return is_good;
}

/* Is the text refused with exactly this sentence, and nothing of it kept? */
static bool refuses(const char *text, const char *sentence)
{
	if (parse_bytes(strata_view_of(text)) || topology.text != NULL ||
		topology.option_count + topology.policy_count + topology.disabled_count > 0) {
		return false;
	}
	if (strcmp(error, sentence) != 0) {
		fprintf(stderr, "%s\n", error);
		return false;
	}
	return true;
}

/* Does this option have this text for this database? NULL: does none stand there? */
static bool says(const char *database, const char *option, const char *expected)
{
	const strata_setting *setting = strata_settings_find(strata_view_of(option));
	strata_view text = strata_topology_text(&topology, database, setting);

	return expected == NULL
			   ? text.data == NULL
			   : text.data != NULL && strata_view_equal(text, strata_view_of(expected));
}

static bool disables(const char *node)
{
	return strata_topology_disables(&topology, strata_view_of(node));
}

static void an_empty_file_says_nothing(void)
{
	const char *nothing[] = { "", "\n", "\r\n\r\n", "; only a comment", "  \t\n;x\n",
		"\xEF\xBB\xBF" };

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		CHECK(parse(nothing[i]) && topology.option_count == 0 && topology.disabled_count == 0);
	}
}

static void options_belong_to_the_section_they_stand_in(void)
{
	CHECK(parse(
		"[default]\nredis = redis://a:1\n\n[ feed ] ; theirs\nredis=redis://b:2\nmax_value = 1M"));
	CHECK(says("default", "redis", "redis://a:1"));
	CHECK(says("feed", "redis", "redis://b:2"));
	CHECK(says("default", "max_value", NULL));
	CHECK(says("feed", "max_value", "1M"));
	CHECK(parse("[feed]\n[default]\n[feed]\nlocal_ttl=0"));
	CHECK(says("feed", "local_ttl", "0"));
}

static void values_end_as_those_of_php_ini(void)
{
	CHECK(parse("[default]\r\n  user =  a b \t; comment\r\npassword = \"a;b=c \" ; "
				"comment\r\ntls_name='x\"y'"));
	CHECK(says("default", "user", "a b"));
	CHECK(says("default", "password", "a;b=c "));
	CHECK(says("default", "tls_name", "x\"y"));
	CHECK(parse("[default]\nredis =\nmemcached = \"\"\nuser=a=b"));
	CHECK(says("default", "redis", "") && says("default", "memcached", "") &&
		  says("default", "user", "a=b"));
}

static void disabled_nodes_may_stand_anywhere(void)
{
	CHECK(parse("disabled = h:1, [::1]:2\n[feed]\ndisabled = /run/x.sock,h:1\ndisabled=\n"));
	CHECK(topology.disabled_count == 3);
	CHECK(disables("h:1") && disables("[::1]:2") && disables("/run/x.sock"));
	CHECK(!disables("h:11") && !disables("h") && !disables(""));
}

static void names_that_are_no_nodes_are_refused(void)
{
	static const char *const wrong[] = { "h", "h:", ":1", "h:0", "h:65536", "h:123456789012",
		"h:1x", "::1:1", "/", "a@h:1", "redis://h:1", "a:1,,b:1", "a:1 b:1:" };
	char text[100];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "\ndisabled = %s", wrong[i]);
		CHECK(refuses(text, "line 2: disabled: names of nodes are written host:port, "
							"[address]:port or /path, with commas between them"));
	}
}

static void more_nodes_than_fit_are_refused(void)
{
	char text[2000] = "disabled = ";

	for (int i = 1; i <= STRATA_TOPOLOGY_MOST_DISABLED; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "h:%d,", i);
	}
	CHECK(parse(text) && topology.disabled_count == STRATA_TOPOLOGY_MOST_DISABLED);
	strcat(text, "h:1");
	CHECK(parse(text) && topology.disabled_count == STRATA_TOPOLOGY_MOST_DISABLED);
	strcat(text, ",i:1");
	CHECK(refuses(text, "line 1: disabled: more than 64 nodes"));
}

static void what_is_no_line_is_refused_with_its_number(void)
{
	const char *line = "this is no [database], no name = value and no ; comment";
	const char *section =
		"a section is written [database] or [database/prefix*], and nothing follows it";
	const char *quote = "a quoted value ends at the next quote, and nothing follows it";
	char expected[200];

	snprintf(expected, sizeof(expected), "line 3: %s", line);
	CHECK(refuses("\n[feed]\nredis", expected));
	CHECK(refuses("\n[feed]\n# no comment", expected));
	snprintf(expected, sizeof(expected), "line 1: %s", section);
	CHECK(refuses("[feed", expected) && refuses("[feed] redis=x", expected));
	snprintf(expected, sizeof(expected), "line 2: %s", quote);
	CHECK(refuses("[feed]\nuser = \"x", expected) && refuses("[feed]\nuser = \"x\"y", expected));
	CHECK(refuses("[feed]\nuser = \"x\ny\"", expected));
	CHECK(refuses("[]", "line 1: a section has the name of a database"));
	CHECK(refuses("[redis://:secret@h]", "line 1: a section has the name of a database"));
}

static void unknown_names_are_refused(void)
{
	CHECK(refuses("[feeds]", "line 1: there is no database feeds; strata.databases must name it"));
	CHECK(refuses("[feed]\nmemcache = x",
		"line 2: there is no option memcache; did you mean memcached?"));
	CHECK(refuses("[feed]\nelephants = x", "line 2: there is no option elephants"));
	CHECK(refuses("[feed]\nstrata.redis = x",
		"line 2: options are written here without strata. and without a database"));
	CHECK(refuses("[feed]\nredis[] = x",
		"line 2: what stands before = is not the name of an option"));
	CHECK(refuses("[feed]\nredis \"redis://:secret@h?a=1\"",
		"line 2: what stands before = is not the name of an option"));
	CHECK(refuses("redis = x", "line 1: redis stands before the first [database]"));
}

static void what_cannot_change_is_refused(void)
{
	static const char *const fixed[] = { "memory", "verify", "databases", "topology" };
	char text[100], expected[200];

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		snprintf(text, sizeof(text), "[default]\n%s = 1", fixed[i]);
		snprintf(expected, sizeof(expected),
			"line 2: %s cannot change while PHP runs; accepted: only in php.ini", fixed[i]);
		CHECK(refuses(text, expected));
	}
	CHECK(refuses("[feed]\nnamespace = shop",
		"line 2: namespace cannot change while PHP runs; accepted: only in php.ini or a pool"));
}

static void wrong_values_are_refused_without_their_secrets(void)
{
	CHECK(refuses("[feed]\noperation_timeout = 5",
		"line 2: operation_timeout: \"5\" has no unit; accepted: 1ms to 60s, such as 250ms"));
	CHECK(!parse_bytes(strata_view_of("[feed]\nredis = \"redis://app:secret@h:x\"")));
	CHECK(strstr(error, "line 2: redis: ") == error && strstr(error, "secret") == NULL);
	CHECK(!parse_bytes(strata_view_of("[feed]\nmemcached = \"redis://app:secret@h\"")));
	CHECK(strstr(error, "***") != NULL && strstr(error, "secret") == NULL);
	CHECK(refuses("[feed]\nredis = \"redis://:${PW}@h\"",
		"line 2: redis: ${} is not filled in here; a password may stand in the file that "
		"password_file names"));
	CHECK(refuses("[feed]\nuser = a\n[default]\nuser = b\n[feed]\nuser = c",
		"line 6: user stands there twice for the same database"));
}

/* Is this the text of the only policy of the database? */
static bool is_policy_of(const char *database, const char *expected)
{
	static strata_policies found;
	strata_buffer text = { 0 };
	bool is_same;

	strata_topology_policies(&topology, database, &found);
	if (found.count != 1) {
		return false;
	}
	REQUIRE(strata_policy_print(&found.items[0], &text) == 0);
	is_same = strata_view_equal((strata_view){ text.data, text.size }, strata_view_of(expected));
	strata_buffer_fini(&text);
	return is_same;
}

static void sections_with_a_pattern_are_policies(void)
{
	CHECK(parse("[feed/page:*]\nttl = 10m, stale = 1m, tiers = local, redis ; as in the issue\n"));
	CHECK(is_policy_of("feed", "page:* ttl=600000ms stale=60000ms tiers=local,redis"));
	CHECK(!is_policy_of("default", "page:* ttl=600000ms stale=60000ms tiers=local,redis"));
	CHECK(topology.option_count == 0);
	CHECK(parse("[ feed / page/en:* ]\n ttl=10m\n; one a line\n\n stale=1m\n[feed]\nmax_value=1M"));
	CHECK(is_policy_of("feed", "page/en:* ttl=600000ms stale=60000ms"));
	CHECK(says("feed", "max_value", "1M"));
	CHECK(parse("[feed/*]\n[default/*]\ndisabled = h:1\nttl=1s"));
	CHECK(is_policy_of("feed", "*") && is_policy_of("default", "* ttl=1000ms") && disables("h:1"));
}

static void wrong_policies_are_refused_with_their_line(void)
{
	char text[2000] = "";

	CHECK(
		refuses("[feeds/a*]", "line 1: there is no database feeds; strata.databases must name it"));
	CHECK(
		refuses("[feed/]", "line 1: \"\" is no pattern; accepted: how keys begin, without blanks ; "
						   "] \" or ${, and then one *"));
	CHECK(
		refuses("[feed/a b*]", "line 1: \"a b*\" is no pattern; accepted: how keys begin, without "
							   "blanks ; ] \" or ${, and then one *"));
	CHECK(refuses("[feed/a:*]\nttl = 10",
		"line 2: [feed/a:*]: ttl: \"10\" has no unit; accepted: 1ms "
		"to 87600h, such as 90s"));
	CHECK(refuses("[feed/a:*]\nttl = 1s\nstale = 1s, ttl = 2s",
		"line 3: [feed/a:*]: ttl stands there twice"));
	CHECK(refuses("[feed/a:*]\nlocal_ttl = 1s\ntiers = redis",
		"line 3: [feed/a:*]: local_ttl is for the local tier, which tiers leaves out"));
	CHECK(refuses("[feed/a:*]\nmax_value = 1M",
		"line 2: [feed/a:*]: \"max_value\" is no option of a policy; accepted: ttl, stale, "
		"local_ttl, tiers, each with = and a value"));
	CHECK(refuses("[feed/a:*]\nredis://:secret@h",
		"line 2: [feed/a:*]: this is no option of a policy; accepted: ttl, stale, local_ttl, "
		"tiers, each with = and a value"));
	CHECK(refuses("[feed/a:*]\n[default/a:*]\n[feed/a:*]",
		"line 3: [feed/a:*]: the section stands there twice"));
	CHECK(refuses("[feed]\npolicies = \"a:* ttl=1s\"",
		"line 2: policies stand here in sections of their own; accepted: [database/prefix*] and in "
		"it ttl, stale, local_ttl, tiers"));
	for (int i = 0; i < 64; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "[feed/%d:*]\n", i);
	}
	CHECK(parse(text) && topology.policy_count == 64);
	strcat(text, "[default/64:*]\n");
	CHECK(parse(text) && topology.policy_count == 65);
	strcat(text, "[feed/64:*]");
	CHECK(refuses(text, "line 66: [feed/64:*]: more than 64 policies of one database"));
}

static void a_file_that_is_too_long_is_refused(void)
{
	char *text = calloc(1, STRATA_TOPOLOGY_LONGEST + 2);

	REQUIRE(text != NULL);
	memset(text, ';', STRATA_TOPOLOGY_LONGEST);
	CHECK(parse(text));
	text[STRATA_TOPOLOGY_LONGEST] = ';';
	CHECK(refuses(text, "it has more than 65536 bytes"));
	free(text);
}

static void zero_bytes_are_refused(void)
{
	static const char in_value[] = "[feed]\nuser = a\0b", in_name[] = "[feed]\nus\0er = a",
					  in_node[] = "disabled = h\0h:1", in_section[] = "[fe\0ed]";

	CHECK(!parse_bytes((strata_view){ in_value, sizeof(in_value) - 1 }));
	CHECK(!parse_bytes((strata_view){ in_name, sizeof(in_name) - 1 }));
	CHECK(!parse_bytes((strata_view){ in_node, sizeof(in_node) - 1 }));
	CHECK(!parse_bytes((strata_view){ in_section, sizeof(in_section) - 1 }));
}

static void every_beginning_of_a_file_is_read_or_refused(void)
{
	const char *text = "\xEF\xBB\xBF"
					   "disabled = h:1 ; x\r\n[feed]\nuser = \"a\" ; b\nredis='redis://h:1'";
	char line[STRATA_TOPOLOGY_ERROR];

	for (size_t size = 0; size <= strlen(text); size++) {
		/* Of its own, so that a sanitizer sees who reads beyond it. */
		char *part = malloc(size + (size == 0));

		REQUIRE(part != NULL);
		memcpy(part, text, size);
		if (!parse_bytes((strata_view){ part, size })) {
			CHECK(sscanf(error, "line %[0-9]: ", line) == 1);
		}
		free(part);
	}
	CHECK(says("feed", "redis", "redis://h:1"));
}

static bool have_same_servers(const char *one, const char *other)
{
	strata_topology first, second;
	bool are_same;

	REQUIRE(strata_topology_parse(strata_view_of(one), is_database, &first, error));
	REQUIRE(strata_topology_parse(strata_view_of(other), is_database, &second, error));
	are_same = strata_topology_same_servers(&first, &second);
	CHECK(are_same == strata_topology_same_servers(&second, &first));
	strata_topology_fini(&first);
	strata_topology_fini(&second);
	return are_same;
}

static void only_servers_make_it_another_place(void)
{
	CHECK(have_same_servers("", "disabled=h:1\n[feed]\nuser=x"));
	CHECK(have_same_servers("[feed]\nredis=redis://h", "[feed]\nuser=x\nredis=\"redis://h\""));
	CHECK(!have_same_servers("", "[feed]\nredis="));
	CHECK(!have_same_servers("[feed]\nredis=redis://h", "[default]\nredis=redis://h"));
	CHECK(!have_same_servers("[feed]\nmemcached=memcached://h", "[feed]\nmemcached=memcached://i"));
}

static void secrets_are_known_as_such(void)
{
	CHECK(parse("[feed]\nredis=redis://user.name:1\nuser=x") &&
		  !strata_topology_has_secret(&topology));
	CHECK(parse("[feed]\npassword=") && !strata_topology_has_secret(&topology));
	CHECK(parse("[feed]\npassword=x") && strata_topology_has_secret(&topology));
	CHECK(parse("[feed]\nfingerprint_key=x") && strata_topology_has_secret(&topology));
	CHECK(parse("[feed]\nredis=redis://:x@h") && strata_topology_has_secret(&topology));
}

static void a_moment_may_stand_anywhere_and_once(void)
{
	CHECK(parse("from=2026-12-01T03:00:00Z") && topology.from == 1796094000000000);
	CHECK(parse("[feed]\nuser=x\nfrom = 2026-12-01T03:00:00Z ; at night") && topology.from != 0);
	CHECK(parse("[feed/x:*]\nfrom = \"2026-12-01T03:00:00Z\"") && topology.from != 0);
	CHECK(parse("[feed]\nuser=x") && topology.from == 0);
	CHECK(!parse("from=2026-12-01T03:00:00Z\nfrom=2026-12-01T03:00:00Z"));
	CHECK(!parse("from=tomorrow") && strstr(error, "line 1") != NULL);
}

static bool are_equal(const char *one, const char *other)
{
	char why[STRATA_TOPOLOGY_ERROR];
	strata_topology second;
	bool is_equal;

	REQUIRE(parse(one) && strata_topology_parse(strata_view_of(other), is_database, &second, why));
	is_equal =
		strata_topology_equal(&topology, &second) && strata_topology_equal(&second, &topology);
	strata_topology_fini(&second);
	return is_equal;
}

static void the_same_in_another_order_is_equal(void)
{
	CHECK(are_equal("", "from=2026-12-01T03:00:00Z"));
	CHECK(are_equal("[feed]\nuser=x\nredis=redis://a:1", "; \n[feed]\nredis=redis://a:1\nuser=x"));
	CHECK(!are_equal("[feed]\nuser=x", "[feed]\nuser=y") && !are_equal("[feed]\nuser=x", ""));
	CHECK(!are_equal("disabled=a:1", "disabled=a:2") && are_equal("disabled=a:1", "disabled=a:1"));
	CHECK(are_equal("[feed/x:*]\nttl=1m", "[feed/x:*]\nttl=60s"));
	CHECK(!are_equal("[feed/x:*]\nttl=1m", "[feed/x:*]\nttl=2m"));
}

int main(void)
{
	RUN(an_empty_file_says_nothing);
	RUN(options_belong_to_the_section_they_stand_in);
	RUN(values_end_as_those_of_php_ini);
	RUN(disabled_nodes_may_stand_anywhere);
	RUN(names_that_are_no_nodes_are_refused);
	RUN(more_nodes_than_fit_are_refused);
	RUN(what_is_no_line_is_refused_with_its_number);
	RUN(unknown_names_are_refused);
	RUN(what_cannot_change_is_refused);
	RUN(wrong_values_are_refused_without_their_secrets);
	RUN(sections_with_a_pattern_are_policies);
	RUN(wrong_policies_are_refused_with_their_line);
	RUN(a_file_that_is_too_long_is_refused);
	RUN(zero_bytes_are_refused);
	RUN(every_beginning_of_a_file_is_read_or_refused);
	RUN(only_servers_make_it_another_place);
	RUN(secrets_are_known_as_such);
	RUN(a_moment_may_stand_anywhere_and_once);
	RUN(the_same_in_another_order_is_equal);
	strata_topology_fini(&topology);
	return unit_end();
}
