/*
 * A hash tells keys apart and lets an operator find one that is known, as hash('xxh3', $key) does
 * in PHP. It is no secret: short keys can be guessed from it.
 */
#include "api/value/shown_key.h"

#include <inttypes.h>
#include <stdio.h>

#include "php_strata.h"

#include "api/request/globals.h"
#include "conf/ini.h"

bool strata_shows_keys(const char *database)
{
	strata_password_trouble unused;
	strata_settings settings;
	bool shows;

	if (strata_ini_try(database, STRATA_G(topology), &settings, &unused) != 0) {
		return false;
	}
	shows = settings.show_keys == STRATA_SHOW_KEYS_ON;
	strata_settings_fini(&settings);
	return shows;
}

void strata_print_key_digest(uint64_t hash, char out[STRATA_KEY_DIGEST])
{
	snprintf(out, STRATA_KEY_DIGEST, "#%016" PRIx64, hash);
}
