#include "cache/session/session_import.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

static remote_fixture fixture;
static strata_call call;
static fake_tier local, redis;
static strata_database source;
static strata_tier_ops ops;
static strata_session session;

/* What the server says, and what it was asked. */
static strata_result verdict;
static char asked[64];

static void note(const char *verb, strata_view name, const strata_session_record *record)
{
	snprintf(asked, sizeof(asked), "%s %.*s", verb, (int) name.size, name.data);
	CHECK(strata_view_equal(record->item.key, name) && record->token == 0 && record->seen == 0);
}

static void read_foreign(strata_tier *tier, strata_call *asking, strata_view name,
	strata_session_record *record)
{
	note("read", name, record);
	CHECK(tier->ops == &ops && asking == &call);
	record->item.result = verdict;
	record->item.node = "server";
	if (verdict == STRATA_OK) {
		record->item.value = (strata_value){ .codec = STRATA_CODEC_STRING,
			.bytes = strata_view_of("user|s:3:\"ada\";") };
		record->left = 1000;
	}
}

static void remove_foreign(strata_tier *tier, strata_call *asking, strata_view name,
	strata_session_record *record)
{
	note("remove", name, record);
	CHECK(tier->ops == &ops && asking == &call);
	record->item.result = verdict;
}

static const strata_session_ops session_ops = { .read_foreign = read_foreign,
	.remove_foreign = remove_foreign };

static void begin(void)
{
	remote_fixture_begin(&fixture);
	call = (strata_call){ .arena = fixture.arena };
	source = (strata_database){ .name = "old", .tier_count = 2 };
	fake_tier_init(&local, STRATA_TIER_LOCAL, &source.tiers[0]);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &source.tiers[1]);
	ops = *source.tiers[1].ops;
	ops.sessions = &session_ops;
	source.tiers[1].ops = &ops;
	session = (strata_session){ .id_size = 3, .id = "abc", .key = "{xyz}" };
	session.record.item.key = strata_view_of(session.key);
	session.record.item.result = STRATA_MISS;
	session.record.token = 7;
	session.record.is_locked = true;
	session.record.cas = 9;
	asked[0] = '\0';
}

static strata_result reads(strata_result word)
{
	verdict = word;
	strata_session_import_read(&source, strata_view_of("old:"), &call, &session);
	return session.record.item.result;
}

static strata_result removes(strata_result word)
{
	verdict = word;
	return strata_session_import_remove(&source, strata_view_of("old:"), &call, &session);
}

/* The id as the client has it, whatever id the record was moved to. */
static void what_is_there_becomes_the_value_and_the_lock_stays(void)
{
	begin();
	CHECK(reads(STRATA_OK) == STRATA_OK && strcmp(asked, "read old:abc") == 0);
	CHECK(strata_view_equal(session.record.item.value.bytes, strata_view_of("user|s:3:\"ada\";")));
	CHECK(session.record.item.value.codec == STRATA_CODEC_STRING);
	CHECK(strcmp(session.record.item.node, "server") == 0);
	CHECK(strata_view_equal(session.record.item.key, strata_view_of("{xyz}")));
	CHECK(session.record.is_locked && session.record.token == 7 && session.record.cas == 9);
	CHECK(session.record.seen == 0 && session.is_imported && !fake_diary_says_anything());
	CHECK(call.error[0] == '\0');
	remote_fixture_end(&fixture);
}

static void what_is_missing_is_told_from_what_cannot_be_asked(void)
{
	begin();
	CHECK(reads(STRATA_MISS) == STRATA_MISS && call.error[0] == '\0');
	strata_call_explain(&call, "server: it is down");
	CHECK(reads(STRATA_TIMEOUT) == STRATA_TIMEOUT && !session.is_imported);
	CHECK(strcmp(call.error, "strata.session_read_from, database old: server: it is down") == 0);
	call.error[0] = '\0';
	CHECK(reads(STRATA_TIMEOUT) == STRATA_TIMEOUT);
	CHECK(strcmp(call.error, "strata.session_read_from, database old: timed out") == 0);
	CHECK(session.record.is_locked && session.record.token == 7);
	CHECK(strata_view_equal(session.record.item.key, strata_view_of("{xyz}")));
	remote_fixture_end(&fixture);
}

static void what_ended_is_removed(void)
{
	begin();
	CHECK(removes(STRATA_OK) == STRATA_OK && strcmp(asked, "remove old:abc") == 0);
	CHECK(removes(STRATA_MISS) == STRATA_MISS && removes(STRATA_REFUSED) == STRATA_REFUSED);
	CHECK(session.record.item.result == STRATA_MISS && session.record.is_locked);
	remote_fixture_end(&fixture);
}

/* What was left behind under an id that has moved is older than the session that is over. */
static void an_id_that_leads_to_a_session_that_is_over_is_not_looked_for(void)
{
	begin();
	session.is_dead_end = true;
	CHECK(reads(STRATA_OK) == STRATA_MISS && asked[0] == '\0' && !session.is_imported);
	remote_fixture_end(&fixture);
}

static void a_source_without_servers_is_no_miss(void)
{
	begin();
	source.tier_count = 1;
	CHECK(reads(STRATA_OK) == STRATA_UNCONFIGURED && removes(STRATA_OK) == STRATA_UNCONFIGURED);
	source.tier_count = 0;
	CHECK(reads(STRATA_OK) == STRATA_UNCONFIGURED && removes(STRATA_OK) == STRATA_UNCONFIGURED);
	CHECK(asked[0] == '\0');
	remote_fixture_end(&fixture);
}

int main(void)
{
	RUN(what_is_there_becomes_the_value_and_the_lock_stays);
	RUN(what_is_missing_is_told_from_what_cannot_be_asked);
	RUN(what_ended_is_removed);
	RUN(an_id_that_leads_to_a_session_that_is_over_is_not_looked_for);
	RUN(a_source_without_servers_is_no_miss);
	return unit_end();
}
