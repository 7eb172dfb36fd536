#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fake_redis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_ARGUMENTS = 16 };

typedef struct {
	const char *data[MOST_ARGUMENTS];
	size_t sizes[MOST_ARGUMENTS];
	size_t count;
} command;

/* "*3\r\n" or "$3\r\n"; NULL when it is not all there. */
static const char *parse_length(const char *at, const char *end, size_t *length)
{
	const char *newline = at < end ? memchr(at, '\n', (size_t) (end - at)) : NULL;

	*length = newline == NULL ? 0 : strtoul(at + 1, NULL, 10);
	return newline == NULL ? NULL : newline + 1;
}

/* Where the next command begins; NULL when this one is not all there. */
static const char *parse_command(const char *at, const char *end, command *out)
{
	at = parse_length(at, end, &out->count);
	if (at == NULL || out->count > MOST_ARGUMENTS) {
		return NULL;
	}
	for (size_t i = 0; i < out->count; i++) {
		at = parse_length(at, end, &out->sizes[i]);
		if (at == NULL || (size_t) (end - at) < out->sizes[i] + 2) {
			return NULL;
		}
		out->data[i] = at;
		at += out->sizes[i] + 2;
	}
	return at;
}

static bool is_verb(const command *command, const char *verb)
{
	return command->sizes[0] == strlen(verb) && memcmp(command->data[0], verb, strlen(verb)) == 0;
}

static bool is_greeting(const command *command)
{
	return is_verb(command, "AUTH") || is_verb(command, "SELECT") || is_verb(command, "READONLY") ||
		   (is_verb(command, "CLIENT") && command->count == 3);
}

static void note(fake_redis *fake, const char *text, size_t size)
{
	size_t used = strlen(fake->heard);

	if (used + size < sizeof(fake->heard)) {
		memcpy(fake->heard + used, text, size);
		fake->heard[used + size] = '\0';
	}
}

static void note_command(fake_redis *fake, const command *command)
{
	for (size_t i = 0; i < command->count; i++) {
		note(fake, i == 0 ? "[" : " ", 1);
		note(fake, command->data[i], command->sizes[i]);
	}
	note(fake, "]", 1);
}

static void send_bytes(const fake_redis *fake, int fd, const char *bytes, size_t size)
{
	size_t piece = fake->is_slow ? 1 : size;

	for (size_t at = 0; at < size; at += piece) {
		(void) !send(fd, bytes + at, piece, MSG_NOSIGNAL);
	}
}

static void send_text(const fake_redis *fake, int fd, const char *text)
{
	send_bytes(fake, fd, text, strlen(text));
}

static void send_last_argument(const fake_redis *fake, int fd, const command *command)
{
	char reply[FAKE_TEXT];
	size_t last = command->count - 1;
	int size = snprintf(reply, sizeof(reply), "$%zu\r\n%.*s\r\n", command->sizes[last],
		(int) command->sizes[last], command->data[last]);

	send_bytes(fake, fd, reply, (size_t) size);
}

/* From the list. False when the connection is to be closed. */
static bool answer_next(fake_redis *fake, int fd, const command *command)
{
	const char *reply = NULL;

	if (fake->replied < fake->reply_count) {
		reply = fake->replies[fake->replied++];
	}
	if (reply == NULL) {
		send_last_argument(fake, fd, command);
	} else if (strcmp(reply, FAKE_CLOSE) == 0) {
		return false;
	} else if (strcmp(reply, FAKE_SILENCE) != 0) {
		send_text(fake, fd, reply);
	}
	return true;
}

static bool answer(fake_redis *fake, int fd, const command *command)
{
	if (is_greeting(command)) {
		send_text(fake, fd, "+OK\r\n");
		return true;
	}
	if (is_verb(command, "CLUSTER")) {
		fake->maps++;
		send_text(fake, fd, fake->slots);
		return true;
	}
	note_command(fake, command);
	if (is_verb(command, "ASKING")) {
		send_text(fake, fd, fake->asking_reply != NULL ? fake->asking_reply : "+OK\r\n");
		return true;
	}
	return answer_next(fake, fd, command);
}

