#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fake_memcached.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "unit.h"

/* One command with its flags taken apart. */
typedef struct command {
	char verb[4];
	char key[FAKE_NAME];
	char mode;      /* of M, or 0 */
	uint64_t cas;   /* of C, or 0 */
	uint32_t ttl;   /* of T or N */
	uint64_t delta; /* of D */
	uint64_t first; /* of J */
	bool wants_value, wants_cas, has_touch, has_autoviv, is_base64;
	uint32_t opaque;
	char value[FAKE_VALUE];
	size_t size;
} command;

typedef struct {
	char bytes[FAKE_VALUE + FAKE_NAME + 128];
	size_t size;
} reply;

/* ---- items ---- */

fake_item *fake_memcached_find_locked(fake_memcached *fake, const char *key)
{
	for (size_t i = 0; i < fake->count; i++) {
		if (strcmp(fake->items[i].key, key) == 0) {
			return &fake->items[i];
		}
	}
	return NULL;
}

void fake_memcached_hold_locked(fake_memcached *fake, const char *key, const void *value,
	size_t size)
{
	fake_item *item = fake_memcached_find_locked(fake, key);

	if (item == NULL) {
		REQUIRE(fake->count < FAKE_ITEMS);
		item = &fake->items[fake->count++];
		*item = (fake_item){ .size = 0 };
		snprintf(item->key, sizeof(item->key), "%s", key);
	}
	REQUIRE(size <= sizeof(item->value));
	memcpy(item->value, value, size);
	item->size = size;
	item->cas = ++fake->cas;
	item->is_awaited = false;
}

void fake_memcached_lose_locked(fake_memcached *fake, const char *key)
{
	fake_item *item = fake_memcached_find_locked(fake, key);

	if (item != NULL) {
		*item = fake->items[--fake->count];
	}
}

void fake_memcached_hold(fake_memcached *fake, const char *key, const void *value, size_t size)
{
	pthread_mutex_lock(&fake->lock);
	fake_memcached_hold_locked(fake, key, value, size);
	pthread_mutex_unlock(&fake->lock);
}

fake_item fake_memcached_item(fake_memcached *fake, const char *key)
{
	fake_item copy = { .size = 0 };
	const fake_item *item;

	pthread_mutex_lock(&fake->lock);
	item = fake_memcached_find_locked(fake, key);
	if (item != NULL) {
		copy = *item;
	}
	pthread_mutex_unlock(&fake->lock);
	return copy;
}

void fake_memcached_lie(fake_memcached *fake, unsigned lies)
{
	pthread_mutex_lock(&fake->lock);
	fake->lies = lies;
	pthread_mutex_unlock(&fake->lock);
}

void fake_memcached_fail(fake_memcached *fake, const char *error)
{
	pthread_mutex_lock(&fake->lock);
	fake->error = error;
	pthread_mutex_unlock(&fake->lock);
}

void fake_memcached_say_left(fake_memcached *fake, int64_t seconds_left)
{
	pthread_mutex_lock(&fake->lock);
	fake->seconds_left = seconds_left;
	pthread_mutex_unlock(&fake->lock);
}

void fake_memcached_lose_cas(fake_memcached *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->has_no_cas = true;
	pthread_mutex_unlock(&fake->lock);
}

void fake_memcached_lose_vivify(fake_memcached *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->lacks_vivify = true;
	pthread_mutex_unlock(&fake->lock);
}

void fake_memcached_let(fake_memcached *fake,
	void (*meanwhile)(fake_memcached *fake, const char *verb))
{
	pthread_mutex_lock(&fake->lock);
	fake->meanwhile = meanwhile;
	pthread_mutex_unlock(&fake->lock);
}

/* ---- replies ---- */

static reply plain(const command *command, const char *code)
{
	reply reply;

	reply.size = (size_t) snprintf(reply.bytes, sizeof(reply.bytes), "%s%s k%s O%" PRIu32 "\r\n",
		code, command->is_base64 ? " b" : "", command->key, command->opaque);
	return reply;
}

static reply stored(const fake_memcached *fake, const command *command, const fake_item *item)
{
	reply reply;

	reply.size = (size_t) snprintf(reply.bytes, sizeof(reply.bytes),
		"HD%s k%s O%" PRIu32 " c%" PRIu64 "\r\n", command->is_base64 ? " b" : "", command->key,
		command->opaque, fake->has_no_cas ? 0 : item->cas);
	return reply;
}

