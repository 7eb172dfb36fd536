#include "conf/dsn.h"
#include "conf/dsn_mask.h"

#include "unit.h"

static char error[STRATA_DSN_ERROR];
static strata_dsn dsn;

static bool parse(const char *text)
{
	strata_dsn_fini(&dsn);
	memset(error, 'x', sizeof(error) - 1);
	return strata_dsn_parse(strata_view_of(text), &dsn, error);
}

/* Is the text refused with a sentence that holds this word, and nothing left behind? */
static bool refuses(const char *text, const char *word)
{
	if (parse(text) || dsn.count != 0 || dsn.servers != NULL || dsn.user != NULL) {
		return false;
	}
	if (strstr(error, word) == NULL) {
		fprintf(stderr, "%s: %s\n", text, error);
		return false;
	}
	return true;
}

static bool is_endpoint(uint32_t index, const char *host, uint16_t port, uint32_t weight)
{
	const strata_dsn_server *endpoint = &dsn.servers[index];

	return index < dsn.count && strcmp(endpoint->host, host) == 0 && endpoint->port == port &&
		   endpoint->weight == weight;
}

static bool is(const char *text, const char *expected)
{
	return text != NULL && strcmp(text, expected) == 0;
}

static bool shows(const char *text, const char *expected)
{
	char shown[200];

	strata_dsn_mask(strata_view_of(text), shown, sizeof(shown));
	if (strcmp(shown, expected) != 0) {
		fprintf(stderr, "%s is shown as %s\n", text, shown);
		return false;
	}
	return true;
}

static void a_host_has_the_port_of_its_scheme(void)
{
	CHECK(parse("memcached://cache") && dsn.scheme == STRATA_SCHEME_MEMCACHED);
	CHECK(is_endpoint(0, "cache", 11211, 1));
	CHECK(parse("redis://cache") && dsn.scheme == STRATA_SCHEME_REDIS);
	CHECK(is_endpoint(0, "cache", 6379, 1));
	CHECK(dsn.user == NULL && dsn.password == NULL && dsn.database == 0);
	CHECK(parse("redis-cluster://cache") && dsn.scheme == STRATA_SCHEME_REDIS_CLUSTER);
	CHECK(is_endpoint(0, "cache", 6379, 1));
	CHECK(parse("REDIS://cache") && dsn.scheme == STRATA_SCHEME_REDIS);
	CHECK(error[0] == '\0');
}

static void several_servers_keep_their_order(void)
{
	CHECK(parse("memcached://10.0.1.1:1,10.0.1.2?weight=2,/run/m.sock?weight=65535"));
	CHECK(dsn.count == 3);
	CHECK(is_endpoint(0, "10.0.1.1", 1, 1));
	CHECK(is_endpoint(1, "10.0.1.2", 11211, 2));
	CHECK(is_endpoint(2, "/run/m.sock", 0, 65535));
	CHECK(parse("redis-cluster://app:pw@n1:7000,n2:7001"));
	CHECK(is_endpoint(0, "n1", 7000, 1) && is_endpoint(1, "n2", 7001, 1));
	CHECK(is(dsn.user, "app") && is(dsn.password, "pw"));
}

static void an_ipv6_address_stands_in_brackets(void)
{
	CHECK(parse("redis://[2001:db8::1]:7000/1") && is_endpoint(0, "2001:db8::1", 7000, 1));
	CHECK(parse("memcached://[::1],[::2]:5") && is_endpoint(0, "::1", 11211, 1));
	CHECK(is_endpoint(1, "::2", 5, 1));
	CHECK(refuses("redis://::1", "brackets"));
	CHECK(refuses("redis://2001:db8::1", "brackets"));
	CHECK(refuses("redis://[::1", "]"));
	CHECK(refuses("redis://[localhost]", "not an IPv6 address"));
	CHECK(refuses("redis://[::1]6379", "not an IPv6 address"));
	CHECK(refuses("redis://[]", "host is empty"));
}

static void a_socket_is_a_path(void)
{
	CHECK(parse("redis:///run/redis.sock") && is_endpoint(0, "/run/redis.sock", 0, 1));
	CHECK(parse("redis://:pw@/run/r.sock?database=2") && is_endpoint(0, "/run/r.sock", 0, 1));
	CHECK(is(dsn.password, "pw") && dsn.database == 2);
	CHECK(parse("redis:///run/redis@1.sock") && is_endpoint(0, "/run/redis@1.sock", 0, 1));
	CHECK(refuses("redis:///user:pw@host", "both : and @"));
	CHECK(refuses("redis-cluster:///run/r.sock", "no unix sockets"));
}

