/*
 * One thread accepts, one more for every connection plays its script; the test plays the client in
 * its own thread. Blocking sockets with a receive timeout keep the player a straight line. The
 * server shares nothing with the test but the gate and the counter, both under one mutex.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "scripted_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SCRIPTS = 32, PATIENCE_SECONDS = 5 };

typedef struct {
	scripted_server *server;
	const scripted_step *script; /* NULL: close at once */
	unsigned number;             /* of the connection, from 0 */
	int fd;
	bool failed;
	pthread_t thread;
} player;

struct scripted_server {
	int listener;
	uint16_t port;      /* 0 for a unix socket */
	char directory[64]; /* of the unix socket; empty for a port */
	char path[96];
	pthread_t thread;
	player players[MOST_SCRIPTS];
	unsigned scripts;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	unsigned accepted;
	bool gate_open;
};

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static void complain(player *self, const scripted_step *step, const char *what)
{
	self->failed = true;
	fprintf(stderr, "scripted server: connection %u, step %td: %s\n", self->number,
		step - self->script, what);
}

static bool read_all(int fd, char *room, size_t size)
{
	while (size > 0) {
		ssize_t got = recv(fd, room, size, 0);

		if (got <= 0) {
			return false;
		}
		room += got;
		size -= (size_t) got;
	}
	return true;
}

static bool send_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

		if (sent <= 0) {
			return false;
		}
		bytes += sent;
		size -= (size_t) sent;
	}
	return true;
}

static void pause_for(unsigned msec)
{
	struct timespec wait = { msec / 1000, (long) (msec % 1000) * 1000000 };

	while (nanosleep(&wait, &wait) != 0 && errno == EINTR) {
	}
}

static bool expect(player *self, const scripted_step *step)
{
	char *got = malloc(step->size + 1);
	bool same = got != NULL && read_all(self->fd, got, step->size);

	if (same && step->bytes != NULL) {
		same = memcmp(got, step->bytes, step->size) == 0;
	}
	free(got);
	if (!same) {
		complain(self, step, "other bytes came than expected, or none");
	}
	return same;
}

/* The peer may be gone before the last byte: that is what a drip is for. */
static void drip(player *self, const scripted_step *step)
{
	for (size_t i = 0; i < step->size; i++) {
		if (!send_all(self->fd, step->bytes + i, 1)) {
			return;
		}
		pause_for(step->msec);
	}
}

static void await_gate(scripted_server *server)
{
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += PATIENCE_SECONDS;
	pthread_mutex_lock(&server->lock);
	while (!server->gate_open &&
		   pthread_cond_timedwait(&server->changed, &server->lock, &limit) == 0) {
	}
	pthread_mutex_unlock(&server->lock);
}

static void await_close(player *self, const scripted_step *step, bool silently)
{
	char byte;
	ssize_t got;

	do {
		got = recv(self->fd, &byte, 1, 0);
	} while (got > 0 && !silently);
	if (got > 0 || (got < 0 && errno != ECONNRESET)) {
		complain(self, step, "the peer neither closed nor kept silent");
	}
}

