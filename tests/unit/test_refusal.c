#include "remote/refusal.h"

#include <string.h>

#include "unit.h"

static strata_refusal refusal(const char *words)
{
	strata_resp_reply reply = { .type = STRATA_RESP_ERROR, .text = strata_view_of(words) };

	return strata_refusal_of(&reply);
}

static void errors_about_rights_are_told_from_others(void)
{
	CHECK(refusal("NOAUTH Authentication required.").result == STRATA_AUTH);
	CHECK(refusal("NOAUTH Authentication required.").next == STRATA_REFUSAL_FRESH);
	CHECK(refusal("WRONGPASS invalid").result == STRATA_AUTH);
	CHECK(refusal("NOPERM no").result == STRATA_AUTH && !refusal("NOPERM no").closes);
	CHECK(refusal("ERR no").result == STRATA_SERVER);
	CHECK(refusal("NOAUTHX").result == STRATA_SERVER);
}

static void a_cluster_that_is_down_has_three_texts(void)
{
	CHECK(refusal("CLUSTERDOWN The cluster is down").result == STRATA_NOT_READY);
	CHECK(refusal("CLUSTERDOWN The cluster is down and only accepts read commands").result ==
		  STRATA_SERVER);
	CHECK(refusal("CLUSTERDOWN Hash slot not served").result == STRATA_NO_OWNER);
}

static void what_the_state_of_a_node_forbids_is_asked_elsewhere_or_later(void)
{
	CHECK(refusal("LOADING Redis is loading the dataset in memory").result == STRATA_NOT_READY);
	CHECK(refusal("MASTERDOWN Link with MASTER is down").next == STRATA_REFUSAL_MASTER);
	CHECK(refusal("READONLY You can't write against a read only replica.").next ==
		  STRATA_REFUSAL_NEW_OWNER);
	CHECK(refusal("TRYAGAIN Multiple keys request during rehashing of slot").next ==
		  STRATA_REFUSAL_LATER);
	CHECK(refusal("OOM command not allowed").next == STRATA_REFUSAL_FINAL);
}

int main(void)
{
	RUN(errors_about_rights_are_told_from_others);
	RUN(a_cluster_that_is_down_has_three_texts);
	RUN(what_the_state_of_a_node_forbids_is_asked_elsewhere_or_later);
	return unit_end();
}