static void the_path_of_a_socket_fits_its_address(void)
{
	char text[200] = "redis://";

	memset(text + 8, '/', 107);
	CHECK(parse(text));
	memset(text + 8, '/', 108);
	CHECK(refuses(text, "longer than 107"));
}

static void userinfo_ends_at_the_last_at(void)
{
	CHECK(parse("redis://app:p@ss:w/o?r,d@10.0.0.1:7/3") && is_endpoint(0, "10.0.0.1", 7, 1));
	CHECK(is(dsn.user, "app") && is(dsn.password, "p@ss:w/o?r,d") && dsn.database == 3);
	CHECK(parse("redis-cluster://:a,b@c@n1,n2") && is(dsn.password, "a,b@c") && dsn.count == 2);
}

static void a_user_or_a_password_may_be_left_out(void)
{
	CHECK(parse("redis://app@h") && is(dsn.user, "app") && dsn.password == NULL);
	CHECK(parse("redis://:pw@h") && dsn.user == NULL && is(dsn.password, "pw"));
}

static void percent_escapes_are_decoded_in_userinfo(void)
{
	CHECK(parse("redis://a%3ab:p%40%2F%25%aF@h"));
	CHECK(is(dsn.user, "a:b") && is(dsn.password, "p@/%\xAF"));
	CHECK(refuses("redis://:100%@h", "%25"));
	CHECK(refuses("redis://:100%2@h", "%25"));
	CHECK(refuses("redis://:%zz@h", "%25"));
	CHECK(refuses("redis://:a%00b@h", "%00"));
	CHECK(refuses("redis://a%:b@h", "%25"));
}

static void what_an_undefined_variable_leaves_is_named(void)
{
	CHECK(refuses("redis://app:@h", "${VARIABLE}"));
	CHECK(refuses("redis://:@h", "${VARIABLE}"));
	CHECK(refuses("redis://@h", "${VARIABLE}"));
	CHECK(refuses("redis://h:", "${VARIABLE}"));
	CHECK(refuses("redis://:7000", "${VARIABLE}"));
	CHECK(refuses("redis://", "${VARIABLE}"));
	CHECK(refuses("memcached://a,,b", "${VARIABLE}"));
	CHECK(refuses("redis://app:pw@", "${VARIABLE}"));
}

static void ports_and_weights_and_databases_have_bounds(void)
{
	CHECK(parse("redis://h:1") && parse("redis://h:65535"));
	CHECK(refuses("redis://h:0", "1 to 65535"));
	CHECK(refuses("redis://h:65536", "1 to 65535"));
	CHECK(refuses("redis://h:99999999999999999999", "1 to 65535"));
	CHECK(refuses("redis://h:+80", "1 to 65535"));
	CHECK(refuses("redis://h:6379x", "1 to 65535"));
	CHECK(refuses("memcached://h?weight=0", "1 to 65535"));
	CHECK(refuses("memcached://h?weight=", "1 to 65535"));
	CHECK(parse("redis://h/2147483647") && dsn.database == 2147483647);
	CHECK(refuses("redis://h/2147483648", "2147483647"));
	CHECK(refuses("redis://h/", "database"));
	CHECK(refuses("redis://h/one", "database"));
	CHECK(refuses("redis://h/1/2", "database"));
}

static void only_redis_has_databases(void)
{
	CHECK(parse("redis://h?database=4") && dsn.database == 4);
	CHECK(refuses("redis://h/2?database=2", "more than one"));
	CHECK(refuses("redis-cluster://h/2", "only redis://"));
	CHECK(refuses("memcached://h/2", "only redis://"));
}

static void unknown_parameters_are_named(void)
{
	CHECK(refuses("memcached://h?wieght=2", "\"wieght\""));
	CHECK(refuses("memcached://h?database=2", "\"database\""));
	CHECK(refuses("redis://h?weight=2", "\"weight\""));
	CHECK(refuses("redis-cluster://h?database=2", "\"database\""));
	CHECK(refuses("memcached://h?weight=2&weight=3", "more than one weight"));
	CHECK(refuses("memcached://h?", "name=value"));
}

