#include "cache/session/session_import.h"

/* In the arena; the data is NULL when out of memory. */
static strata_view name_of(strata_arena *arena, strata_view prefix, const strata_session *session)
{
	size_t size = prefix.size + session->id_size;
	char *text = strata_arena_alloc(arena, size);

	if (text == NULL) {
		return (strata_view){ NULL, 0 };
	}
	memcpy(text, prefix.data, prefix.size);
	memcpy(text + prefix.size, session->id, session->id_size);
	return (strata_view){ text, size };
}

typedef void (*foreign_verb)(strata_tier *tier, strata_call *call, strata_view name,
	strata_session_record *record);

/* The record of the source: its key, too, is told to whatever counts or reports. */
static void ask(strata_tier *tier, strata_call *call, strata_view name, foreign_verb verb,
	strata_session_record *record)
{
	record->item.key = name;
	if (name.data == NULL) {
		record->item.result = STRATA_NO_MEMORY;
		return;
	}
	verb(tier, call, name, record);
}

/* NULL: the source has no server. */
static strata_tier *tier_of(strata_database *source)
{
	strata_tier *tier = strata_database_keeper(source);

	return tier == NULL || tier->ops->sessions == NULL ? NULL : tier;
}

/* It is not the session's own database whose servers fail. */
static void name_source(strata_call *call, const strata_database *source, strata_result result)
{
	char error[sizeof(call->error)];

	if (result == STRATA_OK || result == STRATA_MISS) {
		return;
	}
	snprintf(error, sizeof(error), "%s",
		call->error[0] != '\0' ? call->error : strata_result_text(result));
	strata_call_explain(call, "strata.session_read_from, database %s: ", source->name);
	strata_call_explain_more(call, "%s", error);
}

void strata_session_import_read(strata_database *source, strata_view prefix, strata_call *call,
	strata_session *session)
{
	strata_tier *tier = tier_of(source);
	strata_session_record found = { .item.value.codec = STRATA_CODEC_NULL };
	strata_view key = session->record.item.key;

	/* The id led to another one, whose session is over: the record of before is none of it. */
	if (session->is_dead_end) {
		session->record.item.result = STRATA_MISS;
		return;
	}
	if (tier == NULL) {
		session->record.item.result = STRATA_UNCONFIGURED;
		return;
	}
	ask(tier, call, name_of(call->arena, prefix, session), tier->ops->sessions->read_foreign,
		&found);
	name_source(call, source, found.item.result);
	session->record.item = found.item;
	session->record.item.key = key;
	session->is_imported = found.item.result == STRATA_OK;
}

bool strata_session_import_keep(strata_database *database, strata_call *call,
	strata_session *session)
{
	strata_item found = session->record.item;
	strata_result result;

	if (session->record.guard == STRATA_SESSION_BY_NOTHING) {
		return true;
	}
	strata_session_store(database, call, session, found.value.bytes, STRATA_SESSION_LOCK_TAKEN);
	result = session->record.item.result;
	session->record.item = found;
	return result != STRATA_NOT_STORED;
}

strata_result strata_session_import_remove(strata_database *source, strata_view prefix,
	strata_call *call, const strata_session *session)
{
	strata_tier *tier = tier_of(source);
	strata_session_record gone = { .item.value.codec = STRATA_CODEC_NULL };

	if (tier == NULL) {
		return STRATA_UNCONFIGURED;
	}
	ask(tier, call, name_of(call->arena, prefix, session), tier->ops->sessions->remove_foreign,
		&gone);
	name_source(call, source, gone.item.result);
	return gone.item.result;
}
