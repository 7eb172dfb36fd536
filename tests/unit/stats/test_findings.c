/* What a check of servers keeps, and when a clock is told to be wrong. */
#include "stats/findings.h"

#include "unit.h"

static strata_findings findings;

static strata_checked_node *begin(void)
{
	strata_arena *arena = strata_arena_new();

	REQUIRE(arena != NULL);
	findings = (strata_findings){ .arena = arena };
	return strata_findings_add_node(&findings, "127.0.0.1:1", "redis");
}

static void end(void)
{
	CHECK(!findings.has_failed);
	strata_arena_free(findings.arena);
}

static void everything_is_kept_in_order(void)
{
	strata_checked_node *node = begin();
	strata_checked_node *other = strata_findings_add_node(&findings, "127.0.0.1:2", "memcached");

	strata_findings_note(&findings, node, "version", strata_view_of("7.0"));
	strata_findings_note_integer(&findings, node, "connections", 7);
	strata_findings_list(&findings, &node->forbidden, "EVAL");
	strata_findings_list(&findings, &node->forbidden, "SCAN");
	strata_findings_say(&findings, STRATA_SEVERITY_ERROR, other, "%d is %s", 2, "wrong");
	strata_findings_say(&findings, STRATA_SEVERITY_WARNING, NULL, "all of them");
	CHECK(findings.nodes == node && node->next == other && other->next == NULL);
	CHECK(strcmp(node->facts->name, "version") == 0 && node->facts->kind == STRATA_FACT_TEXT);
	CHECK(node->facts->next->integer == 7 && node->facts->next->next == NULL);
	CHECK(strcmp(node->forbidden->text, "EVAL") == 0);
	CHECK(strcmp(node->forbidden->next->text, "SCAN") == 0);
	CHECK(strcmp(findings.list->sentence, "2 is wrong") == 0);
	CHECK(findings.list->node == other->name && findings.list->next->node == NULL);
	end();
}

static void a_long_sentence_ends(void)
{
	char long_one[2000];

	memset(long_one, 'x', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	strata_findings_say(&findings, STRATA_SEVERITY_ERROR, begin(), "%s", long_one);
	CHECK(strlen(findings.list->sentence) < 600);
	end();
}

/* How far it is ahead, in milliseconds, as told of a question of 2 ms; and is it a finding? */
static double difference_of(int64_t ahead_msec, strata_usec coarse, bool *is_told)
{
	strata_checked_node *node = begin();
	uint64_t sent = 1700000000000000;
	double difference;

	strata_findings_compare_clock(&findings, node, sent + 1000 + (uint64_t) (ahead_msec * 1000),
		sent, 2000, coarse);
	REQUIRE(node->clock.is_known);
	CHECK(node->clock.uncertainty == 1000 + coarse / 2);
	difference = (double) node->clock.difference / 1000;
	*is_told = findings.list != NULL;
	end();
	return difference;
}

static void a_clock_is_wrong_where_that_is_certain(void)
{
	bool is_told;

	CHECK(difference_of(0, 0, &is_told) == 0 && !is_told);
	CHECK(difference_of(2000, 0, &is_told) == 2000 && !is_told);
	CHECK(difference_of(2002, 0, &is_told) == 2002 && is_told);
	CHECK(difference_of(-2002, 0, &is_told) == -2002 && is_told);
	CHECK(difference_of(-3600000, 0, &is_told) == -3600000 && is_told);
	/* Of a server that tells whole seconds, late by up to two. */
	CHECK(difference_of(0, 2000000, &is_told) == 1000 && !is_told);
	CHECK(difference_of(-3900, 2000000, &is_told) == -2900 && !is_told);
	CHECK(difference_of(2100, 2000000, &is_told) == 3100 && is_told);
}

int main(void)
{
	RUN(everything_is_kept_in_order);
	RUN(a_long_sentence_ends);
	RUN(a_clock_is_wrong_where_that_is_certain);
	return unit_end();
}