static void an_s_in_the_scheme_asks_for_tls(void)
{
	CHECK(parse("rediss://app:pw@cache.example.org/2") && dsn.scheme == STRATA_SCHEME_REDIS);
	CHECK(dsn.is_secure && is_endpoint(0, "cache.example.org", 6379, 1) && dsn.database == 2);
	CHECK(parse("rediss-cluster://a,b:7000") && dsn.scheme == STRATA_SCHEME_REDIS_CLUSTER);
	CHECK(dsn.is_secure && is_endpoint(1, "b", 7000, 1));
	CHECK(parse("memcacheds://a,b?weight=2") && dsn.scheme == STRATA_SCHEME_MEMCACHED);
	CHECK(dsn.is_secure && is_endpoint(0, "a", 11211, 1) && is_endpoint(1, "b", 11211, 2));
	CHECK(parse("redis://a") && !dsn.is_secure);
	CHECK(refuses("rediss:///run/redis.sock", "certificate"));
	CHECK(refuses("memcacheds://a,/run/m.sock", "certificate"));
	CHECK(refuses("memcacheds://app:pw@a", "memcacheds:// takes no user"));
}

static void sentinels_know_a_master_by_name(void)
{
	CHECK(parse("redis-sentinel://app:p/w@a,b:5000,[::1]:7/my-master.1/2"));
	CHECK(dsn.scheme == STRATA_SCHEME_REDIS_SENTINEL && !dsn.is_secure && dsn.count == 3);
	CHECK(is_endpoint(0, "a", 26379, 1) && is_endpoint(1, "b", 5000, 1));
	CHECK(is_endpoint(2, "::1", 7, 1) && is(dsn.master, "my-master.1") && dsn.database == 2);
	CHECK(is(dsn.user, "app") && is(dsn.password, "p/w"));
	CHECK(parse("rediss-sentinel://a/m") && dsn.is_secure && dsn.database == 0);
	CHECK(is(dsn.master, "m"));
	CHECK(parse("redis://a/2") && dsn.master == NULL);
	CHECK(refuses("redis-sentinel://a,b", "name of the master"));
	CHECK(refuses("redis-sentinel://a/", "name of the master"));
	CHECK(refuses("redis-sentinel://a/my@aster", "name of the master"));
	CHECK(refuses("redis-sentinel:///run/sentinel.sock/m", "database is a number"));
	CHECK(refuses("redis-sentinel:///m/0", "host is empty"));
	CHECK(refuses("redis-sentinel://a/m/x", "database is a number"));
	CHECK(refuses("redis-sentinel://a/m/0/1", "database is a number"));
	CHECK(refuses("redis-sentinel://a,a/m", "twice, in server 2"));
	CHECK(refuses("redis-sentinel://a?database=2/m", "no parameter"));
}

static void an_unknown_scheme_is_refused(void)
{
	CHECK(refuses("http://h", "scheme"));
	CHECK(refuses("localhost:6379", "scheme"));
	CHECK(refuses("", "scheme"));
}

static void hosts_are_names_or_addresses(void)
{
	CHECK(parse("redis://redis_1.example-net.internal"));
	CHECK(refuses("redis://10.0.0.300", "neither a name nor an address"));
	CHECK(refuses("redis://ho$t", "neither a name nor an address"));
	CHECK(refuses("redis://.", "neither a name nor an address"));
	CHECK(refuses("memcached://a, b", "blank"));
	CHECK(refuses("redis://h\n", "control"));
	CHECK(refuses("redis://a,b", "redis-cluster://"));
	CHECK(refuses("memcached://app:pw@h", "no user"));
}

static void nobody_is_named_twice(void)
{
	CHECK(refuses("memcached://a,b,A:11211", "twice, in server 3"));
	CHECK(refuses("memcached:///run/a,/run/a", "twice"));
	CHECK(parse("memcached:///run/a,/run/A,a:1,a:2") && dsn.count == 4);
}

static void a_password_is_shown_as_stars(void)
{
	CHECK(shows("redis://app:pw@h:1/2", "redis://app:***@h:1/2"));
	CHECK(shows("redis://:p:w@x@h", "redis://:***@h"));
	CHECK(shows("redis-cluster://app:p,w@a,b", "redis-cluster://app:***@a,b"));
	CHECK(shows("redis-sentinel://app:p/w@a,b/m", "redis-sentinel://app:***@a,b/m"));
	CHECK(shows("redis://app@h", "redis://app@h"));
	CHECK(shows("memcached://a:1,b?weight=2", "memcached://a:1,b?weight=2"));
	CHECK(shows("redis:///run/a@b.sock", "redis:///run/a@b.sock"));
	CHECK(shows("", ""));
}

