/*
 * fault_proxy PROTOCOL TARGET CONTROL — stands between strata and a real server, and does to what
 * passes what networks, proxies and dying servers do.
 *
 * PROTOCOL is redis or memcached, TARGET a port of 127.0.0.1 or the path of a unix socket. It
 * listens on a free port of 127.0.0.1, which is all it prints, and ends when its input does, so
 * that no test leaves one behind. CONTROL becomes a unix socket: one line for each connection to
 * it, answered by one line.
 *
 *     arm FAULT NUMBER [TEXT]   strikes the next connection that sends a request with this text
 *     bytes HEX                 what `insert` puts in
 *     say HEX                   goes to every client at once, unasked
 *     release                   what is held goes on; the rest of a choked request is thrown away
 *     clear                     nothing is armed, held things are released, stalled ones are closed
 *     kill                      every connection is closed
 *     counts                    name=number for each counter
 *
 * A fault begins with the request that it waited for, so offsets are those of its own replies:
 * nobody has to know how many bytes a greeting has. A fault that is over leaves the connection as
 * it is, and bytes that a client sends over one that was struck are counted: there should be none.
 *
 * What comes from the server is looked at (`replies`), then waits to be sent (`outgoing`): slow
 * faults are about the second step only. One thread, one poll loop, and no write that could block.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* clang-format off */
#define FAULTS(X) \
	X(NONE, "none")           /* nothing */ \
	X(DELAY, "delay")         /* replies leave NUMBER ms later */ \
	X(RATE, "rate")           /* NUMBER bytes a second */ \
	X(SLICE, "slice")         /* byte by byte, NUMBER ms apart */ \
	X(CUT, "cut")             /* closed after NUMBER bytes of reply */ \
	X(HALF_CLOSE, "half")     /* no more replies after NUMBER bytes, requests are still taken */ \
	X(RESET, "reset")         /* RST after NUMBER bytes */ \
	X(HOLD, "hold")           /* what follows NUMBER bytes waits for `release` */ \
	X(CORRUPT, "corrupt")     /* one bit of the byte after NUMBER others is turned over */ \
	X(DUPLICATE, "duplicate") /* the NUMBERth reply comes twice */ \
	X(DROP, "drop")           /* the NUMBERth reply never comes */ \
	X(SWAP, "swap")           /* the NUMBERth reply comes after the one behind it */ \
	X(INSERT, "insert")       /* `bytes` come before the NUMBERth reply */ \
	X(CROSS, "cross")         /* what two connections are told from the NUMBERth reply on changes places */ \
	X(CHOKE, "choke")         /* of the request only NUMBER bytes are read */ \
	X(STALL, "stall")         /* new connections are accepted, and that is all */
/* clang-format on */

typedef enum {
#define X(name, word) name,
	FAULTS(X)
#undef X
} fault;

static const char *const fault_words[] = {
#define X(name, word) word,
	FAULTS(X)
#undef X
};

enum { MAX_LINKS = 256, CHUNK = 16 * 1024, FOREVER = 1 << 30 };

typedef struct {
	char *data;
	size_t size;
} bytes;

typedef enum { STAYS, CLOSES, HALF_CLOSES, RESETS } ending;

/* One connection of a client, and ours to the server on its behalf. */
typedef struct {
	int client; /* -1: the place is free */
	int server; /* -1: it is gone, or was never wanted */
	bytes requests;
	bytes replies;
	bytes outgoing;
	fault fault;
	size_t number;
	size_t passed;   /* bytes of reply, or of request for CHOKE, since the fault began */
	size_t answered; /* replies, likewise */
	bool was_struck;
	bool is_held;  /* HOLD, CROSS, CHOKE */
	ending ending; /* once outgoing is empty */
	int64_t due;   /* when outgoing may go on */
} passage;

static passage links[MAX_LINKS];

static struct {
	fault fault;
	size_t number;
	int strikes; /* how many connections it may still strike */
	char text[256];
} armed;

static bytes inserted;

/*
 * sent: bytes of reply; left: connections that their client closed; later: bytes over struck ones
 */
static struct {
	unsigned long accepted, left, struck, later, sent;
} counts;

static bool is_redis;
static const char *target;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- bytes ---- */

static void append(bytes *to, const char *data, size_t size)
{
	to->data = realloc(to->data, to->size + size + 1);
	if (to->data == NULL) {
		die("realloc");
	}
	memcpy(to->data + to->size, data, size);
	to->size += size;
}

static void remove_first(bytes *from, size_t size)
{
	from->size -= size;
	memmove(from->data, from->data + size, from->size);
}

