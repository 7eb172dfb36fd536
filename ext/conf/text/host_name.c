#include "conf/text/host_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool strata_host_name_is_valid(const char *text)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	struct in_addr address;

	if (text[strspn(text, letters)] != '\0' || strspn(text, ".-") > 0) {
		return false;
	}
	return text[strspn(text, "0123456789.")] != '\0' || inet_pton(AF_INET, text, &address) == 1;
}

bool strata_host_name_is_ipv6(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, text, &address) == 1;
}