static void reset(int fd)
{
	struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

/* Plays one step. False when the script is over. */
static bool play_step(player *self, const scripted_step *step)
{
	switch (step->kind) {
		case SCRIPTED_EXPECT:
		case SCRIPTED_SKIP: return expect(self, step);
		case SCRIPTED_SEND:
			/* A peer that closed early is judged by the test, not by the server. */
			return send_all(self->fd, step->bytes, step->size);
		case SCRIPTED_DRIP: drip(self, step); return true;
		case SCRIPTED_SLEEP: pause_for(step->msec); return true;
		case SCRIPTED_GATE: await_gate(self->server); return true;
		case SCRIPTED_ACT:
			if (!step->act(self->fd, step->context)) {
				complain(self, step, "the act failed");
				return false;
			}
			return true;
		case SCRIPTED_CLOSE: return false;
		case SCRIPTED_RESET: reset(self->fd); return false;
		case SCRIPTED_LEAVE: await_close(self, step, false); return false;
		case SCRIPTED_END: await_close(self, step, true); return false;
	}
	return false;
}

static void *play(void *argument)
{
	player *self = argument;

	if (self->script != NULL) {
		const scripted_step *step = self->script;

		while (play_step(self, step)) {
			step++;
		}
	}
	pthread_mutex_lock(&self->server->lock);
	close(self->fd);
	self->fd = -1;
	pthread_mutex_unlock(&self->server->lock);
	return NULL;
}

static void start_player(scripted_server *server, int fd)
{
	struct timeval patience = { PATIENCE_SECONDS, 0 };
	player *next = &server->players[server->accepted];
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	next->fd = fd;
	/* Counted before its first byte can be sent: who got a reply finds it counted. */
	pthread_mutex_lock(&server->lock);
	server->accepted++;
	pthread_mutex_unlock(&server->lock);
	if (pthread_create(&next->thread, NULL, play, next) != 0) {
		give_up("pthread_create");
	}
}

static void *accept_all(void *argument)
{
	scripted_server *server = argument;
	int fd;

	while ((fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (server->accepted < MOST_SCRIPTS) {
			start_player(server, fd);
		} else {
			close(fd);
		}
	}
	return NULL;
}

static scripted_server *new_server(const scripted_step *first, va_list rest)
{
	scripted_server *server = calloc(1, sizeof(*server));

	if (server == NULL) {
		give_up("calloc");
	}
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->changed, NULL);
	for (unsigned i = 0; i < MOST_SCRIPTS; i++) {
		server->players[i] = (player){ .server = server, .number = i, .fd = -1 };
	}
	for (const scripted_step *next = first; next != NULL && server->scripts < MOST_SCRIPTS;
		 next = va_arg(rest, const scripted_step *)) {
		server->players[server->scripts++].script = next;
	}
	return server;
}

static scripted_server *listen_on(scripted_server *server, const struct sockaddr *address,
	socklen_t size)
{
	struct sockaddr_in bound;
	socklen_t bound_size = sizeof(bound);
	int on = 1;

	/* So that scripted_refusing_port() can have its port afterwards. */
	server->listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener < 0 ||
		setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(server->listener, address, size) != 0 || listen(server->listener, 128) != 0) {
		give_up("scripted server");
	}
	if (address->sa_family == AF_INET) {
		getsockname(server->listener, (struct sockaddr *) &bound, &bound_size);
		server->port = ntohs(bound.sin_port);
	}
	if (pthread_create(&server->thread, NULL, accept_all, server) != 0) {
		give_up("pthread_create");
	}
	return server;
}

static struct sockaddr_in any_loopback_port(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

scripted_server *scripted_server_start(const scripted_step *first, ...)
{
	struct sockaddr_in address = any_loopback_port();
	scripted_server *server;
	va_list rest;

	va_start(rest, first);
	server = new_server(first, rest);
	va_end(rest);
	return listen_on(server, (struct sockaddr *) &address, sizeof(address));
}

scripted_server *scripted_server_start_unix(const scripted_step *first, ...)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	scripted_server *server;
	va_list rest;

	va_start(rest, first);
	server = new_server(first, rest);
	va_end(rest);
	strcpy(server->directory, "/tmp/strata-test-XXXXXX");
	if (mkdtemp(server->directory) == NULL) {
		give_up("mkdtemp");
	}
	snprintf(server->path, sizeof(server->path), "%s/socket", server->directory);
	memcpy(address.sun_path, server->path, strlen(server->path) + 1);
	return listen_on(server, (struct sockaddr *) &address, sizeof(address));
}

uint16_t scripted_server_port(const scripted_server *server)
{
	return server->port;
}

const char *scripted_server_path(const scripted_server *server)
{
	return server->path;
}

unsigned scripted_server_accepted(scripted_server *server)
{
	unsigned accepted;

	pthread_mutex_lock(&server->lock);
	accepted = server->accepted;
	pthread_mutex_unlock(&server->lock);
	return accepted;
}

void scripted_server_open_gate(scripted_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->gate_open = true;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

void scripted_server_hang_up(scripted_server *server)
{
	pthread_mutex_lock(&server->lock);
	for (unsigned i = 0; i < server->accepted; i++) {
		if (server->players[i].fd >= 0) {
			shutdown(server->players[i].fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&server->lock);
}

bool scripted_server_end(scripted_server *server)
{
	bool well = true;

	scripted_server_open_gate(server);
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	for (unsigned i = 0; i < server->accepted; i++) {
		pthread_join(server->players[i].thread, NULL);
		well = well && !server->players[i].failed;
	}
	close(server->listener);
	if (server->directory[0] != '\0') {
		unlink(server->path);
		rmdir(server->directory);
	}
	free(server);
	return well;
}

int scripted_refusing_port(uint16_t *port)
{
	struct sockaddr_in address = any_loopback_port();
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	/* Connections of the server that was there may linger. */
	address.sin_port = htons(*port);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(fd, (struct sockaddr *) &address, size) != 0 ||
		getsockname(fd, (struct sockaddr *) &address, &size) != 0) {
		give_up("scripted_refusing_port");
	}
	*port = ntohs(address.sin_port);
	return fd;
}
