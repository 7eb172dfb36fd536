/*
 * scripted_server — a peer that says exactly what a test wants it to say, on a loopback port or a
 * unix socket. One script for each connection, in the order in which they are accepted; connections
 * beyond the last script are closed at once. Every connection has a thread of its own.
 *
 *     static const scripted_step script[] = {
 *         EXPECT("version\r\n"), SEND("VERSION 1.6.18\r\n"), AWAIT_GATE, SEND("late"), END
 *     };
 *     scripted_server *server = scripted_server_start(script, NULL);
 *     ... strata_node_new(&protocol, &options, "127.0.0.1", scripted_server_port(server),
 *         STRATA_NODE_CONFIGURED, NULL) ...
 *     scripted_server_open_gate(server);
 *     CHECK(scripted_server_end(server));
 *
 * Nothing waits for ever: a read that gets nothing for five seconds ends its script as failed.
 */
#ifndef STRATA_TESTS_SCRIPTED_SERVER_H
#define STRATA_TESTS_SCRIPTED_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct scripted_server scripted_server;

/*
 * Free hand over the socket, for replies that depend on what was asked. False: the script failed.
 */
typedef bool (*scripted_act)(int fd, void *context);

typedef struct {
	enum {
		SCRIPTED_END,    /* wait for the peer to close; what it still sends is a failure */
		SCRIPTED_EXPECT, /* read exactly these bytes */
		SCRIPTED_SKIP,   /* read this many bytes, whatever they are */
		SCRIPTED_SEND,
		SCRIPTED_DRIP,  /* send one byte every so many milliseconds, until the peer is gone */
		SCRIPTED_SLEEP, /* milliseconds */
		SCRIPTED_GATE,  /* wait until the test opens the gate */
		SCRIPTED_ACT,
		SCRIPTED_CLOSE, /* FIN; ends the script */
		SCRIPTED_RESET, /* RST; ends the script */
		SCRIPTED_LEAVE  /* wait for the peer to close, whatever it still sends */
	} kind;
	const char *bytes;
	size_t size;
	unsigned msec;
	scripted_act act;
	void *context;
} scripted_step;

/* clang-format off */
#define EXPECT(literal)      { .kind = SCRIPTED_EXPECT, .bytes = (literal), .size = sizeof(literal) - 1 }
#define SKIP(count)          { .kind = SCRIPTED_SKIP, .size = (count) }
#define SEND(literal)        { .kind = SCRIPTED_SEND, .bytes = (literal), .size = sizeof(literal) - 1 }
#define SEND_BYTES(data, n)  { .kind = SCRIPTED_SEND, .bytes = (data), .size = (n) }
#define DRIP(literal, every) { .kind = SCRIPTED_DRIP, .bytes = (literal), .size = sizeof(literal) - 1, .msec = (every) }
#define SLEEP(milliseconds)  { .kind = SCRIPTED_SLEEP, .msec = (milliseconds) }
#define AWAIT_GATE           { .kind = SCRIPTED_GATE }
#define ACT(function, with)  { .kind = SCRIPTED_ACT, .act = (function), .context = (with) }
#define CLOSE                { .kind = SCRIPTED_CLOSE }
#define RESET                { .kind = SCRIPTED_RESET }
#define LEAVE                { .kind = SCRIPTED_LEAVE }
#define END                  { .kind = SCRIPTED_END }
/* clang-format on */

/*
 * Scripts, the last argument being NULL. Listens on a free port of 127.0.0.1. Exits when it cannot.
 */
scripted_server *scripted_server_start(const scripted_step *first, ...) __attribute__((sentinel));

/* The same on a unix socket in a directory of its own. */
scripted_server *scripted_server_start_unix(const scripted_step *first, ...)
	__attribute__((sentinel));

uint16_t scripted_server_port(const scripted_server *server);
const char *scripted_server_path(const scripted_server *server);

/* How many connections were accepted so far. */
unsigned scripted_server_accepted(scripted_server *server);

/* Lets every AWAIT_GATE, reached or not, go on. */
void scripted_server_open_gate(scripted_server *server);

/*
 * Waits for the scripts of accepted connections, frees everything, and says whether each ran as
 * written; what went wrong is on stderr. Scripts whose connection never came are not missed: count
 * them with scripted_server_accepted().
 */
bool scripted_server_end(scripted_server *server);

/* Ends the open connections, as a server does that is killed. Its end need not wait for them. */
void scripted_server_hang_up(scripted_server *server);

/*
 * A port of 127.0.0.1 that refuses connections for as long as the returned socket stays open: this
 * one, which a server had that has ended, or any free one where it is 0.
 */
int scripted_refusing_port(uint16_t *port);

#endif
