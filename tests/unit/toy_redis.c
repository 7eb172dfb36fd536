#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "toy_redis.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "unit.h"

enum { MOST_ARGUMENTS = 12, ROOM = 4096 };

typedef struct {
	char bytes[ROOM];
	size_t size;
	const char *data[MOST_ARGUMENTS]; /* each followed by a NUL that is not of it */
	size_t sizes[MOST_ARGUMENTS];
	size_t count;
} command;

typedef struct {
	char bytes[TOY_VALUE + 64];
	size_t size;
} reply;

/* ---- keys ---- */

static toy_key *find(toy_redis *toy, const char *name)
{
	for (size_t i = 0; i < toy->count; i++) {
		if (strcmp(toy->keys[i].name, name) == 0) {
			return &toy->keys[i];
		}
	}
	return NULL;
}

void toy_redis_hold_locked(toy_redis *toy, const char *name, const void *value, size_t size)
{
	toy_key *key = find(toy, name);

	if (key == NULL) {
		REQUIRE(toy->count < TOY_KEYS);
		key = &toy->keys[toy->count++];
		*key = (toy_key){ .size = 0 };
		snprintf(key->name, sizeof(key->name), "%s", name);
	}
	REQUIRE(size <= sizeof(key->value));
	memset(key->value, 0, sizeof(key->value));
	memcpy(key->value, value, size);
	key->size = size;
}

void toy_redis_hold(toy_redis *toy, const char *name, const void *value, size_t size)
{
	pthread_mutex_lock(&toy->lock);
	toy_redis_hold_locked(toy, name, value, size);
	pthread_mutex_unlock(&toy->lock);
}

void toy_redis_live(toy_redis *toy, const char *name, int64_t life)
{
	pthread_mutex_lock(&toy->lock);
	find(toy, name)->life = life;
	pthread_mutex_unlock(&toy->lock);
}

toy_key toy_redis_key(toy_redis *toy, const char *name)
{
	toy_key copy = { .size = 0 };
	const toy_key *key;

	pthread_mutex_lock(&toy->lock);
	key = find(toy, name);
	if (key != NULL) {
		copy = *key;
	}
	pthread_mutex_unlock(&toy->lock);
	return copy;
}

void toy_redis_lie(toy_redis *toy, unsigned lies)
{
	pthread_mutex_lock(&toy->lock);
	toy->lies = lies;
	pthread_mutex_unlock(&toy->lock);
}

void toy_redis_say(toy_redis *toy, const char *reply)
{
	pthread_mutex_lock(&toy->lock);
	toy->reply = reply;
	pthread_mutex_unlock(&toy->lock);
}

void toy_redis_refuse(toy_redis *toy, const char *verb)
{
	size_t count = 0;

	pthread_mutex_lock(&toy->lock);
	while (toy->refused[count] != NULL) {
		REQUIRE(++count < TOY_REFUSED);
	}
	toy->refused[count] = verb;
	pthread_mutex_unlock(&toy->lock);
}

void toy_redis_tell_time(toy_redis *toy, uint64_t time)
{
	pthread_mutex_lock(&toy->lock);
	toy->time = time;
	pthread_mutex_unlock(&toy->lock);
}

void toy_redis_let(toy_redis *toy, void (*meanwhile)(toy_redis *toy, const char *verb))
{
	pthread_mutex_lock(&toy->lock);
	toy->meanwhile = meanwhile;
	pthread_mutex_unlock(&toy->lock);
}

/* ---- replies ---- */

__attribute__((format(printf, 1, 2))) static reply line(const char *format, ...)
{
	va_list arguments;
	reply reply;

	va_start(arguments, format);
	reply.size = (size_t) vsnprintf(reply.bytes, sizeof(reply.bytes), format, arguments);
	va_end(arguments);
	return reply;
}

static reply bulk(const toy_key *key)
{
	reply reply;

	if (key == NULL) {
		return line("$-1\r\n");
	}
	reply = line("$%zu\r\n", key->size);
	memcpy(reply.bytes + reply.size, key->value, key->size);
	memcpy(reply.bytes + reply.size + key->size, "\r\n", 2);
	reply.size += key->size + 2;
	return reply;
}

/* ---- commands ---- */

static bool is_verb(const command *command, const char *verb)
{
	return strcmp(command->data[0], verb) == 0;
}

