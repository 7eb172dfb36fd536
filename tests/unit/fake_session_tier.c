#include "fake_session_tier.h"

#include <stdio.h>

#include "tier/keyspace.h"

#include "unit.h"

static char diary[4096];

static const char *const words[] = { "open", "store", "renew", "leave", "remove" };

void fake_session_diary_forget(void)
{
	diary[0] = '\0';
}

bool fake_session_diary_is(const char *expected)
{
	bool is = strcmp(diary, expected) == 0;

	if (!is) {
		fprintf(stderr, "the diary says: %s\n", diary);
	}
	fake_session_diary_forget();
	return is;
}

static void note(const char *verb, strata_view key)
{
	size_t used = strlen(diary);

	REQUIRE(used + strlen(verb) + key.size + 4 < sizeof(diary));
	snprintf(diary + used, sizeof(diary) - used, "%s %.*s; ", verb, (int) key.size, key.data);
}

/* ---- records ---- */

/* With its record a lock is gone. A placeholder has the version 0, and ends with its lock. */
static void forget_what_is_over(const fake_session_tier *fake, fake_session *session)
{
	if (session->codec != 0 && session->end <= fake->now) {
		*session = (fake_session){ 0 };
	}
	if (session->token != 0 && session->lock_end <= fake->now) {
		session->token = 0;
	}
}

static fake_session *find(fake_session_tier *fake, strata_view key)
{
	for (int i = 0; i < FAKE_SESSIONS; i++) {
		fake_session *session = &fake->sessions[i];

		forget_what_is_over(fake, session);
		if (session->key[0] != '\0' && strata_view_equal(strata_view_of(session->key), key)) {
			return session;
		}
	}
	return NULL;
}

static fake_session *find_or_make(fake_session_tier *fake, strata_view key)
{
	fake_session *session = find(fake, key);

	for (int i = 0; session == NULL && i < FAKE_SESSIONS; i++) {
		if (fake->sessions[i].key[0] == '\0') {
			session = &fake->sessions[i];
		}
	}
	REQUIRE(session != NULL && key.size < sizeof(session->key));
	memcpy(session->key, key.data, key.size);
	session->key[key.size] = '\0';
	return session;
}

fake_session *fake_session_of(fake_session_tier *fake, const char *key)
{
	return find(fake, strata_view_of(key));
}

static void hold(fake_session_tier *fake, strata_view key, const strata_value *value,
	uint64_t version, strata_msec life)
{
	fake_session *session = find_or_make(fake, key);

	REQUIRE(value->bytes.size < sizeof(session->text));
	memcpy(session->text, value->bytes.data, value->bytes.size);
	session->text[value->bytes.size] = '\0';
	session->codec = value->codec;
	session->version = version;
	session->end = fake->now + life;
}

void fake_session_hold(fake_session_tier *fake, const char *key, strata_codec_id codec,
	const char *text)
{
	static uint64_t last = 1000;
	const strata_value value = { .codec = codec, .bytes = strata_view_of(text) };

	hold(fake, strata_view_of(key), &value, ++last, 1440000);
}

/* ---- verbs ---- */

static void lease(const fake_session_tier *fake, fake_session *session,
	const strata_session_record *record)
{
	session->token = record->token;
	session->lock_end = fake->now + record->lock_ttl;
	session->end = session->end > session->lock_end ? session->end : session->lock_end;
}

static bool is_record(const fake_session *session)
{
	return session != NULL && session->codec != 0 && session->codec != STRATA_CODEC_ABSENT;
}

static strata_result do_open(fake_session_tier *fake, strata_session_record *record,
	strata_session_claim claim)
{
	const strata_value absent = { .codec = STRATA_CODEC_ABSENT, .bytes = { "", 0 } };
	fake_session *session = find(fake, record->item.key);
	bool is_there = is_record(session);
	bool is_pointer = is_there && session->codec == STRATA_CODEC_MOVED;
	bool takes = !is_pointer && (claim == STRATA_SESSION_CLAIM_ALWAYS ||
									(claim == STRATA_SESSION_CLAIM_FOUND && is_there));

	if (claim != STRATA_SESSION_CLAIM_NOTHING && session != NULL && session->token != 0 &&
		session->token != record->token) {
		record->holder = session->token;
		return STRATA_NOT_STORED;
	}
	record->left = is_there ? session->end - fake->now : 0;
	if (takes && session == NULL) {
		hold(fake, record->item.key, &absent, 0, record->lock_ttl);
		session = find(fake, record->item.key);
	}
	if (takes) {
		lease(fake, session, record);
	}
	record->is_locked = takes;
	record->seen = is_there ? session->version : 0;
	if (!is_there) {
		return STRATA_MISS;
	}
	record->item.version = session->version;
	record->item.value =
		(strata_value){ .codec = session->codec, .bytes = strata_view_of(session->text) };
	return STRATA_OK;
}

static bool may_change(const fake_session *session, const strata_session_record *record)
{
	uint64_t lock = session != NULL ? session->token : 0;
	uint64_t version = session != NULL ? session->version : 0;

	switch (record->guard) {
		case STRATA_SESSION_BY_LOCK:
			return lock != 0 ? lock == record->token : version == record->seen;
		case STRATA_SESSION_BY_VERSION:
			return (lock == 0 || lock == record->token) && version == record->seen;
		case STRATA_SESSION_BY_NOTHING: break;
	}
	return true;
}

