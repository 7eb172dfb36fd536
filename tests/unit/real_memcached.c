#include "real_memcached.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tier/envelope.h"

#include "unit.h"

enum { PATIENCE = 10000 /* msec */, PAUSE = 5000 /* usec */ };

static struct sockaddr_in address_of(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(port) };
}

/* As long as no other program takes it. */
static uint16_t free_port(void)
{
	struct sockaddr_in address = address_of(0);
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *) &address, size) == 0);
	REQUIRE(getsockname(fd, (struct sockaddr *) &address, &size) == 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void run(uint16_t number, const char *option)
{
	char port[8];
	const struct passwd *user = getpwuid(getuid());

	snprintf(port, sizeof(port), "%u", (unsigned) number);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void) dup2(open("/dev/null", O_WRONLY), 2);
	execlp("memcached", "memcached", "-u", user == NULL ? "nobody" : user->pw_name, "-l",
		"127.0.0.1", "-p", port, "-U", "0", "-t", "1", option, (char *) NULL);
	_exit(127);
}

static int connect_to(const real_memcached *server)
{
	struct sockaddr_in address = address_of(server->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	REQUIRE(fd >= 0);
	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool comes_up(real_memcached *server)
{
	for (int waited = 0; waited < PATIENCE * 1000; waited += PAUSE) {
		int fd = connect_to(server);

		if (fd >= 0) {
			close(fd);
			return true;
		}
		if (waitpid(server->pid, NULL, WNOHANG) != 0) {
			return false;
		}
		usleep(PAUSE);
	}
	return false;
}

void real_memcached_start(real_memcached *server, const char *option)
{
	bool is_up = false;

	for (int i = 0; i < 3 && !is_up; i++) {
		if (server->port == 0 || i > 0) {
			server->port = free_port();
		}
		server->pid = fork();
		REQUIRE(server->pid >= 0);
		if (server->pid == 0) {
			run(server->port, option);
		}
		is_up = comes_up(server);
	}
	REQUIRE(is_up);
}

void real_memcached_kill(real_memcached *server)
{
	if (server->pid > 0) {
		kill(server->pid, SIGKILL);
		waitpid(server->pid, NULL, 0);
	}
	server->pid = 0;
}

void real_memcached_sleep(const real_memcached *server)
{
	int status;

	kill(server->pid, SIGSTOP);
	REQUIRE(waitpid(server->pid, &status, WUNTRACED) == server->pid && WIFSTOPPED(status));
}

void real_memcached_wake(const real_memcached *server)
{
	kill(server->pid, SIGCONT);
}

/* The reply and what follows it until "end", or one line. */
static const char *exchange(const real_memcached *server, const char *line, const char *end)
{
	static char reply[65536];
	size_t size = 0;
	ssize_t more;
	int fd = connect_to(server);

	REQUIRE(fd >= 0);
	REQUIRE(send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t) strlen(line));
	REQUIRE(send(fd, "\r\n", 2, MSG_NOSIGNAL) == 2);
	reply[0] = '\0';
	while (strstr(reply, end) == NULL && size < sizeof(reply) - 1) {
		more = recv(fd, reply + size, sizeof(reply) - 1 - size, 0);
		REQUIRE(more > 0);
		size += (size_t) more;
		reply[size] = '\0';
	}
	close(fd);
	return reply;
}

const char *real_memcached_ask(const real_memcached *server, const char *line)
{
	char *reply = (char *) exchange(server, line, "\r\n");

	*strstr(reply, "\r\n") = '\0';
	return reply;
}

const char *real_memcached_value(const real_memcached *server, const char *name)
{
	char line[300];
	static char value[4096];
	size_t size = 0;
	int fd = connect_to(server);
	ssize_t more = 1;
	const char *front;
	unsigned long whole;

	REQUIRE(fd >= 0);
	snprintf(line, sizeof(line), "mg %s v\r\nmn\r\n", name);
	REQUIRE(send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t) strlen(line));
	while (more > 0 && (size < 4 || memcmp(value + size - 4, "MN\r\n", 4) != 0)) {
		more = recv(fd, value + size, sizeof(value) - size, 0);
		size += more > 0 ? (size_t) more : 0;
	}
	close(fd);
	front = memchr(value, '\n', size);
	if (front == NULL || sscanf(value, "VA %lu", &whole) != 1 || whole < STRATA_ENVELOPE_SIZE) {
		return NULL;
	}
	value[(front + 1 - value) + (long) whole] = '\0';
	return front + 1 + STRATA_ENVELOPE_SIZE;
}

uint64_t real_memcached_count(const real_memcached *server, const char *name)
{
	const char *reply = exchange(server, "stats", "END\r\n");
	char word[64];
	const char *found;

	snprintf(word, sizeof(word), "STAT %s ", name);
	found = strstr(reply, word);
	return found == NULL ? 0 : strtoull(found + strlen(word), NULL, 10);
}