static bool has_option(const command *command, const char *option)
{
	for (size_t i = 3; i < command->count; i++) {
		if (strcmp(command->data[i], option) == 0) {
			return true;
		}
	}
	return false;
}

static void store(toy_redis *toy, const char *name, const char *value, size_t size, int64_t life)
{
	toy_redis_hold_locked(toy, name, value, size);
	find(toy, name)->life = life;
}

static reply do_get(toy_redis *toy, const command *command)
{
	if (toy->lies > 0) {
		toy->lies--;
		return bulk(&toy->keys[0]);
	}
	return bulk(find(toy, command->data[1]));
}

/* Of one name. */
static reply do_mget(toy_redis *toy, const command *command)
{
	reply only = bulk(find(toy, command->data[1]));
	reply all = line("*1\r\n");

	memcpy(all.bytes + all.size, only.bytes, only.size);
	all.size += only.size;
	return all;
}

static reply do_set(toy_redis *toy, const command *command)
{
	bool is_there = find(toy, command->data[1]) != NULL;
	int64_t life = has_option(command, "PX")   ? strtoll(command->data[4], NULL, 10)
				   : has_option(command, "EX") ? strtoll(command->data[4], NULL, 10) * 1000
											   : 0;

	if ((has_option(command, "NX") && is_there) || (has_option(command, "XX") && !is_there)) {
		return line("$-1\r\n");
	}
	store(toy, command->data[1], command->data[2], command->sizes[2], life);
	return line("+OK\r\n");
}

static reply do_unlink(toy_redis *toy, const command *command)
{
	toy_key *key = find(toy, command->data[1]);

	if (key != NULL) {
		*key = toy->keys[--toy->count];
	}
	return line(":%d\r\n", key != NULL);
}

static reply do_expire(toy_redis *toy, const command *command, int64_t life)
{
	toy_key *key = find(toy, command->data[1]);
	bool changes = key != NULL && (life != 0 || key->life != 0);

	if (key != NULL) {
		key->life = life;
	}
	return line(":%d\r\n", changes);
}

static reply do_count(toy_redis *toy, const char *name, int64_t by)
{
	toy_key *key = find(toy, name);
	char digits[32] = "0";
	char *end;
	int64_t sum;

	if (key != NULL) {
		memcpy(digits, key->value, key->size < 31 ? key->size : 31);
		digits[key->size < 31 ? key->size : 31] = '\0';
	}
	sum = strtoll(digits, &end, 10);
	if (*end != '\0' || digits[0] == '\0') {
		return line("-ERR value is not an integer or out of range\r\n");
	}
	if (__builtin_add_overflow(sum, by, &sum)) {
		return line("-ERR increment or decrement would overflow\r\n");
	}
	snprintf(digits, sizeof(digits), "%" PRId64, sum);
	toy_redis_hold_locked(toy, name, digits, strlen(digits));
	return line(":%" PRId64 "\r\n", sum);
}

/* ---- scripts, known by a word of theirs: EVAL script 1 key arguments ---- */

static const char *script_of(const command *command)
{
	if (!is_verb(command, "EVAL")) {
		return NULL;
	}
	if (strstr(command->data[1], "SETRANGE',KEYS[1],0,''") != NULL) {
		return "proof";
	}
	if (strstr(command->data[1], "head..(digit") != NULL) {
		return "number";
	}
	if (strstr(command->data[1], "PEXPIRE") != NULL) {
		return "lease";
	}
	if (strstr(command->data[1], "GETRANGE") != NULL) {
		return strstr(command->data[1], "SETRANGE") != NULL ? "leave"
			   : strstr(command->data[1], "UNLINK") != NULL ? "discard"
			   : strstr(command->data[1], "EXISTS") != NULL ? "put"
															: "swap";
	}
	return strstr(command->data[1], "INCRBY") != NULL ? "count" : "raise";
}

/* Does this stand there, from this byte to that? The last one may be -1. */
static bool holds(const toy_key *key, const command *command, const char *from, const char *to)
{
	size_t first = strtoul(from, NULL, 10);
	size_t size = key == NULL ? 0 : key->size;
	size_t end = strcmp(to, "-1") == 0 ? size : strtoul(to, NULL, 10) + 1;

	end = end < size ? end : size;
	return first + command->sizes[4] == (end > first ? end : first) &&
		   (command->sizes[4] == 0 ||
			   memcmp(key->value + first, command->data[4], command->sizes[4]) == 0);
}