static void forget(bytes *all)
{
	free(all->data);
	*all = (bytes){ NULL, 0 };
}

static void append_hex(bytes *to, const char *hex)
{
	unsigned value;

	for (; sscanf(hex, "%2x", &value) == 1; hex += 2) {
		append(to, &(char){ (char) value }, 1);
	}
}

/* ---- where a reply ends; 0 while it has not ended ---- */

static size_t line_size(const char *data, size_t size)
{
	const char *end = memmem(data, size, "\r\n", 2);

	return end == NULL ? 0 : (size_t) (end - data) + 2;
}

static size_t redis_size(const char *data, size_t size)
{
	size_t used = line_size(data, size);
	long count = used == 0 ? 0 : strtol(data + 1, NULL, 10);

	if (used == 0 || (data[0] != '$' && data[0] != '*') || count < 0) {
		return used;
	}
	if (data[0] == '$') {
		used += (size_t) count + 2;
		return used <= size ? used : 0;
	}
	for (; count > 0; count--) {
		size_t element = redis_size(data + used, size - used);

		if (element == 0) {
			return 0;
		}
		used += element;
	}
	return used;
}

static size_t memcached_size(const char *data, size_t size)
{
	size_t used = line_size(data, size);

	if (used > 0 && strncmp(data, "VA ", 3) == 0) {
		used += strtoul(data + 3, NULL, 10) + 2;
	}
	return used <= size ? used : 0;
}

static size_t reply_size(const bytes *replies)
{
	return is_redis ? redis_size(replies->data, replies->size)
					: memcached_size(replies->data, replies->size);
}

/* ---- faults ---- */

static void strike(passage *link)
{
	link->was_struck = true;
	counts.struck++;
}

static void pass(passage *link, size_t size)
{
	append(&link->outgoing, link->replies.data, size);
	remove_first(&link->replies, size);
	link->passed += size;
}

static void pass_reply(passage *link, size_t size)
{
	pass(link, size);
	link->answered++;
}

/* The last that this connection hears. */
static void end_with(passage *link, ending ending)
{
	link->ending = ending;
	forget(&link->replies);
}

/*
 * One byte must be there behind the ones that pass, so that a fault after 0 bytes follows the
 * request.
 */
static void strike_at_byte(passage *link)
{
	size_t room = link->number - link->passed;

	pass(link, link->replies.size < room ? link->replies.size : room);
	if (link->replies.size == 0 || link->is_held || link->ending != STAYS) {
		return;
	}
	strike(link);
	if (link->fault == CORRUPT) {
		link->replies.data[0] ^= 1;
		link->fault = NONE;
		pass(link, link->replies.size);
	} else if (link->fault == HOLD) {
		link->is_held = true;
	} else {
		end_with(link, link->fault == CUT ? CLOSES : link->fault == RESET ? RESETS : HALF_CLOSES);
	}
}

static passage *other_held(const passage *one)
{
	for (int i = 0; i < MAX_LINKS; i++) {
		if (links[i].client >= 0 && &links[i] != one && links[i].fault == CROSS &&
			links[i].is_held) {
			return &links[i];
		}
	}
	return NULL;
}

static void free_of_fault(passage *link)
{
	link->fault = NONE;
	link->is_held = false;
}

/* Each gets what was for the other, with all that came behind it. */
static void cross(passage *one)
{
	passage *other = other_held(one);
	bytes replies = one->replies;

	if (other == NULL) {
		one->is_held = true;
		return;
	}
	one->replies = other->replies;
	other->replies = replies;
	strike(one);
	strike(other);
	free_of_fault(one);
	free_of_fault(other);
	pass(one, one->replies.size);
	pass(other, other->replies.size);
}

/* False while the fault waits for more. */
static bool change_reply(passage *link, size_t size)
{
	bytes second = { link->replies.data + size, link->replies.size - size };
	size_t second_size;

	switch (link->fault) {
		case DUPLICATE: append(&link->outgoing, link->replies.data, size); break;
		case DROP: remove_first(&link->replies, size); break;
		case INSERT: append(&link->outgoing, inserted.data, inserted.size); break;
		case SWAP:
			second_size = second.size > 0 ? reply_size(&second) : 0;
			if (second_size == 0) {
				return false;
			}
			append(&link->outgoing, second.data, second_size);
			append(&link->outgoing, link->replies.data, size);
			remove_first(&link->replies, size + second_size);
			break;
		default: break;
	}
	strike(link);
	link->fault = NONE;
	pass(link, link->replies.size);
	return true;
}

