/*
 * bare PASSWORD PORT... — what does a round trip cost without any client at all?
 *
 * It greets the servers on these ports of 127.0.0.1, which are Redis, or are not greeted where the
 * password is empty, and then takes lines: a count, and for
 * each port the bytes to send, in hex, and how many bytes answer them. So often it sends all, then
 * reads all, and says how many nanoseconds one such round took. Nothing is parsed, checked or
 * allocated meanwhile: send and recv.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST_SERVERS = 8, ROOM = 1 << 20 };

typedef struct {
	int fd;
	char *request;
	size_t request_size;
	size_t reply_size;
} server;

static server servers[MOST_SERVERS];
static int count;
static char line[4 * ROOM];
static char reply[ROOM];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int connect_to(unsigned port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t) port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) != 0) {
		die("connect");
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	return fd;
}

static void send_all(int fd, const char *bytes, size_t size)
{
	if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t) size) {
		die("send");
	}
}

static void receive(int fd, size_t size)
{
	while (size > 0) {
		ssize_t more = recv(fd, reply, size < ROOM ? size : ROOM, 0);

		if (more <= 0) {
			die("recv");
		}
		size -= (size_t) more;
	}
}

static void greet(int fd, const char *password)
{
	char auth[256];
	int size = snprintf(auth, sizeof(auth), "*2\r\n$4\r\nAUTH\r\n$%zu\r\n%s\r\n", strlen(password),
		password);

	if (password[0] != '\0') {
		send_all(fd, auth, (size_t) size);
		receive(fd, strlen("+OK\r\n"));
	}
}

/* The hex digits become bytes where they are. */
static void take_request(server *to, char *hex, const char *reply_size)
{
	unsigned value;

	to->request = hex;
	to->request_size = strlen(hex) / 2;
	for (size_t i = 0; i < to->request_size; i++) {
		sscanf(hex + 2 * i, "%2x", &value);
		hex[i] = (char) value;
	}
	to->reply_size = strtoul(reply_size, NULL, 10);
}

static double nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

static void round_trip(void)
{
	for (int i = 0; i < count; i++) {
		if (servers[i].request_size > 0) {
			send_all(servers[i].fd, servers[i].request, servers[i].request_size);
		}
	}
	for (int i = 0; i < count; i++) {
		receive(servers[i].fd, servers[i].reply_size);
	}
}

static void measure(void)
{
	long times = strtol(strtok(line, " \n"), NULL, 10);
	double begun;

	for (int i = 0; i < count; i++) {
		char *hex = strtok(NULL, " \n");
		char *size = strtok(NULL, " \n");

		if (hex == NULL || size == NULL) {
			die("line");
		}
		/* A server of which nothing is asked. */
		take_request(&servers[i], strcmp(hex, "-") == 0 ? hex + 1 : hex, size);
	}
	begun = nanoseconds();
	for (long i = 0; i < times; i++) {
		round_trip();
	}
	printf("%.1f\n", (nanoseconds() - begun) / (double) times);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc && count < MOST_SERVERS; i++) {
		servers[count].fd = connect_to((unsigned) atoi(argv[i]));
		greet(servers[count++].fd, argv[1]);
	}
	while (fgets(line, sizeof(line), stdin) != NULL) {
		measure();
	}
	return 0;
}
