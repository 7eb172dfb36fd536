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

void strata_session_import_read(strata_database *source, strata_view prefix, strata_call *call,
	strata_session *session)
{
	strata_tier *tier = tier_of(source);
	strata_session_record found = { .item.value.codec = STRATA_CODEC_NULL };
	strata_view key = session->record.item.key;

	if (tier == NULL) {
		session->record.item.result = STRATA_UNCONFIGURED;
		return;
	}
	ask(tier, call, name_of(call->arena, prefix, session), tier->ops->sessions->read_foreign,
		&found);
	session->record.item = found.item;
	session->record.item.key = key;
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
	return gone.item.result;
}
