#include "real_redis.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { PATIENCE = 10000 /* msec */, PAUSE = 5000 /* usec */ };

/* As long as no other program takes it. */
static uint16_t free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *) &address, size) == 0);
	REQUIRE(getsockname(fd, (struct sockaddr *) &address, &size) == 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void run(const real_redis *server, real_redis_role role)
{
	char port[8], bus[8];

	snprintf(port, sizeof(port), "%u", (unsigned) server->port);
	snprintf(bus, sizeof(bus), "%u", (unsigned) server->bus);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chdir(server->folder) != 0 || dup2(open("log", O_WRONLY | O_CREAT, 0600), 1) != 1) {
		_exit(1);
	}
	execlp("redis-server", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "",
		"--cluster-enabled", role == REAL_REDIS_NODE ? "yes" : "no", "--cluster-port", bus,
		"--cluster-node-timeout", "1000", (char *) NULL);
	_exit(127);
}

/* NULL when it ended, as where another program took the port. */
static redisContext *connect_to(const real_redis *server)
{
	for (int waited = 0; waited < PATIENCE * 1000; waited += PAUSE) {
		redisContext *raw = redisConnect("127.0.0.1", server->port);

		if (raw != NULL && raw->err == 0) {
			return raw;
		}
		redisFree(raw);
		if (waitpid(server->pid, NULL, WNOHANG) != 0) {
			return NULL;
		}
		usleep(PAUSE);
	}
	return NULL;
}

void real_redis_start(real_redis *server, real_redis_role role)
{
	*server = (real_redis){ .folder = "/tmp/strata_unit_redis_XXXXXX" };
	REQUIRE(mkdtemp(server->folder) != NULL);
	for (int i = 0; i < 3 && server->raw == NULL; i++) {
		server->port = free_port();
		server->bus = free_port();
		server->pid = fork();
		REQUIRE(server->pid >= 0);
		if (server->pid == 0) {
			run(server, role);
		}
		server->raw = connect_to(server);
	}
	REQUIRE(server->raw != NULL);
}

void real_redis_end(real_redis *server)
{
	char command[sizeof(server->folder) + 16];

	redisFree(server->raw);
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", server->folder);
	(void) !system(command);
}

redisReply *real_redis_ask(real_redis *server, const char *format, ...)
{
	va_list arguments;
	redisReply *reply;

	va_start(arguments, format);
	reply = redisvCommand(server->raw, format, arguments);
	va_end(arguments);
	REQUIRE(reply != NULL);
	return reply;
}

int64_t real_redis_tell(real_redis *server, const char *format, ...)
{
	va_list arguments;
	redisReply *reply;
	int64_t number = -9;

	va_start(arguments, format);
	reply = redisvCommand(server->raw, format, arguments);
	va_end(arguments);
	REQUIRE(reply != NULL);
	if (reply->type == REDIS_REPLY_INTEGER) {
		number = reply->integer;
	} else if (reply->type == REDIS_REPLY_STATUS) {
		number = 1;
	} else {
		fprintf(stderr, "%s: %s\n", format, reply->str != NULL ? reply->str : "no number");
	}
	freeReplyObject(reply);
	return number;
}

bool real_redis_comes_to(real_redis *server, const char *command, const char *text)
{
	for (int waited = 0; waited < PATIENCE * 1000; waited += PAUSE) {
		redisReply *reply = real_redis_ask(server, command);
		bool is_so = reply->str != NULL && strstr(reply->str, text) != NULL;

		freeReplyObject(reply);
		if (is_so) {
			return true;
		}
		usleep(PAUSE);
	}
	return false;
}