static void what_is_not_understood_is_hidden_where_a_password_could_be(void)
{
	CHECK(shows("redis://app:secret@", "***"));
	CHECK(shows("secret@h", "***"));
	CHECK(shows("redis:///user:secret@h", "***"));
	CHECK(shows("redis://app:secret", "redis://app:***"));
	CHECK(shows("redis://h?auth=secret", "redis://h?***"));
	CHECK(shows("redis://h:6380x", "redis://h:***"));
	CHECK(shows("redis://app:123456", "redis://app:***"));
	CHECK(shows("redis://app:12/secret", "redis://app:***"));
	CHECK(shows("redis://app:12?secret", "redis://app:12?***"));
	CHECK(shows("redis://[app:secret]", "redis://[***"));
	CHECK(shows("secret:a://b", "secret:***"));
	CHECK(shows("a?secret://b", "a?***"));
	CHECK(shows("localhost", "localhost"));
}

static void what_has_no_password_is_shown_whole(void)
{
	CHECK(shows("redis-sentinel://h:6380", "redis-sentinel://h:6380"));
	CHECK(shows("redis://a:6379,b:6380/2", "redis://a:6379,b:6380/2"));
	CHECK(shows("redis://a:99999", "redis://a:99999"));
	CHECK(shows("tcp://10.0.0.1:6379", "tcp://10.0.0.1:6379"));
	CHECK(shows("memcached://[::1]:11211?wait=2,b", "memcached://[::1]:11211?wait=2,b"));
}

static bool looks_cut(const char *text)
{
	return strata_dsn_mask_looks_cut(strata_view_of(text));
}

/* What PHP 8.2 leaves of :p;w@h, u:p!w@h, a:1?weight=2 and u:p&w@h. */
static void what_php_ini_cuts_is_known(void)
{
	CHECK(looks_cut("redis://:p") && looks_cut("redis://u:p") && looks_cut("0"));
	CHECK(looks_cut("memcached://a:1?weight"));
	CHECK(!looks_cut("redis://h:1,b") && !looks_cut("tcp://h:6379") && !looks_cut(""));
	CHECK(!looks_cut("redis://app:p@") && !looks_cut("localhost"));
}

static void a_mask_fits_the_room_it_has(void)
{
	char shown[8] = "xxxxxxx";

	strata_dsn_mask(strata_view_of("redis://app:pw@h"), shown, 4);
	CHECK(strcmp(shown, "red") == 0 && shown[4] == 'x');
}

static void random_text(char *text, size_t longest)
{
	static const char bytes[] = "Zq7@:/?,%#&=.[]${} \t\n\x7f\xC3\xA9";
	size_t size = (size_t) rand() % (longest + 1);

	for (size_t i = 0; i < size; i++) {
		text[i] = bytes[(size_t) rand() % (sizeof(bytes) - 1)];
	}
	text[size] = '\0';
}

static void make_dsn(char text[200])
{
	static const char *const schemes[] = { "redis://", "redis-cluster://", "memcached://",
		"redis:", "rediss://", "" };
	static const char *const ends[] = { "@h", "@h:7000/1", "@", "@h:x", "@[::1]", "@h?a=b", "@a,b",
		"" };
	const char *end = ends[rand() % 8];
	char before[8], after[8];

	random_text(before, 6);
	random_text(after, 6);
	/* With its own @ lost, a password with one of these reads as the name of a server. */
	for (char *mark = before; end[0] == '\0' && (mark = strpbrk(mark, "@,")) != NULL;) {
		*mark = '+';
	}
	snprintf(text, 200, "%s%s:%sHUNTER%s%s", schemes[rand() % 6], rand() % 2 ? "app" : "", before,
		after, end);
}

static void a_password_is_in_no_mask_and_in_no_sentence(void)
{
	char text[200], shown[200];
	int understood = 0;

	srand(20240917);
	for (int i = 0; i < 100000; i++) {
		make_dsn(text);
		understood += parse(text);
		strata_dsn_mask(strata_view_of(text), shown, sizeof(shown));
		if (strstr(shown, "HUNT") != NULL || strstr(error, "HUNT") != NULL) {
			fprintf(stderr, "%s is shown as %s: %s\n", text, shown, error);
			CHECK(!"a password was shown");
		}
	}
	CHECK(understood > 1000);
}

static void any_bytes_are_parsed_without_harm(void)
{
	char text[64], shown[80];

	srand(3);
	for (int i = 0; i < 100000; i++) {
		size_t size =
			(size_t) snprintf(text, sizeof(text), "%s", rand() % 2 ? "redis://" : "memcached://");

		random_text(text + size, sizeof(text) - size - 1);
		CHECK(parse(text) == (dsn.count > 0) && strlen(error) < sizeof(error));
		strata_dsn_mask(strata_view_of(text), shown, sizeof(shown));
	}
	CHECK(!strata_dsn_parse((strata_view){ NULL, 0 }, &dsn, error));
	strata_dsn_mask((strata_view){ NULL, 0 }, shown, sizeof(shown));
	CHECK(shown[0] == '\0');
}

