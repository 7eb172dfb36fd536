/* host_name: tells names and addresses of hosts from other text. */
#ifndef STRATA_CONF_TEXT_HOST_NAME_H
#define STRATA_CONF_TEXT_HOST_NAME_H

#include <stdbool.h>

/* A name or an IPv4 address: what looks like such an address must be one. */
bool strata_host_name_is_valid(const char *text);

/* Without brackets. */
bool strata_host_name_is_ipv6(const char *text);

#endif