static void strike_at_reply(passage *link)
{
	size_t size;

	while (!link->is_held && link->replies.size > 0 && (size = reply_size(&link->replies)) > 0) {
		if (link->answered + 1 < link->number) {
			pass_reply(link, size);
		} else if (link->fault == CROSS) {
			cross(link);
			return;
		} else if (!change_reply(link, size)) {
			return;
		}
	}
}

static void look_at_replies(passage *link)
{
	if (link->replies.size == 0) {
		return;
	}
	switch (link->fault) {
		case NONE:
		case DELAY:
		case RATE:
		case SLICE:
		case CHOKE:
		case STALL: pass(link, link->replies.size); break;
		case CUT:
		case HALF_CLOSE:
		case RESET:
		case HOLD:
		case CORRUPT: strike_at_byte(link); break;
		case DUPLICATE:
		case DROP:
		case SWAP:
		case INSERT:
		case CROSS: strike_at_reply(link); break;
	}
}

static void look_at_request(passage *link, const char *data, size_t size)
{
	counts.later += link->was_struck && link->fault != STALL && link->fault != CHOKE ? size : 0;
	if (armed.strikes == 0 || link->fault != NONE ||
		memmem(data, size, armed.text, strlen(armed.text)) == NULL) {
		return;
	}
	armed.strikes--;
	link->fault = armed.fault;
	link->number = armed.number;
	link->was_struck = false;
	link->passed = 0;
	link->answered = 0;
}

/* How much of what came goes on to the server: all, unless the request is choked. */
static size_t choke(passage *link, size_t size)
{
	/* A reply to what is read of the request may have passed, too. */
	size_t room = link->number > link->passed ? link->number - link->passed : 0;

	if (link->fault != CHOKE) {
		return size;
	}
	if (size > room && !link->was_struck) {
		strike(link);
		link->is_held = true;
	}
	size = size < room ? size : room;
	link->passed += size;
	return size;
}

/* ---- connections ---- */

static struct linger no_linger = { .l_onoff = 1, .l_linger = 0 };

static void close_link(passage *link)
{
	if (link->ending == RESETS) {
		setsockopt(link->client, SOL_SOCKET, SO_LINGER, &no_linger, sizeof(no_linger));
	}
	close(link->client);
	if (link->server >= 0) {
		close(link->server);
	}
	forget(&link->requests);
	forget(&link->replies);
	forget(&link->outgoing);
	*link = (passage){ .client = -1, .server = -1 };
}

static void leave(passage *link)
{
	counts.left++;
	close_link(link);
}

static int unix_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t) port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int connect_to_target(void)
{
	struct sockaddr_un path;
	struct sockaddr_in port = loopback((unsigned) atoi(target));
	bool is_path = target[0] == '/';
	int fd = is_path ? unix_socket(target, &path) : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed = is_path ? connect(fd, (struct sockaddr *) &path, sizeof(path))
						 : connect(fd, (struct sockaddr *) &port, sizeof(port));

	if (failed != 0) {
		close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	return fd;
}

static passage *free_place(void)
{
	for (int i = 0; i < MAX_LINKS; i++) {
		if (links[i].client < 0) {
			return &links[i];
		}
	}
	return NULL;
}

static void accept_client(int listening)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	passage *link = free_place();

	if (fd < 0 || link == NULL) {
		close(fd);
		return;
	}
	counts.accepted++;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	*link = (passage){ .client = fd, .server = -1 };
	if (armed.strikes > 0 && armed.fault == STALL) {
		link->fault = STALL;
		strike(link);
		return;
	}
	link->server = connect_to_target();
	if (link->server < 0) {
		close_link(link);
	}
}

static void read_client(passage *link)
{
	char data[CHUNK];
	ssize_t size = recv(link->client, data, sizeof(data), MSG_DONTWAIT);

	if (size <= 0) {
		if (size == 0 || errno != EAGAIN) {
			leave(link);
		}
		return;
	}
	look_at_request(link, data, (size_t) size);
	append(&link->requests, data, choke(link, (size_t) size));
}

static void read_server(passage *link)
{
	char data[CHUNK];
	ssize_t size = recv(link->server, data, sizeof(data), MSG_DONTWAIT);

	if (size > 0) {
		bool was_empty = link->outgoing.size == 0;

		append(&link->replies, data, (size_t) size);
		look_at_replies(link);
		if (was_empty && link->fault == DELAY) {
			link->due = now_usec() + (int64_t) link->number * 1000;
		}
	} else if (size == 0 || errno != EAGAIN) {
		close(link->server);
		link->server = -1;
		link->ending = link->ending == STAYS ? CLOSES : link->ending;
	}
}