/*
 * Every whole command from the start of the text. Returns the bytes used; *open says whether to go
 * on.
 */
static size_t answer_all(fake_redis *fake, int fd, const char *text, size_t size, bool *open)
{
	const char *at = text;
	const char *next;
	command command;
	bool is_first = true;

	while (*open && (next = parse_command(at, text + size, &command)) != NULL) {
		if (is_first && !is_greeting(&command) && !is_verb(&command, "CLUSTER")) {
			note(fake, "/", 1);
			is_first = false;
		}
		*open = answer(fake, fd, &command);
		at = next;
	}
	return (size_t) (at - text);
}

static bool serve(int fd, void *context)
{
	fake_redis *fake = context;
	char text[65536];
	size_t size = 0;
	ssize_t got = 0;
	bool open = true;

	while (open && (got = recv(fd, text + size, sizeof(text) - size, 0)) > 0) {
		size_t used;

		size += (size_t) got;
		pthread_mutex_lock(&fake->lock);
		used = answer_all(fake, fd, text, size, &open);
		pthread_mutex_unlock(&fake->lock);
		memmove(text, text + used, size - used);
		size -= used;
	}
	pthread_mutex_lock(&fake->lock);
	fake->farewells += open && got == 0;
	pthread_mutex_unlock(&fake->lock);
	return true;
}

static const scripted_step *set_up(fake_redis *fake)
{
	*fake = (fake_redis){ .script = { ACT(serve, fake), CLOSE } };
	pthread_mutex_init(&fake->lock, NULL);
	return fake->script;
}

void fake_redis_start(fake_redis *fake)
{
	const scripted_step *s = set_up(fake);

	fake->server = scripted_server_start(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, NULL);
}

void fake_redis_start_unix(fake_redis *fake)
{
	fake->server = scripted_server_start_unix(set_up(fake), NULL);
}

bool fake_redis_end(fake_redis *fake)
{
	return scripted_server_end(fake->server);
}

uint16_t fake_redis_port(const fake_redis *fake)
{
	return scripted_server_port(fake->server);
}

void fake_redis_reply(fake_redis *fake, const char *format, ...)
{
	static char texts[256][256];
	static unsigned used;
	char *text = texts[used++ % 256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(texts[0]), format, arguments);
	va_end(arguments);
	pthread_mutex_lock(&fake->lock);
	fake->replies[fake->reply_count++] = strcmp(text, FAKE_ECHO) == 0 ? NULL : text;
	pthread_mutex_unlock(&fake->lock);
}

void fake_redis_answer_asking(fake_redis *fake, const char *reply)
{
	pthread_mutex_lock(&fake->lock);
	fake->asking_reply = reply;
	pthread_mutex_unlock(&fake->lock);
}

void fake_redis_slow_down(fake_redis *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->is_slow = true;
	pthread_mutex_unlock(&fake->lock);
}

void fake_redis_set_slots(fake_redis *fake, const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&fake->lock);
	va_start(arguments, format);
	vsnprintf(fake->slots, sizeof(fake->slots), format, arguments);
	va_end(arguments);
	pthread_mutex_unlock(&fake->lock);
}

bool fake_redis_heard(fake_redis *fake, const char *commands)
{
	bool same;

	pthread_mutex_lock(&fake->lock);
	same = strcmp(fake->heard, commands) == 0;
	if (!same) {
		fprintf(stderr, "heard: %s\n", fake->heard);
	}
	fake->heard[0] = '\0';
	pthread_mutex_unlock(&fake->lock);
	return same;
}

static unsigned read_counter(fake_redis *fake, const unsigned *counter)
{
	unsigned value;

	pthread_mutex_lock(&fake->lock);
	value = *counter;
	pthread_mutex_unlock(&fake->lock);
	return value;
}

unsigned fake_redis_maps(fake_redis *fake)
{
	return read_counter(fake, &fake->maps);
}

unsigned fake_redis_farewells(fake_redis *fake)
{
	return read_counter(fake, &fake->farewells);
}
