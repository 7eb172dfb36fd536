/* What somebody wrote into strata.memcached or strata.redis. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memrchr */
#endif
#include "conf/dsn.h"
#include "conf/dsn_mask.h"
#include "fuzz.h"

enum { ROOM = 4096 + 64 };

static void check(const strata_dsn *dsn)
{
	MUST(dsn->count >= 1);
	MUST(dsn->password == NULL || dsn->password[0] != '\0');
	MUST(dsn->user == NULL || dsn->user[0] != '\0');
	for (uint32_t i = 0; i < dsn->count; i++) {
		const strata_dsn_server *endpoint = &dsn->servers[i];

		MUST(endpoint->host != NULL && endpoint->host[0] != '\0');
		MUST((endpoint->port == 0) == (endpoint->host[0] == '/'));
		MUST(endpoint->weight >= 1);
	}
}

static unsigned count_of(strata_view text, strata_view part)
{
	unsigned count = 0;

	for (size_t i = 0; i + part.size <= text.size; i++) {
		count += memcmp(text.data + i, part.data, part.size) == 0;
	}
	return count;
}

/*
 * What is shown does not depend on the password, wherever that stands unescaped between its colon
 * and its @.
 */
static void check_secret(strata_view text, const strata_dsn *dsn)
{
	strata_view password = strata_view_of(dsn->password == NULL ? "" : dsn->password);
	const char *end = memrchr(text.data, '@', text.size);
	char shown[ROOM], shown_of_other[ROOM];
	strata_view other;
	size_t at;

	if (password.size == 0 || (size_t) (end - text.data) < password.size + 1) {
		return;
	}
	at = (size_t) (end - text.data) - password.size;
	if (text.data[at - 1] != ':' || memcmp(text.data + at, password.data, password.size) != 0) {
		return;
	}
	other = fuzz_copy(text.data, text.size);
	memset((char *) other.data + at, 'q', password.size);
	strata_dsn_mask(text, shown, sizeof(shown));
	strata_dsn_mask(other, shown_of_other, sizeof(shown_of_other));
	MUST(strcmp(shown, shown_of_other) == 0);
	free((char *) other.data);
}

/*
 * Where the text is no DSN, a sentence says why, and quotes nothing from before the @; the sign
 * keeps our own words out.
 */
static void check_error(strata_view text, const char *error)
{
	const char *end = text.size > 0 ? memrchr(text.data, '@', text.size) : NULL;
	const char *start = end == NULL ? NULL : memchr(text.data, '~', (size_t) (end - text.data));
	char shown[64];

	if (end == NULL) {
		return;
	}
	if (start != NULL && memchr(start, '\0', (size_t) (end - start)) == NULL && end - start > 6) {
		strata_view secret = { start, (size_t) (end - start) };

		MUST(count_of(text, secret) != 1 || count_of(strata_view_of(error), secret) == 0);
	}
	strata_dsn_mask(text, shown, sizeof(shown));
	MUST(strcmp(shown, "***") == 0);
}

/* Whatever the room, what is shown ends in it. */
static void mask(strata_view text)
{
	char shown[64];

	for (size_t room = 1; room <= sizeof(shown); room *= 2) {
		memset(shown, 'x', sizeof(shown));
		strata_dsn_mask(text, shown, room);
		MUST(memchr(shown, '\0', room) != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view text = fuzz_copy(data, size);
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn;

	if (strata_dsn_parse(text, &dsn, error)) {
		check(&dsn);
		check_secret(text, &dsn);
	} else {
		MUST(dsn.count == 0 && dsn.password == NULL);
		MUST(error[0] != '\0' && memchr(error, '\0', sizeof(error)) != NULL);
		check_error(text, error);
	}
	strata_dsn_fini(&dsn);
	mask(text);
	free((char *) text.data);
	return 0;
}