static bool write_server(passage *link)
{
	ssize_t size =
		send(link->server, link->requests.data, link->requests.size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (size > 0) {
		remove_first(&link->requests, (size_t) size);
	}
	return size > 0;
}

/* How much may leave at once, and how long the rest then waits. */
static size_t piece_of(const passage *link, int64_t *pause)
{
	*pause = 0;
	if (link->fault == SLICE) {
		*pause = (int64_t) link->number * 1000;
		return 1;
	}
	if (link->fault == RATE) {
		*pause = 10000;
		return link->number / 100 + 1;
	}
	return link->outgoing.size;
}

static void write_client(passage *link)
{
	int64_t pause;
	size_t piece = piece_of(link, &pause);
	ssize_t size = send(link->client, link->outgoing.data,
		piece < link->outgoing.size ? piece : link->outgoing.size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (size > 0) {
		counts.sent += (unsigned long) size;
		remove_first(&link->outgoing, (size_t) size);
		link->due = now_usec() + pause;
	} else if (size < 0 && errno != EAGAIN) {
		leave(link);
	}
}

static void end_link(passage *link)
{
	if (link->ending == CLOSES || link->ending == RESETS) {
		close_link(link);
	} else if (link->ending == HALF_CLOSES) {
		shutdown(link->client, SHUT_WR);
		link->ending = STAYS;
		link->fault = HOLD;
		link->is_held = true;
	}
}

/* ---- commands ---- */

static void arm(const char *words)
{
	char word[32] = "";
	int at = 0;

	armed.number = 0;
	armed.fault = NONE;
	sscanf(words, "%31s %zu %n", word, &armed.number, &at);
	for (size_t i = 0; i < sizeof(fault_words) / sizeof(*fault_words); i++) {
		if (strcmp(word, fault_words[i]) == 0) {
			armed.fault = (fault) i;
		}
	}
	armed.strikes = armed.fault == NONE ? 0 : armed.fault == CROSS ? 2 : 1;
	if (armed.fault == STALL || (armed.fault >= DELAY && armed.fault <= SLICE)) {
		armed.strikes = FOREVER;
	}
	snprintf(armed.text, sizeof(armed.text), "%s", words + at);
}

static void release(passage *link)
{
	if (link->client < 0 || link->fault == STALL) {
		return;
	}
	if (link->fault == CHOKE) {
		link->is_held = false;
		return;
	}
	free_of_fault(link);
	look_at_replies(link);
}

static void clear(passage *link)
{
	if (link->client >= 0 && link->fault == STALL) {
		close_link(link);
	}
	release(link);
}

static void kill_link(passage *link)
{
	if (link->client >= 0) {
		close_link(link);
	}
}

/* On its way before the command is answered, so that it is there when the test goes on. */
static void say(passage *link, const char *hex)
{
	if (link->client >= 0) {
		append_hex(&link->outgoing, hex);
		write_client(link);
	}
}

static void each_link(void (*act)(passage *link))
{
	for (int i = 0; i < MAX_LINKS; i++) {
		act(&links[i]);
	}
}

static int open_links(void)
{
	int open = 0;

	for (int i = 0; i < MAX_LINKS; i++) {
		open += links[i].client >= 0;
	}
	return open;
}

static void obey(const char *line, char *answer, size_t room)
{
	snprintf(answer, room, "ok\n");
	if (strncmp(line, "arm ", 4) == 0) {
		arm(line + 4);
	} else if (strncmp(line, "bytes ", 6) == 0) {
		forget(&inserted);
		append_hex(&inserted, line + 6);
	} else if (strncmp(line, "say ", 4) == 0) {
		for (int i = 0; i < MAX_LINKS; i++) {
			say(&links[i], line + 4);
		}
	} else if (strcmp(line, "release") == 0) {
		each_link(release);
	} else if (strcmp(line, "clear") == 0) {
		armed.strikes = 0;
		each_link(clear);
	} else if (strcmp(line, "kill") == 0) {
		each_link(kill_link);
	} else if (strcmp(line, "counts") == 0) {
		snprintf(answer, room, "accepted=%lu&left=%lu&struck=%lu&later=%lu&sent=%lu&open=%d\n",
			counts.accepted, counts.left, counts.struck, counts.later, counts.sent, open_links());
	} else {
		snprintf(answer, room, "unknown: %.200s\n", line);
	}
}

/* Whoever commands is a test on this machine, which sends its line at once. */
static void take_command(int listening)
{
	char line[4096];
	char answer[256];
	size_t size = 0;
	ssize_t more;
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

	while (size < sizeof(line) - 1 && memchr(line, '\n', size) == NULL &&
		   (more = recv(fd, line + size, sizeof(line) - 1 - size, 0)) > 0) {
		size += (size_t) more;
	}
	line[size] = '\0';
	line[strcspn(line, "\n")] = '\0';
	obey(line, answer, sizeof(answer));
	if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0) {
		perror("control");
	}
	close(fd);
}

/* ---- the loop ---- */

static short client_events(const passage *link, int64_t now)
{
	bool is_choked = link->fault == CHOKE && link->is_held;
	bool has_outgoing = link->outgoing.size > 0 && link->due <= now;

	return (short) ((is_choked ? POLLRDHUP : POLLIN | POLLRDHUP) | (has_outgoing ? POLLOUT : 0));
}

static short server_events(const passage *link)
{
	return link->requests.size > 0 ? POLLIN | POLLOUT : POLLIN;
}

/* Milliseconds until the next piece of anything is due, rounded up. */
static int nap(int64_t now)
{
	int64_t nearest = now + 1000000;

	for (int i = 0; i < MAX_LINKS; i++) {
		if (links[i].client >= 0 && links[i].outgoing.size > 0 && links[i].due < nearest) {
			nearest = links[i].due;
		}
	}
	return nearest <= now ? 0 : (int) ((nearest - now + 999) / 1000);
}

static void serve(passage *link, short client, short server)
{
	bool is_choked = link->fault == CHOKE && link->is_held;

	if ((server & POLLOUT) != 0 && !write_server(link)) {
		server |= POLLIN;
	}
	if ((server & ~POLLOUT) != 0) {
		read_server(link);
	}
	if ((client & POLLOUT) != 0 && link->outgoing.size > 0) {
		write_client(link);
	}
	if (link->client >= 0 && is_choked && (client & ~POLLOUT) != 0) {
		leave(link);
	} else if (link->client >= 0 && (client & ~POLLOUT) != 0) {
		read_client(link);
	}
	if (link->client >= 0 && link->outgoing.size == 0 && link->ending != STAYS) {
		end_link(link);
	}
}

static void run(int listening, int control)
{
	for (;;) {
		struct pollfd polled[3 + 2 * MAX_LINKS] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = control, .events = POLLIN },
			{ .fd = listening, .events = POLLIN },
		};
		struct pollfd *of_links = polled + 3;
		int64_t now = now_usec();

		for (int i = 0; i < MAX_LINKS; i++) {
			of_links[2 * i] =
				(struct pollfd){ .fd = links[i].client, .events = client_events(&links[i], now) };
			of_links[2 * i + 1] =
				(struct pollfd){ .fd = links[i].server, .events = server_events(&links[i]) };
		}
		if (poll(polled, 3 + 2 * MAX_LINKS, nap(now)) < 0) {
			continue;
		}
		if (polled[0].revents != 0) {
			return;
		}
		for (int i = 0; i < MAX_LINKS; i++) {
			if (links[i].client >= 0) {
				serve(&links[i], of_links[2 * i].revents, of_links[2 * i + 1].revents);
			}
		}
		if (polled[1].revents != 0) {
			take_command(control);
		}
		if (polled[2].revents != 0) {
			accept_client(listening);
		}
	}
}

static int listen_on_loopback(void)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* A client of which nothing is read shall notice soon. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ 8192 }, sizeof(int));
	if (bind(fd, (struct sockaddr *) &address, sizeof(address)) != 0 || listen(fd, 128) != 0 ||
		getsockname(fd, (struct sockaddr *) &address, &size) != 0) {
		die("listening");
	}
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static int listen_for_commands(const char *path)
{
	struct sockaddr_un address;
	int fd = unix_socket(path, &address);

	if (bind(fd, (struct sockaddr *) &address, sizeof(address)) != 0 || listen(fd, 16) != 0) {
		die(path);
	}
	return fd;
}

int main(int argc, char **argv)
{
	int control;

	if (argc != 4) {
		fprintf(stderr, "usage: fault_proxy redis|memcached TARGET CONTROL\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	is_redis = strcmp(argv[1], "redis") == 0;
	target = argv[2];
	for (int i = 0; i < MAX_LINKS; i++) {
		links[i] = (passage){ .client = -1, .server = -1 };
	}
	control = listen_for_commands(argv[3]);
	run(listen_on_loopback(), control);
	unlink(argv[3]);
	return 0;
}
