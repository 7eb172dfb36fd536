#include "conf/text/place.h"

const char *strata_place_name(strata_place place)
{
	switch (place) {
		case STRATA_PLACE_PHP_INI: return "php.ini";
		case STRATA_PLACE_POOL: return "pool";
		case STRATA_PLACE_REQUEST: return "request";
		case STRATA_PLACE_TOPOLOGY: break;
	}
	return "topology";
}
