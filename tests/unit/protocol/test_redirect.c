#include "protocol/redirect.h"

#include "unit.h"

static strata_redirect parsed;

static strata_result parse(const char *text)
{
	memset(&parsed, 'x', sizeof(parsed));
	return strata_redirect_parse(strata_view_of(text), &parsed);
}

static bool leads_to(const char *text, strata_redirect_kind kind, uint16_t slot, const char *host,
	uint16_t port)
{
	return parse(text) == STRATA_OK && parsed.kind == kind && parsed.slot == slot &&
		   strcmp(parsed.to.host, host) == 0 && parsed.to.port == port;
}

static void moved_names_slot_host_and_port(void)
{
	CHECK(leads_to("MOVED 3999 127.0.0.1:6381", STRATA_REDIRECT_MOVED, 3999, "127.0.0.1", 6381));
	CHECK(leads_to("MOVED 0 a:1", STRATA_REDIRECT_MOVED, 0, "a", 1));
	CHECK(leads_to("MOVED 16383 redis-1.example.com:65535", STRATA_REDIRECT_MOVED, 16383,
		"redis-1.example.com", 65535));
}

static void ask_names_them_too(void)
{
	CHECK(leads_to("ASK 3999 127.0.0.1:6381", STRATA_REDIRECT_ASK, 3999, "127.0.0.1", 6381));
}

static void the_last_colon_parts_an_address_of_ipv6_from_its_port(void)
{
	CHECK(leads_to("MOVED 1 ::1:6381", STRATA_REDIRECT_MOVED, 1, "::1", 6381));
	CHECK(leads_to("ASK 1 fe80::1%eth0:6381", STRATA_REDIRECT_ASK, 1, "fe80::1%eth0", 6381));
}

static void an_empty_host_is_the_one_that_answered(void)
{
	CHECK(leads_to("MOVED 3999 :6381", STRATA_REDIRECT_MOVED, 3999, "", 6381));
	CHECK(!parsed.is_unknown);
}

static void a_question_mark_is_a_host_that_is_not_known(void)
{
	CHECK(leads_to("MOVED 3999 ?:6381", STRATA_REDIRECT_MOVED, 3999, "", 6381));
	CHECK(parsed.is_unknown);
	CHECK(leads_to("ASK 1 ?:1", STRATA_REDIRECT_ASK, 1, "", 1) && parsed.is_unknown);
}

static void other_errors_are_no_redirects(void)
{
	static const char *const others[] = { "", "ERR no", "MOVED2 1 a:1", "MOVE 1 a:1",
		"ASKING 1 a:1", "moved 1 a:1", " MOVED 1 a:1", "CLUSTERDOWN The cluster is down",
		"TRYAGAIN x" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CHECK(parse(others[i]) == STRATA_OK && parsed.kind == STRATA_REDIRECT_NONE);
	}
}

static void a_redirect_that_leads_nowhere_is_refused(void)
{
	static const char *const nowhere[] = { "MOVED", "MOVED ", "MOVED 1", "MOVED 1 ", "MOVED 1 a",
		"MOVED 1 a:", "MOVED 1 :", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED x a:1", "MOVED 1x a:1",
		"MOVED  a:1", "MOVED 1 a:0", "MOVED 1 a:65536", "MOVED 1 a:x", "MOVED 1 a:1 ",
		"MOVED 1 a:+1", "MOVED 1 a:000001", "MOVED 99999999999999999999 a:1", "MOVED 1 ??:6381",
		"MOVED 1 a b:1", "MOVED 1  a:1", "MOVED 1 /run/redis.sock:1", "MOVED 1 user@a:1",
		"MOVED 1 a\n:1", "MOVED 1 \x80:1", "ASK 1", "ASK 16384 a:1", "ASK 1 ?a:1", "MOVED 1 ?:0",
		"ASK 1 a:0" };

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		CHECK(parse(nowhere[i]) == STRATA_PROTOCOL && parsed.kind == STRATA_REDIRECT_NONE);
	}
}

static void a_host_may_be_255_bytes_long_and_no_longer(void)
{
	char text[300] = "MOVED 1 ";
	size_t start = strlen(text);

	memset(text + start, 'h', 255);
	strcpy(text + start + 255, ":7");
	CHECK(parse(text) == STRATA_OK && strlen(parsed.to.host) == 255 && parsed.to.port == 7);
	text[start + 255] = 'h';
	strcpy(text + start + 256, ":7");
	CHECK(parse(text) == STRATA_PROTOCOL);
}

int main(void)
{
	RUN(moved_names_slot_host_and_port);
	RUN(ask_names_them_too);
	RUN(the_last_colon_parts_an_address_of_ipv6_from_its_port);
	RUN(an_empty_host_is_the_one_that_answered);
	RUN(a_question_mark_is_a_host_that_is_not_known);
	RUN(other_errors_are_no_redirects);
	RUN(a_redirect_that_leads_nowhere_is_refused);
	RUN(a_host_may_be_255_bytes_long_and_no_longer);
	return unit_end();
}