static void pass_lock(const fake_session_tier *fake, fake_session *session,
	const strata_session_record *record)
{
	session->token = 0;
	if (record->after == STRATA_SESSION_LOCK_TAKEN) {
		lease(fake, session, record);
	}
}

static strata_result do_store(fake_session_tier *fake, strata_session_record *record)
{
	if (!may_change(find(fake, record->item.key), record)) {
		return STRATA_NOT_STORED;
	}
	hold(fake, record->item.key, &record->item.value, record->item.version, record->life);
	pass_lock(fake, find(fake, record->item.key), record);
	record->seen = record->item.version;
	return STRATA_OK;
}

static strata_result do_renew(fake_session_tier *fake, strata_session_record *record)
{
	fake_session *session = find(fake, record->item.key);

	if (!is_record(session)) {
		return STRATA_MISS;
	}
	if (!may_change(session, record)) {
		return STRATA_NOT_STORED;
	}
	session->end = fake->now + record->life;
	pass_lock(fake, session, record);
	return STRATA_OK;
}

static strata_result do_leave(fake_session_tier *fake, strata_session_record *record)
{
	fake_session *session = find(fake, record->item.key);

	if (session == NULL || session->token == 0 || session->token != record->token) {
		return STRATA_NOT_STORED;
	}
	session->token = 0;
	if (!is_record(session)) {
		*session = (fake_session){ 0 };
	}
	return STRATA_OK;
}

static strata_result do_remove(fake_session_tier *fake, strata_session_record *record)
{
	fake_session *session = find(fake, record->item.key);
	bool was_there = is_record(session);

	if (session != NULL) {
		*session = (fake_session){ 0 };
	}
	return was_there ? STRATA_OK : STRATA_MISS;
}

static strata_result do_verb(fake_session_tier *fake, fake_session_verb verb,
	strata_session_record *record, strata_session_claim claim)
{
	switch (verb) {
		case FAKE_SESSION_OPEN: return do_open(fake, record, claim);
		case FAKE_SESSION_STORE: return do_store(fake, record);
		case FAKE_SESSION_RENEW: return do_renew(fake, record);
		case FAKE_SESSION_LEAVE: return do_leave(fake, record);
		case FAKE_SESSION_REMOVE: return do_remove(fake, record);
		case FAKE_SESSION_VERBS: break;
	}
	return STRATA_SERVER;
}

/* ---- as it is asked ---- */

/* What the caller frees is kept here. */
static void put_off(fake_session_tier *fake, fake_session_verb verb,
	const strata_session_record *record, strata_session_claim claim)
{
	strata_view key = record->item.key, text = record->item.value.bytes;

	REQUIRE(key.size < sizeof(fake->late_key) && text.size < sizeof(fake->late_text));
	fake->late = *record;
	memcpy(fake->late_key, key.data, key.size);
	fake->late.item.key = (strata_view){ fake->late_key, key.size };
	if (text.size > 0) {
		memcpy(fake->late_text, text.data, text.size);
	}
	fake->late.item.value.bytes = (strata_view){ fake->late_text, text.size };
	fake->late_verb = verb;
	fake->late_claim = claim;
}

strata_result fake_session_do_late(fake_session_tier *fake)
{
	return do_verb(fake, fake->late_verb, &fake->late, fake->late_claim);
}

static void run(strata_tier *tier, strata_call *call, fake_session_verb verb,
	strata_session_record *record, strata_session_claim claim)
{
	fake_session_tier *fake = tier->state;
	strata_result verdict = fake->verdicts[verb];
	strata_session_record hidden = *record;

	REQUIRE(call->generation == STRATA_GENERATION_OF_SESSIONS);
	note(words[verb], record->item.key);
	record->item.tier = STRATA_TIER_REDIS;
	record->item.node = "fake";
	if (verdict == STRATA_OK) {
		record->item.result = do_verb(fake, verb, record, claim);
		return;
	}
	if (fake->doing == FAKE_DONE) {
		(void) do_verb(fake, verb, &hidden, claim);
	} else if (fake->doing == FAKE_LATE) {
		put_off(fake, verb, record, claim);
	}
	strata_call_explain(call, "fake: %s", words[verb]);
	record->item.result = verdict;
}

static void open(strata_tier *tier, strata_call *call, strata_session_record *record,
	strata_session_claim claim)
{
	run(tier, call, FAKE_SESSION_OPEN, record, claim);
}

static void store(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	run(tier, call, FAKE_SESSION_STORE, record, STRATA_SESSION_CLAIM_NOTHING);
}

static void renew(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	run(tier, call, FAKE_SESSION_RENEW, record, STRATA_SESSION_CLAIM_NOTHING);
}

static void leave(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	run(tier, call, FAKE_SESSION_LEAVE, record, STRATA_SESSION_CLAIM_NOTHING);
}

static void remove_record(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	run(tier, call, FAKE_SESSION_REMOVE, record, STRATA_SESSION_CLAIM_NOTHING);
}

static const strata_session_ops sessions = {
	.open = open,
	.store = store,
	.renew = renew,
	.leave = leave,
	.remove = remove_record,
};

void fake_session_tier_init(fake_session_tier *fake, strata_tier *tier)
{
	*fake = (fake_session_tier){ .now = 1000,
		.ops = { .kind = STRATA_TIER_REDIS, .name = "redis", .sessions = &sessions } };
	*tier = (strata_tier){ .ops = &fake->ops, .state = fake };
}
