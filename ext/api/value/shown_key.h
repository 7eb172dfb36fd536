/* shown_key: keys as operators see them, which strata.show_keys may forbid. */
#ifndef STRATA_API_VALUE_SHOWN_KEY_H
#define STRATA_API_VALUE_SHOWN_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* "#" and 16 digits. */
enum { STRATA_KEY_DIGEST = 18 };

/* What strata.show_keys says here of this database. False without memory. Costs its settings. */
bool strata_shows_keys(const char *database);

/* What is shown in place of a key with this hash, which is XXH3-64 of it without a seed. */
void strata_print_key_digest(uint64_t hash, char out[STRATA_KEY_DIGEST]);

#endif
