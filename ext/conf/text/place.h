/* place: where a setting stands. */
#ifndef STRATA_CONF_TEXT_PLACE_H
#define STRATA_CONF_TEXT_PLACE_H

typedef enum {
	STRATA_PLACE_PHP_INI,
	STRATA_PLACE_POOL,    /* of php-fpm: the same for all requests of a worker */
	STRATA_PLACE_REQUEST, /* a virtual host, [HOST=], [PATH=], PHP_ADMIN_VALUE, .user.ini */
	STRATA_PLACE_TOPOLOGY /* the topology file */
} strata_place;

enum { STRATA_PLACE_COUNT = STRATA_PLACE_TOPOLOGY + 1 };

/* As strata_status() names it; never NULL. */
const char *strata_place_name(strata_place place);

#endif
