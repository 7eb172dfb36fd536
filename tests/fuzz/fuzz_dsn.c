/* What somebody wrote into strata.memcached or strata.redis. */
#include "conf/dsn.h"
#include "fuzz.h"

static void check(const strata_dsn *dsn)
{
	MUST(dsn->count >= 1);
	MUST(dsn->password == NULL || dsn->password[0] != '\0');
	MUST(dsn->user == NULL || dsn->user[0] != '\0');
	for (uint32_t i = 0; i < dsn->count; i++) {
		const strata_endpoint *endpoint = &dsn->endpoints[i];

		MUST(endpoint->host != NULL && endpoint->host[0] != '\0');
		MUST((endpoint->port == 0) == (endpoint->host[0] == '/'));
		MUST(endpoint->weight >= 1);
	}
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
	} else {
		MUST(dsn.count == 0 && dsn.password == NULL);
		MUST(error[0] != '\0' && memchr(error, '\0', sizeof(error)) != NULL);
	}
	strata_dsn_fini(&dsn);
	mask(text);
	free((char *) text.data);
	return 0;
}
