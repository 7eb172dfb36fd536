#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <netdb.h>
#include <stdbool.h>

#include "unit.h"

static strata_address_list list;
static const char *cause;

static void a_numeric_address_is_taken_as_it_is(void)
{
	struct sockaddr_in address;

	REQUIRE(strata_address_resolve("127.0.0.1", 11211, &list, &cause) == STRATA_OK);
	REQUIRE(list.count == 1 && list.items[0].size == sizeof(address));
	memcpy(&address, &list.items[0].bytes, sizeof(address));
	CHECK(address.sin_family == AF_INET);
	CHECK(address.sin_port == htons(11211));
	CHECK(address.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	strata_address_list_fini(&list);
	CHECK(list.items == NULL && list.count == 0);
}

static void an_ipv6_address_needs_no_brackets(void)
{
	struct sockaddr_in6 address;

	REQUIRE(strata_address_resolve("::1", 6379, &list, &cause) == STRATA_OK);
	REQUIRE(list.count == 1 && list.items[0].size == sizeof(address));
	memcpy(&address, &list.items[0].bytes, sizeof(address));
	CHECK(address.sin6_family == AF_INET6);
	CHECK(IN6_IS_ADDR_LOOPBACK(&address.sin6_addr));
	strata_address_list_fini(&list);
}

static void a_path_is_a_unix_socket(void)
{
	struct sockaddr_un address;

	REQUIRE(strata_address_resolve("/run/memcached.sock", 0, &list, &cause) == STRATA_OK);
	REQUIRE(list.count == 1 && list.items[0].size == sizeof(address));
	memcpy(&address, &list.items[0].bytes, sizeof(address));
	CHECK(address.sun_family == AF_UNIX);
	CHECK(strcmp(address.sun_path, "/run/memcached.sock") == 0);
	strata_address_list_fini(&list);
}

static void a_path_that_is_too_long_is_refused(void)
{
	char path[200];

	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	CHECK(strata_address_resolve(path, 0, &list, &cause) == STRATA_CONNECTION);
	CHECK(list.items == NULL && list.count == 0);
	CHECK(strstr(cause, "too long") != NULL);
}

/* A label of more than 63 bytes is no name at all, so the resolver need not ask anybody. */
static void a_name_that_leads_nowhere_says_why(void)
{
	char name[80];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(strata_address_resolve(name, 1, &list, &cause) == STRATA_CONNECTION);
	CHECK(list.items == NULL && list.count == 0);
	CHECK(cause[0] != '\0');
}

/* A machine without a hosts file knows no localhost: then neither the system nor we find it. */
static void a_name_is_found_where_the_system_finds_it(void)
{
	struct addrinfo *known = NULL;
	bool is_known = getaddrinfo("localhost", "80", NULL, &known) == 0;
	strata_result result = strata_address_resolve("localhost", 80, &list, &cause);

	CHECK((result == STRATA_OK) == is_known);
	CHECK((list.count >= 1) == is_known);
	strata_address_list_fini(&list);
	if (known != NULL) {
		freeaddrinfo(known);
	}
}

int main(void)
{
	RUN(a_numeric_address_is_taken_as_it_is);
	RUN(an_ipv6_address_needs_no_brackets);
	RUN(a_path_is_a_unix_socket);
	RUN(a_path_that_is_too_long_is_refused);
	RUN(a_name_that_leads_nowhere_says_why);
	RUN(a_name_is_found_where_the_system_finds_it);
	return unit_end();
}
