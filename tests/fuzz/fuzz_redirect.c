/* The text of an error reply, which may be MOVED or ASK. */
#include "fuzz.h"
#include "protocol/redirect.h"
#include "protocol/slots.h"

static void check(const strata_redirect *redirect)
{
	strata_endpoint to = redirect->to;

	MUST(redirect->slot < STRATA_SLOT_COUNT);
	MUST(to.port != 0);
	MUST(memchr(to.host, '\0', sizeof(to.host)) != NULL);
	MUST(strata_endpoint_complete(&to, "10.0.0.1"));
	MUST(to.host[0] != '\0' && to.host[0] != '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view text = fuzz_copy(data, size);
	strata_redirect redirect;
	strata_result result = strata_redirect_parse(text, &redirect);

	MUST(result == STRATA_OK || result == STRATA_PROTOCOL);
	if (result == STRATA_OK && redirect.kind != STRATA_REDIRECT_NONE) {
		check(&redirect);
	}
	free((char *) text.data);
	return 0;
}