static reply run_lease(toy_redis *toy, const command *command)
{
	toy_key *key = find(toy, command->data[3]);
	int64_t life = strtoll(command->data[6], NULL, 10);

	if (!holds(key, command, "0", "95")) {
		return line(":0\r\n");
	}
	REQUIRE(key != NULL && key->size >= 96 && command->sizes[5] == 16);
	memcpy(key->value + 8, command->data[5], 16);
	key->life = life != 0 ? life : key->life;
	return line(":1\r\n");
}

static reply run_leave(toy_redis *toy, const command *command)
{
	toy_key *key = find(toy, command->data[3]);

	if (!holds(key, command, "8", "15")) {
		return line(":0\r\n");
	}
	REQUIRE(key != NULL && command->sizes[5] == 8);
	memcpy(key->value + 16, command->data[5], 8);
	return line(":1\r\n");
}

/* What is there by its codec alone: times are for a real server. */
static reply run_put(toy_redis *toy, const command *command)
{
	const toy_key *key = find(toy, command->data[3]);
	bool is_placeholder = key != NULL && key->size == 96 &&
						  memcmp(key->value, command->data[7], 8) == 0 && key->value[40] == 9;

	REQUIRE(command->sizes[7] == 8);
	if ((key != NULL && !is_placeholder) == (strcmp(command->data[8], "add") == 0)) {
		return line(":0\r\n");
	}
	store(toy, command->data[3], command->data[4], command->sizes[4],
		strtoll(command->data[5], NULL, 10));
	return line(":1\r\n");
}

static reply run_discard(toy_redis *toy, const command *command)
{
	toy_key *key = find(toy, command->data[3]);

	if (!holds(key, command, command->data[5], command->data[6])) {
		return line(":0\r\n");
	}
	*key = toy->keys[--toy->count];
	return line(":1\r\n");
}

static reply run_swap(toy_redis *toy, const command *command)
{
	if (!holds(find(toy, command->data[3]), command, command->data[7], command->data[8])) {
		return line(":0\r\n");
	}
	store(toy, command->data[3], command->data[5], command->sizes[5],
		strtoll(command->data[6], NULL, 10));
	return line(":1\r\n");
}

static reply run_count(toy_redis *toy, const command *command)
{
	const char *name = command->data[3];

	if (find(toy, name) != NULL) {
		reply counted = do_count(toy, name, strtoll(command->data[6], NULL, 10));

		return counted.bytes[0] == '-' ? counted : bulk(find(toy, name));
	}
	if (command->sizes[4] == 0) {
		return line("-ERR increment would overflow\r\n");
	}
	store(toy, name, command->data[4], command->sizes[4], strtoll(command->data[5], NULL, 10));
	return bulk(find(toy, name));
}

/* At least, else this, at most. */
static reply run_raise(toy_redis *toy, const command *command)
{
	const toy_key *key = find(toy, command->data[3]);
	uint64_t held = key == NULL ? 0 : strtoull(key->value, NULL, 10);

	if (held < strtoull(command->data[4], NULL, 10) ||
		held > strtoull(command->data[6], NULL, 10)) {
		store(toy, command->data[3], command->data[5], command->sizes[5], 0);
	}
	return bulk(find(toy, command->data[3]));
}

/* The same of a tag: what is less becomes the next, or one more than it was. */
static reply run_number(toy_redis *toy, const command *command)
{
	const toy_key *key = find(toy, command->data[3]);
	uint64_t held = key == NULL ? 0 : strtoull(key->value, NULL, 10);
	uint64_t next = strtoull(command->data[5], NULL, 10);
	char digits[24];

	held = held > strtoull(command->data[6], NULL, 10) ? 0 : held;
	if (held < strtoull(command->data[4], NULL, 10)) {
		held = held < next ? next : held + 1;
	}
	snprintf(digits, sizeof(digits), "%" PRIu64, held);
	store(toy, command->data[3], digits, strlen(digits),
		strtoll(command->data[7], NULL, 10) * 1000);
	return bulk(find(toy, command->data[3]));
}

typedef struct {
	const char *name;
	reply (*run)(toy_redis *toy, const command *command);
} script;

