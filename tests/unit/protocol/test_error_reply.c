#include "protocol/error_reply.h"

#include "unit.h"

static strata_error_reply of(const char *words)
{
	strata_resp_reply reply = { .type = STRATA_RESP_ERROR, .text = strata_view_of(words) };

	return strata_error_reply_classify(&reply);
}

static void what_may_be_asked_again_is_told_from_what_may_not(void)
{
	CHECK(
		of("TRYAGAIN Multiple keys request during rehashing of slot").action == STRATA_RETRY_LATER);
	CHECK(of("NOAUTH Authentication required.").action == STRATA_RETRY_FRESH);
	CHECK(of("READONLY You can't write against a read only replica.").action ==
		  STRATA_RETRY_NEW_OWNER);
	CHECK(of("LOADING Redis is loading the dataset in memory").action == STRATA_RETRY_MASTER);
	CHECK(of("LOADING x").result == STRATA_NOT_READY);
	CHECK(of("MASTERDOWN Link with MASTER is down").action == STRATA_RETRY_MASTER);
	CHECK(of("WRONGPASS invalid username-password pair").action == STRATA_RETRY_NONE);
	CHECK(of("CLUSTERDOWN The cluster is down").action == STRATA_RETRY_MASTER);
}

static void three_texts_say_that_the_cluster_is_down(void)
{
	CHECK(of("CLUSTERDOWN The cluster is down").result == STRATA_NOT_READY);
	CHECK(of("CLUSTERDOWN The cluster is down and only accepts read commands").result ==
		  STRATA_SERVER);
	CHECK(of("CLUSTERDOWN Hash slot not served").result == STRATA_NO_OWNER);
	CHECK(of("CLUSTERDOWN The cluster is down").suspects);
	CHECK(of("CLUSTERDOWN Hash slot not served").suspects);
	CHECK(!of("CLUSTERDOWN The cluster is down").closes);
}

static void a_connection_is_closed_only_where_it_is_to_blame(void)
{
	CHECK(of("READONLY x").renews && !of("READONLY x").closes);
	CHECK(of("NOAUTH x").closes && of("WRONGPASS x").closes);
	CHECK(of("ERR max number of clients reached").closes);
	CHECK(of("ERR max number of clients reached").result == STRATA_FULL);
	CHECK(!of("NOPERM x").closes && of("NOPERM x").result == STRATA_AUTH);
}

static void anything_else_is_the_answer(void)
{
	static const char *const words[] = { "", "OOM command not allowed", "MISCONF x", "NOREPLICAS x",
		"BUSY x", "WRONGTYPE x", "ERR unknown commander", "TRYAGAINX", "tryagain", "ERR max" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		strata_error_reply reply = of(words[i]);

		CHECK(reply.result == STRATA_SERVER && reply.action == STRATA_RETRY_NONE);
		CHECK(!reply.closes && !reply.suspects);
	}
}

/* However often it is asked. In the words of Redis 6, 7 and of a server with a renamed command. */
static void what_the_server_does_not_do_is_unsupported(void)
{
	static const char *const words[] = {
		"NOPERM this user has no permissions to run the 'eval' command or its subcommand",
		"NOPERM User app has no permissions to run the 'client|setname' command",
		"ERR unknown command 'EVAL', with args beginning with: 'return 1' '0' ",
		"ERR unknown command `EVAL`, with args beginning with: ",
		"ERR Unknown Redis command called from script script: 985cd, on @user_script:1.",
		"ERR Unknown Redis command called from Lua script",
		"ERR The user executing the script can't run this command or subcommand script: a8e04",
		"ERR ACL failure in script: User app has no permissions to run the 'set' command",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		strata_error_reply reply = of(words[i]);

		CHECK(reply.result == STRATA_UNSUPPORTED && reply.action == STRATA_RETRY_NONE);
		CHECK(!reply.closes && !reply.suspects);
	}
}

/* The command is there, but not for this key: a matter of the login. */
static void a_key_that_the_user_may_not_touch_is_a_matter_of_the_login(void)
{
	static const char *const words[] = {
		"NOPERM this user has no permissions to access one of the keys used as arguments",
		"NOPERM No permissions to access a key",
		("ERR The user executing the script can't access at least one of the keys mentioned in the "
		 "command arguments script: b3afe"),
		"ERR ACL failure in script: No permissions to access a key script: b3afe",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CHECK(of(words[i]).result == STRATA_AUTH && of(words[i]).action == STRATA_RETRY_NONE);
	}
}

#define WRAPPED "ERR Error running script (call to f_6b818461879b7ea953a81ab9ad7aaeca1590b7ab): "

/* In the words of Redis 6 and before. */
static void what_a_script_was_told_counts_as_if_the_server_had_said_it(void)
{
	const char *demoted =
		WRAPPED "@user_script:1: @user_script: 1: -READONLY You can't write against a read only "
				"replica.";
	strata_resp_reply list = { .type = STRATA_RESP_ERROR,
		.text = strata_view_of(WRAPPED "@user_script:1: WRONGTYPE Operation against a key") };
	char printed[64];

	CHECK(of(demoted).action == STRATA_RETRY_NEW_OWNER && of(demoted).renews);
	CHECK(of(WRAPPED "@user_script:1: @user_script: 1: Unknown Redis command called from Lua "
					 "script")
			  .result == STRATA_UNSUPPORTED);
	CHECK(of(WRAPPED "@user_script:3: @user_script: 3: The user executing the script can't run "
					 "this command or subcommand")
			  .result == STRATA_UNSUPPORTED);
	CHECK(of(WRAPPED "@user_script:1: @user_script: 1: -OOM command not allowed").result ==
		  STRATA_SERVER);
	CHECK(strata_resp_is_error(&list, "WRONGTYPE") && !strata_resp_is_error(&list, "ERR"));
	CHECK(of("ERR Error running script").result == STRATA_SERVER);
	CHECK(of(WRAPPED "@user_script:").result == STRATA_SERVER);
	CHECK(of(WRAPPED "@user_script:1: -").result == STRATA_SERVER);
	strata_resp_print_error(&list, printed, sizeof(printed));
	CHECK(strcmp(printed, "WRONGTYPE Operation against a key") == 0);
}

int main(void)
{
	RUN(what_may_be_asked_again_is_told_from_what_may_not);
	RUN(three_texts_say_that_the_cluster_is_down);
	RUN(a_connection_is_closed_only_where_it_is_to_blame);
	RUN(anything_else_is_the_answer);
	RUN(what_the_server_does_not_do_is_unsupported);
	RUN(a_key_that_the_user_may_not_touch_is_a_matter_of_the_login);
	RUN(what_a_script_was_told_counts_as_if_the_server_had_said_it);
	return unit_end();
}
