/*
 * Each lookup has a channel of its own. That costs reading three small files. In return a change of
 * resolv.conf is seen by the next lookup, no cache of the library is in the way, and there is
 * nothing that a fork or an idle process could leave behind.
 *
 * The library uses several sockets and has times to keep. All of them, and a timer, are in one
 * epoll descriptor, so that a poll loop waits for a lookup as it waits for a socket.
 *
 * A server that does not answer is left for the next one after 0.3 s, then 0.6 s and so on: a
 * process has no use for an answer that comes later than its callers can wait, but the next ones
 * have. Addresses that no server can have are left out. A filter that answers 0.0.0.0 would
 * otherwise lead to this very machine, with the password.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/resolver/dns_query.h"

#include <ares.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "os/process.h"

enum {
	FIRST_WAIT = 300, /* msec for one server, doubled with each round */
	ROUNDS = 4,
	LONGEST = 5000000, /* usec for all of it */
	DIVIDES_AFTER =
		400000, /* usec until the answer for one family is enough, where that is wished */
	EVENTS = 8
};

struct strata_dns_query {
	ares_channel channel;
	int poll;            /* epoll: the sockets of the channel, and the timer */
	int timer;           /* fires when the channel has waited long enough for something */
	uint32_t generation; /* of the process that began it */
	strata_usec began;
	strata_usec divides_at; /* when each family is asked for by itself; 0: never, or it was */
	bool is_over;
	strata_dns_answer end;
	char host[];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char no_name[] = "there is no such name";
static const char no_address[] = "the name has no address";

static int library = ARES_ENOTINITIALIZED;

static void init_library(void)
{
	library = ares_library_init(ARES_LIB_INIT_ALL);
}

/* ---- results ---- */

static bool is_usable_ipv4(const struct in_addr *address)
{
	uint32_t number = ntohl(address->s_addr);

	return number != INADDR_ANY && number != INADDR_BROADCAST && !IN_MULTICAST(number);
}

static bool is_usable_ipv6(const struct in6_addr *address)
{
	struct in_addr mapped;

	if (IN6_IS_ADDR_V4MAPPED(address)) {
		memcpy(&mapped, &address->s6_addr[12], sizeof(mapped));
		return is_usable_ipv4(&mapped);
	}
	return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_MULTICAST(address);
}

/* False when it is of another family, or no address of a server. */
static bool read_address(const struct ares_addrinfo_node *node, strata_address *out)
{
	memset(out, 0, sizeof(*out));
	if (node->ai_family == AF_INET && node->ai_addrlen >= sizeof(out->bytes.ipv4)) {
		out->size = sizeof(out->bytes.ipv4);
		memcpy(&out->bytes.ipv4, node->ai_addr, out->size);
		return is_usable_ipv4(&out->bytes.ipv4.sin_addr);
	}
	if (node->ai_family == AF_INET6 && node->ai_addrlen >= sizeof(out->bytes.ipv6)) {
		out->size = sizeof(out->bytes.ipv6);
		memcpy(&out->bytes.ipv6, node->ai_addr, out->size);
		return is_usable_ipv6(&out->bytes.ipv6.sin6_addr);
	}
	return false;
}

static void fail(strata_dns_query *query, strata_result result, const char *why)
{
	query->is_over = true;
	query->end.result = result;
	snprintf(query->end.error, sizeof(query->end.error), "%s", why);
}

static void keep(strata_dns_query *query, const struct ares_addrinfo_node *node)
{
	strata_address_list *list = &query->end.addresses;

	for (; node != NULL && list->count < STRATA_ADDRESSES_MOST; node = node->ai_next) {
		strata_address *next = &list->items[list->count];

		if (read_address(node, next) && strata_address_list_find(list, next) == list->count) {
			list->count++;
		}
	}
	if (list->count == 0) {
		fail(query, STRATA_CONNECTION, "the name has no address that a server can have");
		return;
	}
	query->is_over = true;
	query->end.result = STRATA_OK;
}

static void explain(strata_dns_query *query, int status)
{
	switch (status) {
		case ARES_ENOTFOUND: fail(query, STRATA_CONNECTION, no_name); return;
		case ARES_ENODATA: fail(query, STRATA_CONNECTION, no_address); return;
		case ARES_ESERVFAIL:
			fail(query, STRATA_CONNECTION, "the name server could not answer (SERVFAIL)");
			return;
		case ARES_EREFUSED:
			fail(query, STRATA_CONNECTION, "the name server refuses to answer");
			return;
		/* c-ares 1.18 says so too where every server said SERVFAIL or refused. */
		case ARES_ECONNREFUSED:
			fail(query, STRATA_CONNECTION,
				"the name servers refuse, fail (SERVFAIL), or do not run");
			return;
		case ARES_ETIMEOUT:
		case ARES_ECANCELLED: fail(query, STRATA_TIMEOUT, "no name server answers"); return;
		case ARES_ENOMEM:
			fail(query, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
			return;
		default: fail(query, STRATA_CONNECTION, ares_strerror(status));
	}
}

/*
 * DNS is not asked for this name, which is every machine's own (RFC 6761). In a root directory of
 * its own there may be no hosts file to say so.
 */
static bool is_this_machine(const strata_dns_query *query)
{
	return strcasecmp(query->host, "localhost") == 0;
}

static void keep_loopback(strata_dns_query *query)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	const struct ares_addrinfo_node node = { .ai_family = AF_INET,
		.ai_addrlen = sizeof(address),
		.ai_addr = (struct sockaddr *) &address };

	keep(query, &node);
}

static void on_end(void *user, int status, int timeouts, struct ares_addrinfo *found)
{
	strata_dns_query *query = user;

	(void) timeouts;
	if (status == ARES_SUCCESS && found != NULL && !query->is_over) {
		keep(query, found->nodes);
	} else if (status != ARES_EDESTRUCTION && !query->is_over) {
		if (is_this_machine(query)) {
			keep_loopback(query);
		} else {
			explain(query, status);
		}
	}
	if (found != NULL) {
		ares_freeaddrinfo(found);
	}
}

/* Where only one family was asked for, nothing but an address counts. */
static void on_family(void *user, int status, int timeouts, struct ares_addrinfo *found)
{
	strata_dns_query *query = user;

	if (status == ARES_SUCCESS && !query->is_over) {
		on_end(user, status, timeouts, found);
	} else if (found != NULL) {
		ares_freeaddrinfo(found);
	}
}

/* ---- sockets and times ---- */

/*
 * A child has the same epoll as its parent, whose sockets must stay in it: nothing is changed
 * there.
 */
static bool is_inherited(const strata_dns_query *query)
{
	return query->generation != strata_process_generation();
}

/* A socket that cannot be added makes the lookup end by its time. */
static void on_socket(void *user, ares_socket_t fd, int readable, int writable)
{
	const strata_dns_query *query = user;
	struct epoll_event event = { .data.fd = fd };

	if (is_inherited(query)) {
		return;
	}
	event.events = (readable != 0 ? EPOLLIN : 0) | (writable != 0 ? EPOLLOUT : 0);
	if (event.events == 0) {
		(void) epoll_ctl(query->poll, EPOLL_CTL_DEL, fd, &event);
	} else if (epoll_ctl(query->poll, EPOLL_CTL_MOD, fd, &event) != 0) {
		(void) epoll_ctl(query->poll, EPOLL_CTL_ADD, fd, &event);
	}
}

/* So that the descriptor is readable when the next server is to be tried, or it is all over. */
static void set_timer(const strata_dns_query *query, strata_usec now)
{
	strata_usec until = query->divides_at != 0 ? query->divides_at : query->began + LONGEST;
	strata_usec left = now < until ? until - now : 1;
	struct timeval most = { (time_t) (left / 1000000), (suseconds_t) (left % 1000000) };
	struct timeval room;
	const struct timeval *wait = ares_timeout(query->channel, &most, &room);
	struct itimerspec when = { { 0, 0 }, { wait->tv_sec, wait->tv_usec * 1000 + 1 } };

	(void) timerfd_settime(query->timer, 0, &when, NULL);
}

static bool open_descriptors(strata_dns_query *query)
{
	struct epoll_event event = { .events = EPOLLIN };

	query->poll = epoll_create1(EPOLL_CLOEXEC);
	query->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	event.data.fd = query->timer;
	return query->poll >= 0 && query->timer >= 0 &&
		   epoll_ctl(query->poll, EPOLL_CTL_ADD, query->timer, &event) == 0;
}

static bool open_channel(strata_dns_query *query)
{
	struct ares_options options = { .timeout = FIRST_WAIT,
		.tries = ROUNDS,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = query };

	(void) pthread_once(&once, init_library);
	if (library == ARES_SUCCESS &&
		ares_init_options(&query->channel, &options,
			ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS) {
		return true;
	}
	query->channel = NULL;
	return false;
}

static void ask(strata_dns_query *query, int family, ares_addrinfo_callback on_answer)
{
	const struct ares_addrinfo_hints wanted = { .ai_family = family, .ai_socktype = SOCK_STREAM };

	ares_getaddrinfo(query->channel, query->host, NULL, &wanted, on_answer, query);
}

/* ---- exported ---- */

strata_dns_query *strata_dns_query_new(const char *host, strata_dns_wish wish, strata_usec now)
{
	size_t size = strlen(host) + 1;
	strata_dns_query *query = calloc(1, sizeof(*query) + size);

	if (query == NULL) {
		return NULL;
	}
	memcpy(query->host, host, size);
	query->poll = -1;
	query->timer = -1;
	query->began = now;
	query->divides_at = wish == STRATA_DNS_EITHER_FAMILY ? now + DIVIDES_AFTER : 0;
	query->generation = strata_process_generation();
	if (!open_descriptors(query) || !open_channel(query)) {
		strata_dns_query_free(query);
		return NULL;
	}
	ask(query, AF_UNSPEC, on_end);
	if (!query->is_over) {
		set_timer(query, now);
	}
	return query;
}

int strata_dns_query_fd(const strata_dns_query *query)
{
	return query->poll;
}

static void process(strata_dns_query *query, const struct epoll_event *event)
{
	int fd = event->data.fd;
	bool reads = (event->events & ~(uint32_t) EPOLLOUT) != 0;
	bool writes = (event->events & EPOLLOUT) != 0;
	uint64_t unused;

	if (fd == query->timer) {
		(void) !read(fd, &unused, sizeof(unused));
	} else {
		ares_process_fd(query->channel, reads ? fd : ARES_SOCKET_BAD,
			writes ? fd : ARES_SOCKET_BAD);
	}
}

static void divide(strata_dns_query *query)
{
	query->divides_at = 0;
	ask(query, AF_INET, on_family);
	if (!query->is_over) {
		ask(query, AF_INET6, on_family);
	}
}

bool strata_dns_query_advance(strata_dns_query *query, strata_usec now)
{
	struct epoll_event events[EVENTS];
	int count = query->is_over ? 0 : epoll_wait(query->poll, events, EVENTS, 0);
	bool has_gone_on = count > 0;

	/* What came is read before any time is looked at: the process may be late, not the server. */
	for (int i = 0; i < count && !query->is_over; i++) {
		process(query, &events[i]);
	}
	if (has_gone_on && !query->is_over) {
		ares_process_fd(query->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	}
	if (!query->is_over && query->divides_at != 0 && now >= query->divides_at) {
		divide(query);
		has_gone_on = true;
	}
	if (!query->is_over && now - query->began >= LONGEST) {
		ares_cancel(query->channel);
	}
	if (!query->is_over && has_gone_on) {
		set_timer(query, now);
	}
	return query->is_over;
}

bool strata_dns_error_is_final(const char *error)
{
	return strcmp(error, no_name) == 0 || strcmp(error, no_address) == 0;
}

const strata_dns_answer *strata_dns_query_answer(const strata_dns_query *query)
{
	return &query->end;
}

void strata_dns_query_free(strata_dns_query *query)
{
	if (query == NULL) {
		return;
	}
	if (query->channel != NULL) {
		ares_destroy(query->channel);
	}
	if (query->timer >= 0) {
		close(query->timer);
	}
	if (query->poll >= 0) {
		close(query->poll);
	}
	free(query);
}