static reply run_script(toy_redis *toy, const command *command)
{
	static const script scripts[] = { { "swap", run_swap }, { "lease", run_lease },
		{ "leave", run_leave }, { "discard", run_discard }, { "put", run_put },
		{ "count", run_count }, { "raise", run_raise }, { "number", run_number } };

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (strcmp(script_of(command), scripts[i].name) == 0) {
			return scripts[i].run(toy, command);
		}
	}
	return line(":1\r\n");
}

/* ---- serving ---- */

static reply tell_time(uint64_t time)
{
	char seconds[24], rest[24];

	snprintf(seconds, sizeof(seconds), "%" PRIu64, time / 1000000);
	snprintf(rest, sizeof(rest), "%" PRIu64, time % 1000000);
	return line("*2\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(seconds), seconds, strlen(rest), rest);
}

static reply do_getrange(toy_redis *toy, const command *command)
{
	const toy_key *key = find(toy, command->data[1]);
	toy_key part = { .size = 0 };

	REQUIRE(strcmp(command->data[2], "0") == 0 && strcmp(command->data[3], "95") == 0);
	if (key != NULL) {
		part = *key;
		part.size = part.size < 96 ? part.size : 96;
	}
	return bulk(&part);
}

static reply do_setrange(toy_redis *toy, const command *command)
{
	char whole[TOY_VALUE] = { 0 };
	const toy_key *key = find(toy, command->data[1]);
	int64_t life = key == NULL ? 0 : key->life;
	size_t size = key == NULL ? 0 : key->size;

	REQUIRE(strcmp(command->data[2], "0") == 0 && command->sizes[3] <= TOY_VALUE);
	if (key != NULL) {
		memcpy(whole, key->value, size);
	}
	memcpy(whole, command->data[3], command->sizes[3]);
	size = size > command->sizes[3] ? size : command->sizes[3];
	store(toy, command->data[1], whole, size, life);
	return line(":%zu\r\n", size);
}

static bool is_refused(const toy_redis *toy, const command *command)
{
	for (size_t i = 0; i < TOY_REFUSED && toy->refused[i] != NULL; i++) {
		if (is_verb(command, toy->refused[i])) {
			return true;
		}
	}
	return false;
}

static reply do_command(toy_redis *toy, const command *command)
{
	if (is_refused(toy, command)) {
		return line("-NOPERM User app has no permissions to run the '%s' command\r\n",
			command->data[0]);
	}
	if (is_verb(command, "SETRANGE")) {
		return do_setrange(toy, command);
	}
	if (is_verb(command, "GETRANGE")) {
		return do_getrange(toy, command);
	}
	if (is_verb(command, "TIME")) {
		return tell_time(toy->time);
	}
	if (script_of(command) != NULL) {
		return run_script(toy, command);
	}
	if (is_verb(command, "GET")) {
		return do_get(toy, command);
	}
	if (is_verb(command, "MGET")) {
		return do_mget(toy, command);
	}
	if (is_verb(command, "SET")) {
		return do_set(toy, command);
	}
	if (is_verb(command, "UNLINK")) {
		return do_unlink(toy, command);
	}
	if (is_verb(command, "INCRBY")) {
		return do_count(toy, command->data[1], strtoll(command->data[2], NULL, 10));
	}
	if (is_verb(command, "PEXPIRE")) {
		return do_expire(toy, command, strtoll(command->data[2], NULL, 10));
	}
	if (is_verb(command, "PERSIST")) {
		return do_expire(toy, command, 0);
	}
	return line("-ERR unknown command\r\n");
}

static void note(toy_redis *toy, const command *command)
{
	size_t used = strlen(toy->heard);
	const char *script = script_of(command);
	const char *condition = has_option(command, "NX")   ? " NX"
							: has_option(command, "XX") ? " XX"
														: "";

	snprintf(toy->heard + used, sizeof(toy->heard) - used, "%s %s%s; ",
		script != NULL ? script : command->data[0],
		command->count < 2 ? "" : command->data[script != NULL ? 3 : 1], condition);
}

static reply answer(toy_redis *toy, const command *command)
{
	if (is_verb(command, "CLIENT") || is_verb(command, "READONLY")) {
		return line("+OK\r\n");
	}
	if (is_verb(command, "CLUSTER")) {
		return line("%s", toy->slots);
	}
	note(toy, command);
	if (toy->meanwhile != NULL) {
		toy->meanwhile(toy, script_of(command) != NULL ? script_of(command) : command->data[0]);
	}
	if (toy->reply != NULL) {
		reply reply = line("%s", toy->reply);

		toy->reply = NULL;
		return reply;
	}
	return do_command(toy, command);
}

static bool read_bytes(int fd, char *bytes, size_t size)
{
	return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t) size;
}