static reply with_flag(const fake_memcached *fake, const command *command, const fake_item *item,
	const char *flag)
{
	int64_t left = fake->seconds_left != -2 ? fake->seconds_left
				   : item->ttl == 0         ? -1
											: (int64_t) item->ttl;
	reply reply;

	reply.size = (size_t) snprintf(reply.bytes, sizeof(reply.bytes),
		"VA %zu%s k%s O%" PRIu32 " c%" PRIu64 " t%" PRId64 "%s\r\n", item->size,
		command->is_base64 ? " b" : "", command->key, command->opaque,
		fake->has_no_cas ? 0 : item->cas, left, flag);
	memcpy(reply.bytes + reply.size, item->value, item->size);
	reply.size += item->size;
	memcpy(reply.bytes + reply.size, "\r\n", 2);
	reply.size += 2;
	return reply;
}

static reply with_value(const fake_memcached *fake, const command *command, const fake_item *item)
{
	return with_flag(fake, command, item, item->is_awaited ? " Z" : "");
}

static reply error(const char *line)
{
	reply reply;

	reply.size = (size_t) snprintf(reply.bytes, sizeof(reply.bytes), "%s\r\n", line);
	return reply;
}

/* ---- verbs ---- */

static reply vivify(fake_memcached *fake, const command *command)
{
	fake_item *item;

	fake_memcached_hold_locked(fake, command->key, "", 0);
	item = fake_memcached_find_locked(fake, command->key);
	item->ttl = command->ttl;
	item->is_awaited = true;
	return with_flag(fake, command, item, " W");
}

static reply do_get(fake_memcached *fake, const command *command)
{
	fake_item *item = fake_memcached_find_locked(fake, command->key);

	if (command->has_autoviv && fake->lacks_vivify) {
		return error("CLIENT_ERROR invalid flag");
	}
	if (item == NULL && command->has_autoviv) {
		return vivify(fake, command);
	}
	if (item == NULL) {
		return plain(command, "EN");
	}
	if (command->has_touch) {
		item->ttl = command->ttl;
	}
	if (!command->wants_value) {
		return plain(command, "HD");
	}
	if (fake->lies > 0) {
		fake->lies--;
		return with_value(fake, command, &fake->items[0]);
	}
	return with_value(fake, command, item);
}

static reply do_set(fake_memcached *fake, const command *command)
{
	fake_item *item = fake_memcached_find_locked(fake, command->key);

	if (command->cas != 0 && (item == NULL || fake->has_no_cas || item->cas != command->cas)) {
		return plain(command, item == NULL ? "NF" : "EX");
	}
	if ((command->mode == 'E' && item != NULL) || (command->mode == 'R' && item == NULL)) {
		return plain(command, "NS");
	}
	fake_memcached_hold_locked(fake, command->key, command->value, command->size);
	item = fake_memcached_find_locked(fake, command->key);
	item->ttl = command->ttl;
	return command->wants_cas ? stored(fake, command, item) : plain(command, "HD");
}

static reply do_delete(fake_memcached *fake, const command *command)
{
	fake_item *item = fake_memcached_find_locked(fake, command->key);

	if (item == NULL) {
		return plain(command, "NF");
	}
	*item = fake->items[--fake->count];
	return plain(command, "HD");
}

/* As the server does it: unsigned, wrapping upwards, stopping at 0 downwards. */
static reply do_count(fake_memcached *fake, const command *command)
{
	fake_item *item = fake_memcached_find_locked(fake, command->key);
	char digits[32] = "";
	uint64_t number = command->first;

	if (item == NULL && !command->has_autoviv) {
		return plain(command, "NF");
	}
	if (item != NULL) {
		memcpy(digits, item->value, item->size < 24 ? item->size : 24);
		if (item->size == 0 || item->size > 24 || strspn(digits, "0123456789 ") != item->size) {
			return error("CLIENT_ERROR cannot increment or decrement non-numeric value");
		}
		number = strtoull(digits, NULL, 10);
		if (command->mode == 'D') {
			number = number < command->delta ? 0 : number - command->delta;
		} else {
			number += command->delta;
		}
	}
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	fake_memcached_hold_locked(fake, command->key, digits, strlen(digits));
	if (item == NULL) {
		fake_memcached_find_locked(fake, command->key)->ttl = command->ttl;
	}
	return with_value(fake, command, fake_memcached_find_locked(fake, command->key));
}

/* ---- commands ---- */

