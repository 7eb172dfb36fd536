#include "node/terms/client_options.h"

#include "base/hash.h"

static uint64_t mix(uint64_t sum, const char *text)
{
	return strata_hash_of(strata_view_of(text != NULL ? text : ""), sum);
}

uint64_t strata_credentials_id(const strata_client_options *options)
{
	return mix(mix(0, options->setup.user), options->setup.password);
}
