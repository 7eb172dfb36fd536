#include "database/plain_names.h"

#include <stdio.h>

static bool is_for_sessions(const char *name)
{
	return strcmp(name, "sessions") == 0;
}

static bool has_servers(const strata_settings *settings)
{
	return settings->memcached[0] != '\0' || settings->redis[0] != '\0';
}

bool strata_plain_names_are_wanted(const char *name, const strata_settings *settings)
{
	bool reads = settings->foreign != STRATA_FOREIGN_MISS && !is_for_sessions(name);

	return has_servers(settings) && (reads || settings->format != STRATA_FORMATS_ENVELOPE);
}

/*
 * What only an envelope can bear is asked for. A copy in memcached above Redis is filled over an
 * empty item, and a second place on memcached over a placeholder: other programs would read them.
 */
static const char *object_to_format(const char *name, const strata_settings *settings)
{
	if (is_for_sessions(name)) {
		return "plain holds no lock of a session, so that it is not for the database sessions; "
			   "accepted: strata.sessions.format = envelope";
	}
	if (settings->memcached[0] != '\0' && settings->redis[0] != '\0') {
		return "plain takes one shared tier, and both strata.memcached and strata.redis name "
			   "servers; accepted: one of them, or envelope";
	}
	return settings->replicas > 1
			   ? "plain keeps each value at one place, and strata.replicas is 2; accepted: "
				 "strata.replicas = 1, or envelope"
			   : NULL;
}

const char *strata_plain_names_objection(const char *name, const strata_settings *settings,
	const char **directive)
{
	bool is_signed = settings->fingerprint_key[0] != '\0';

	*directive = "strata.foreign";
	if (!strata_plain_names_are_wanted(name, settings)) {
		return NULL;
	}
	if (is_signed && settings->foreign != STRATA_FOREIGN_READ_UNSEALED) {
		return "what other programs write bears no MAC, and strata.fingerprint_key asks for one; "
			   "accepted: read_unsealed, which believes both, or no fingerprint_key";
	}
	*directive = "strata.format";
	return settings->format == STRATA_FORMATS_PLAIN ? object_to_format(name, settings) : NULL;
}

const char *strata_plain_names_prefix(const char *name, const strata_settings *settings)
{
	return strata_plain_names_are_wanted(name, settings) && settings->foreign_prefix[0] != '\0'
			   ? settings->foreign_prefix
			   : settings->namespace;
}

static strata_plain_form text_form(const strata_settings *settings)
{
	switch (settings->foreign_serializer) {
		case STRATA_FOREIGN_SERIALIZER_PHP: return STRATA_PLAIN_PHP;
		case STRATA_FOREIGN_SERIALIZER_IGBINARY: return STRATA_PLAIN_IGBINARY;
	}
	return STRATA_PLAIN_TEXT;
}

void strata_plain_names_begin(strata_keyspace *keyspace, const strata_settings *settings)
{
	keyspace->format =
		settings->format == STRATA_FORMATS_PLAIN ? STRATA_FORMAT_PLAIN : STRATA_FORMAT_ENVELOPED;
	keyspace->text_form = text_form(settings);
}

const char *strata_plain_names_realm(const strata_keyspace *keyspace)
{
	if (keyspace->naming != STRATA_NAMES_PLAIN) {
		return NULL;
	}
	switch (keyspace->text_form) {
		case STRATA_PLAIN_PHP: return "plain names, php";
		case STRATA_PLAIN_IGBINARY: return "plain names, igbinary";
		case STRATA_PLAIN_FLAGS:
		case STRATA_PLAIN_TEXT: break;
	}
	return "plain names";
}

strata_plain_form strata_plain_names_form(const strata_keyspace *keyspace,
	const strata_settings *settings)
{
	return settings->redis[0] != '\0' ? keyspace->text_form : STRATA_PLAIN_FLAGS;
}