static bool read_length(int fd, size_t *length)
{
	char digits[24];
	size_t size = 0;

	while (size < sizeof(digits) - 1 && read_bytes(fd, digits + size, 1)) {
		if (digits[size++] == '\n') {
			digits[size] = '\0';
			*length = strtoul(digits + 1, NULL, 10);
			return true;
		}
	}
	return false;
}

static bool read_command(int fd, command *command)
{
	command->size = 0;
	if (!read_length(fd, &command->count) || command->count > MOST_ARGUMENTS) {
		return false;
	}
	for (size_t i = 0; i < command->count; i++) {
		char *at = command->bytes + command->size;

		if (!read_length(fd, &command->sizes[i]) ||
			command->size + command->sizes[i] + 2 > sizeof(command->bytes) ||
			!read_bytes(fd, at, command->sizes[i] + 2)) {
			return false;
		}
		at[command->sizes[i]] = '\0';
		command->data[i] = at;
		command->size += command->sizes[i] + 1;
	}
	return true;
}

static bool serve(int fd, void *context)
{
	toy_redis *toy = context;
	command command;

	while (read_command(fd, &command)) {
		reply reply;

		pthread_mutex_lock(&toy->lock);
		reply = answer(toy, &command);
		pthread_mutex_unlock(&toy->lock);
		(void) !send(fd, reply.bytes, reply.size, MSG_NOSIGNAL);
	}
	return true;
}

void toy_redis_start(toy_redis *toy)
{
	const scripted_step *s = toy->script;

	*toy = (toy_redis){ .script = { ACT(serve, toy), CLOSE } };
	pthread_mutex_init(&toy->lock, NULL);
	toy->server = scripted_server_start(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s,
		s, s, s, s, s, s, s, s, s, s, s, s, NULL);
}

bool toy_redis_end(toy_redis *toy)
{
	return scripted_server_end(toy->server);
}

uint16_t toy_redis_port(const toy_redis *toy)
{
	return scripted_server_port(toy->server);
}

void toy_redis_form_cluster(toy_redis *toys, unsigned count)
{
	char slots[sizeof(toys->slots)];
	size_t size = (size_t) snprintf(slots, sizeof(slots), "*%u\r\n", count);

	for (unsigned i = 0; i < count; i++) {
		size += (size_t) snprintf(slots + size, sizeof(slots) - size,
			"*3\r\n:%u\r\n:%u\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n", 16384 * i / count,
			16384 * (i + 1) / count - 1, (unsigned) toy_redis_port(&toys[i]));
	}
	for (unsigned i = 0; i < count; i++) {
		pthread_mutex_lock(&toys[i].lock);
		memcpy(toys[i].slots, slots, size + 1);
		pthread_mutex_unlock(&toys[i].lock);
	}
}

void toy_redis_form_pair(toy_redis *toys)
{
	for (unsigned i = 0; i < 2; i++) {
		pthread_mutex_lock(&toys[i].lock);
		snprintf(toys[i].slots, sizeof(toys[i].slots),
			"*1\r\n*4\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n*2\r\n$9\r\n127.0.0.1\r\n"
			":%u\r\n",
			(unsigned) toy_redis_port(&toys[0]), (unsigned) toy_redis_port(&toys[1]));
		pthread_mutex_unlock(&toys[i].lock);
	}
}

bool toy_redis_heard(toy_redis *toy, const char *commands)
{
	bool same;

	pthread_mutex_lock(&toy->lock);
	same = strcmp(toy->heard, commands) == 0;
	if (!same) {
		fprintf(stderr, "heard: %s\n", toy->heard);
	}
	toy->heard[0] = '\0';
	pthread_mutex_unlock(&toy->lock);
	return same;
}

unsigned toy_redis_connections(toy_redis *toy)
{
	return scripted_server_accepted(toy->server);
}
