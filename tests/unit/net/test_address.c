#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/address.h"

#include <stdbool.h>

#include "unit.h"

static strata_address address;
static strata_address_list list;
static const char *cause;
static char text[STRATA_ADDRESS_TEXT_ROOM];

static void a_numeric_address_is_taken_as_it_is(void)
{
	REQUIRE(strata_address_read("127.0.0.1", 11211, &address, &cause) == STRATA_OK);
	REQUIRE(address.size == sizeof(struct sockaddr_in));
	CHECK(address.bytes.any.sa_family == AF_INET);
	CHECK(address.bytes.ipv4.sin_port == htons(11211));
	CHECK(address.bytes.ipv4.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	strata_address_print(&address, text);
	CHECK(strcmp(text, "127.0.0.1") == 0);
}

static void an_ipv6_address_needs_no_brackets(void)
{
	REQUIRE(strata_address_read("::1", 6379, &address, &cause) == STRATA_OK);
	REQUIRE(address.size == sizeof(struct sockaddr_in6));
	CHECK(address.bytes.any.sa_family == AF_INET6);
	CHECK(IN6_IS_ADDR_LOOPBACK(&address.bytes.ipv6.sin6_addr));
	strata_address_print(&address, text);
	CHECK(strcmp(text, "::1") == 0);
}

static void a_path_is_a_unix_socket(void)
{
	REQUIRE(strata_address_read("/run/memcached.sock", 0, &address, &cause) == STRATA_OK);
	REQUIRE(address.size == sizeof(struct sockaddr_un));
	CHECK(address.bytes.any.sa_family == AF_UNIX);
	CHECK(strcmp(address.bytes.path.sun_path, "/run/memcached.sock") == 0);
	strata_address_print(&address, text);
	CHECK(strcmp(text, "/run/memcached.sock") == 0);
}

static void a_path_that_is_too_long_is_refused(void)
{
	char path[200];

	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	CHECK(strata_address_read(path, 0, &address, &cause) == STRATA_CONNECTION);
	CHECK(strstr(cause, "too long") != NULL);
}

static void anything_else_is_a_name_and_is_not_looked_up(void)
{
	CHECK(strata_address_read("localhost", 1, &address, &cause) == STRATA_MISS);
	CHECK(strata_address_read("cache.example", 1, &address, &cause) == STRATA_MISS);
	CHECK(strata_address_read("127.0.0.1.example", 1, &address, &cause) == STRATA_MISS);
}

static void an_address_is_found_by_all_of_it(void)
{
	REQUIRE(strata_address_read("10.0.0.1", 1, &list.items[0], &cause) == STRATA_OK);
	REQUIRE(strata_address_read("::1", 1, &list.items[1], &cause) == STRATA_OK);
	list.count = 2;
	REQUIRE(strata_address_read("::1", 1, &address, &cause) == STRATA_OK);
	CHECK(strata_address_list_find(&list, &address) == 1);
	REQUIRE(strata_address_read("::1", 2, &address, &cause) == STRATA_OK);
	CHECK(strata_address_list_find(&list, &address) == 2);
	REQUIRE(strata_address_read("10.0.0.2", 1, &address, &cause) == STRATA_OK);
	CHECK(strata_address_list_find(&list, &address) == 2);
}

int main(void)
{
	RUN(a_numeric_address_is_taken_as_it_is);
	RUN(an_ipv6_address_needs_no_brackets);
	RUN(a_path_is_a_unix_socket);
	RUN(a_path_that_is_too_long_is_refused);
	RUN(anything_else_is_a_name_and_is_not_looked_up);
	RUN(an_address_is_found_by_all_of_it);
	return unit_end();
}