static bool read_line(int fd, char *line, size_t room)
{
	size_t size = 0;

	while (size < room - 1 && recv(fd, line + size, 1, 0) == 1) {
		if (line[size++] == '\n') {
			line[size - 2] = '\0';
			return true;
		}
	}
	return false;
}

static bool read_value(int fd, command *command)
{
	char end[2];

	REQUIRE(command->size <= sizeof(command->value));
	return (command->size == 0 ||
			   recv(fd, command->value, command->size, MSG_WAITALL) == (ssize_t) command->size) &&
		   recv(fd, end, 2, MSG_WAITALL) == 2;
}

static void take_flag(command *command, const char *word)
{
	uint64_t number = strtoull(word + 1, NULL, 10);

	switch (word[0]) {
		case 'M': command->mode = word[1]; break;
		case 'C': command->cas = number; break;
		case 'D': command->delta = number; break;
		case 'J': command->first = number; break;
		case 'O': command->opaque = (uint32_t) number; break;
		case 'b': command->is_base64 = true; break;
		case 'v': command->wants_value = true; break;
		case 'c': command->wants_cas = true; break;
		case 'T':
			command->ttl = (uint32_t) number;
			command->has_touch = true;
			break;
		case 'N':
			command->ttl = (uint32_t) number;
			command->has_autoviv = true;
			break;
	}
}

static bool read_command(int fd, command *command)
{
	char line[1024];
	char *rest = NULL;
	char *word;

	*command = (struct command){ .size = 0 };
	if (!read_line(fd, line, sizeof(line))) {
		return false;
	}
	word = strtok_r(line, " ", &rest);
	snprintf(command->verb, sizeof(command->verb), "%.3s", word == NULL ? "" : word);
	word = strtok_r(NULL, " ", &rest);
	snprintf(command->key, sizeof(command->key), "%s", word == NULL ? "" : word);
	if (strcmp(command->verb, "ms") == 0) {
		command->size = strtoul(strtok_r(NULL, " ", &rest), NULL, 10);
	}
	while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
		take_flag(command, word);
	}
	return strcmp(command->verb, "ms") != 0 || read_value(fd, command);
}

static void note(fake_memcached *fake, const command *command)
{
	size_t used = strlen(fake->heard);
	char mode[3] = { command->mode == 0 ? '\0' : ' ', command->mode, '\0' };

	snprintf(fake->heard + used, sizeof(fake->heard) - used, "%s %s%s%s%s%s; ", command->verb,
		command->key, mode, command->cas != 0 ? " C" : "",
		command->has_touch && command->verb[1] == 'g' ? " T" : "",
		command->has_autoviv && command->verb[1] == 'g' ? " N" : "");
}

static reply answer(fake_memcached *fake, const command *command)
{
	if (strcmp(command->verb, "ver") == 0) {
		return error("VERSION 1.6.18");
	}
	note(fake, command);
	if (fake->meanwhile != NULL) {
		fake->meanwhile(fake, command->verb);
	}
	if (fake->error != NULL) {
		reply reply = error(fake->error);

		fake->error = NULL;
		return reply;
	}
	switch (command->verb[1]) {
		case 'g': return do_get(fake, command);
		case 's': return do_set(fake, command);
		case 'd': return do_delete(fake, command);
		case 'a': return do_count(fake, command);
	}
	return error("ERROR");
}

static bool serve(int fd, void *context)
{
	fake_memcached *fake = context;
	command command;

	while (read_command(fd, &command)) {
		reply reply;

		pthread_mutex_lock(&fake->lock);
		reply = answer(fake, &command);
		pthread_mutex_unlock(&fake->lock);
		(void) !send(fd, reply.bytes, reply.size, MSG_NOSIGNAL);
	}
	return true;
}

void fake_memcached_start(fake_memcached *fake)
{
	const scripted_step *s = fake->script;

	*fake = (fake_memcached){ .script = { ACT(serve, fake), CLOSE }, .seconds_left = -2 };
	pthread_mutex_init(&fake->lock, NULL);
	fake->server = scripted_server_start(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s,
		s, s, s, s, s, s, s, s, s, s, s, s, NULL);
}

bool fake_memcached_end(fake_memcached *fake)
{
	return scripted_server_end(fake->server);
}

uint16_t fake_memcached_port(const fake_memcached *fake)
{
	return scripted_server_port(fake->server);
}

bool fake_memcached_heard(fake_memcached *fake, const char *commands)
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

unsigned fake_memcached_connections(fake_memcached *fake)
{
	return scripted_server_accepted(fake->server);
}