static bool has_ring_name(uint32_t index, const char *name)
{
	return index < dsn.count && dsn.servers[index].ring_name != NULL &&
		   strcmp(dsn.servers[index].ring_name, name) == 0;
}

static void servers_of_memcached_may_have_ring_names(void)
{
	CHECK(parse("memcached://a=10.0.1.1,b.C_d-9=[::1]:11212?weight=2,c=/run/x=y.sock?weight=3"));
	CHECK(is_endpoint(0, "10.0.1.1", 11211, 1) && has_ring_name(0, "a"));
	CHECK(is_endpoint(1, "::1", 11212, 2) && has_ring_name(1, "b.C_d-9"));
	CHECK(is_endpoint(2, "/run/x=y.sock", 0, 3) && has_ring_name(2, "c"));
	CHECK(parse("memcacheds://a=cache.example.org"));
	CHECK(has_ring_name(0, "a"));
	CHECK(parse("memcached:///run/x=y.sock,10.0.1.1?weight=2"));
	CHECK(dsn.servers[0].ring_name == NULL && dsn.servers[1].ring_name == NULL);
}

static void ring_names_are_all_or_none_and_different(void)
{
	CHECK(refuses("memcached://a=10.0.1.1,10.0.1.2", "either all servers have a name"));
	CHECK(refuses("memcached://10.0.1.1,b=10.0.1.2", "either all servers have a name"));
	CHECK(refuses("memcached://a=10.0.1.1,b=10.0.1.2,a=10.0.1.3", "given twice, in server 3"));
	CHECK(refuses("memcached://a=10.0.1.1,b=10.0.1.1", "a server is named twice"));
	CHECK(parse("memcached://a=10.0.1.1,A=10.0.1.2"));
}

static void ring_names_are_short_and_plain(void)
{
	char longest[128];

	CHECK(refuses("memcached://=10.0.1.1", "the name before a ="));
	CHECK(refuses("memcached://a:b=10.0.1.1", "the name before a ="));
	CHECK(refuses("memcached://a/b=10.0.1.1", "the name before a ="));
	CHECK(refuses("memcached://a=", "a host is empty"));
	CHECK(refuses("memcached://a=b=10.0.1.1", "neither a name nor an address"));
	snprintf(longest, sizeof(longest), "memcached://%065d=h", 0);
	CHECK(refuses(longest, "1 to 64"));
	snprintf(longest, sizeof(longest), "memcached://%064d=h", 0);
	CHECK(parse(longest));
	CHECK(refuses("redis://a=10.0.1.1", "only servers of memcached"));
	CHECK(refuses("redis-cluster://a=10.0.1.1,b=10.0.1.2", "only servers of memcached"));
}

int main(void)
{
	RUN(a_host_has_the_port_of_its_scheme);
	RUN(several_servers_keep_their_order);
	RUN(an_ipv6_address_stands_in_brackets);
	RUN(a_socket_is_a_path);
	RUN(the_path_of_a_socket_fits_its_address);
	RUN(userinfo_ends_at_the_last_at);
	RUN(a_user_or_a_password_may_be_left_out);
	RUN(percent_escapes_are_decoded_in_userinfo);
	RUN(what_an_undefined_variable_leaves_is_named);
	RUN(ports_and_weights_and_databases_have_bounds);
	RUN(only_redis_has_databases);
	RUN(unknown_parameters_are_named);
	RUN(an_s_in_the_scheme_asks_for_tls);
	RUN(sentinels_know_a_master_by_name);
	RUN(an_unknown_scheme_is_refused);
	RUN(hosts_are_names_or_addresses);
	RUN(nobody_is_named_twice);
	RUN(a_password_is_shown_as_stars);
	RUN(what_is_not_understood_is_hidden_where_a_password_could_be);
	RUN(what_has_no_password_is_shown_whole);
	RUN(what_php_ini_cuts_is_known);
	RUN(a_mask_fits_the_room_it_has);
	RUN(a_password_is_in_no_mask_and_in_no_sentence);
	RUN(any_bytes_are_parsed_without_harm);
	RUN(servers_of_memcached_may_have_ring_names);
	RUN(ring_names_are_all_or_none_and_different);
	RUN(ring_names_are_short_and_plain);
	strata_dsn_fini(&dsn);
	return unit_end();
}
