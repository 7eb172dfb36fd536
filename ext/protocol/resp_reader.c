/*
 * hiredis knows the protocol; this file decides how much of it to believe. It adds three things:
 *
 *  - Replies are built in the arena by object functions of this file. The stock ones allocate what
 *    the header of an array claims. Here an array is a list that grows by the elements that arrive,
 *    so "*100000000" costs nothing.
 *  - Limits. hiredis buffers a bulk string until all of it is there, whatever length the header
 *    claims. So the bytes of every reply are counted. An attempt that needs more bytes looks at the
 *    header it waits on. A bulk or a line that cannot end within the limits fails at once.
 *  - The count of bytes that no complete reply accounts for. It is the size of the reply that is
 *    being read. When it is 0, no reply of the connection is outstanding.
 *
 * An object function can only return NULL, which hiredis takes for a lack of memory. The true cause
 * waits in the reader.
 *
 * hiredis moves all unparsed bytes after each kilobyte that it has parsed. So it gets its input in
 * small slices: of 64 KiB of replies at once it would move the last ones 64 times.
 */
#include "protocol/resp_reader.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/hiredis.h"
#include "protocol/resp.h"

enum {
	MAX_ELEMENTS = 1000000,  /* in one reply, arrays in arrays counted too */
	MAX_DEPTH = 8,           /* arrays in arrays: as hiredis 0.14, newer ones know no such limit */
	MAX_LINE = 64 * 1024,    /* bytes of a status, an error or a number before its end is seen */
	MAX_LENGTH_LINE = 24,    /* bytes of a length: 20 digits, a sign and the line's end */
	KEPT_BUFFER = 64 * 1024, /* bytes of an emptied input buffer that are worth keeping */
	SLICE = 2048             /* bytes that hiredis gets at a time, where it has not more already */
};

typedef struct {
	redisReader *parser;
	strata_arena *arena; /* of the feed or take that is going on */
	size_t max_reply;    /* bytes */
	strata_view fed;     /* what hiredis has not got yet */
	size_t unfinished;   /* bytes fed since the end of the last complete reply */
	size_t elements;     /* built so far of the reply that is being read */
	strata_result cause; /* why an object function returned NULL, else OK */
	bool broken;         /* a feed or take failed: never drained again */
	bool begun;          /* a byte was fed: the peer has shown what it speaks */
} resp_reader;

/* The real type of an array: the next element goes after the last one. */
typedef struct {
	strata_resp_reply reply;
	strata_resp_reply *last;
} array;

#if HIREDIS_MAJOR >= 1
typedef size_t element_count;

static const redisReadTask *current_task(const redisReader *parser)
{
	return parser->ridx >= 0 ? parser->task[parser->ridx] : NULL;
}
#else
typedef int element_count;

static const redisReadTask *current_task(const redisReader *parser)
{
	return parser->ridx >= 0 ? &parser->rstack[parser->ridx] : NULL;
}
#endif

static void *fail(const redisReadTask *task, strata_result cause)
{
	resp_reader *reader = task->privdata;

	reader->cause = cause;
	return NULL;
}

static void append(const redisReadTask *parent, strata_resp_reply *reply)
{
	array *list;

	if (parent == NULL) {
		return;
	}
	list = parent->obj;
	if (list->last == NULL) {
		list->reply.first = reply;
	} else {
		list->last->next = reply;
	}
	list->last = reply;
	list->reply.count++;
}

/* Room for a reply, or for a larger struct that begins with one. */
static strata_resp_reply *build(const redisReadTask *task, strata_resp_type type, size_t size)
{
	resp_reader *reader = task->privdata;
	strata_resp_reply *reply;

	if (reader->elements++ > MAX_ELEMENTS) {
		return fail(task, STRATA_PROTOCOL);
	}
	reply = strata_arena_alloc(reader->arena, size);
	if (reply == NULL) {
		return fail(task, STRATA_NO_MEMORY);
	}
	memset(reply, 0, size);
	reply->type = type;
	append(task->parent, reply);
	return reply;
}

/* RESP2 only: a server that was not asked for RESP3 sends no other type. */
static bool is_text(int type)
{
	return type == REDIS_REPLY_STRING || type == REDIS_REPLY_STATUS || type == REDIS_REPLY_ERROR;
}

static strata_resp_type text_type(int type)
{
	if (type == REDIS_REPLY_STATUS) {
		return STRATA_RESP_STATUS;
	}
	return type == REDIS_REPLY_ERROR ? STRATA_RESP_ERROR : STRATA_RESP_STRING;
}

static void *create_text(const redisReadTask *task, char *text, size_t size)
{
	resp_reader *reader = task->privdata;
	strata_resp_reply *reply;

	/* hiredis skips the two bytes after a bulk string unseen: other bytes are a lost framing. */
	if (!is_text(task->type) || memcmp(text + size, "\r\n", 2) != 0) {
		return fail(task, STRATA_PROTOCOL);
	}
	if (!strata_arena_charge(reader->arena, size)) {
		return fail(task, STRATA_TOO_LARGE);
	}
	reply = build(task, text_type(task->type), sizeof(*reply));
	if (reply == NULL) {
		return NULL;
	}
	reply->text = strata_arena_copy(reader->arena, (strata_view){ text, size });
	return reply->text.data != NULL ? reply : fail(task, STRATA_NO_MEMORY);
}

static bool is_too_deep(const redisReadTask *task)
{
	uint32_t depth = 0;

	while (task != NULL && depth <= MAX_DEPTH) {
		task = task->parent;
		depth++;
	}
	return depth > MAX_DEPTH;
}

static void *create_array(const redisReadTask *task, element_count claimed)
{
	if (task->type != REDIS_REPLY_ARRAY || (size_t) claimed > MAX_ELEMENTS || is_too_deep(task)) {
		return fail(task, STRATA_PROTOCOL);
	}
	return build(task, STRATA_RESP_ARRAY, sizeof(array));
}

static void *create_integer(const redisReadTask *task, long long integer)
{
	strata_resp_reply *reply = build(task, STRATA_RESP_INTEGER, sizeof(*reply));

	if (reply != NULL) {
		reply->integer = integer;
	}
	return reply;
}

static void *create_nil(const redisReadTask *task)
{
	return build(task, STRATA_RESP_NIL, sizeof(strata_resp_reply));
}

#if HIREDIS_MAJOR >= 1
static void *refuse_double(const redisReadTask *task, double number, char *text, size_t size)
{
	(void) number, (void) text, (void) size;
	return fail(task, STRATA_PROTOCOL);
}

static void *refuse_bool(const redisReadTask *task, int truth)
{
	(void) truth;
	return fail(task, STRATA_PROTOCOL);
}
#endif

/* Not const, as hiredis wants it. Nothing is freed: the arena owns all replies. */
static redisReplyObjectFunctions object_functions = {
	.createString = create_text,
	.createArray = create_array,
	.createInteger = create_integer,
	.createNil = create_nil,
#if HIREDIS_MAJOR >= 1
	.createDouble = refuse_double,
	.createBool = refuse_bool,
#endif
};

void strata_resp_reader_free(void *opaque)
{
	resp_reader *reader = opaque;

	if (reader != NULL && reader->parser != NULL) {
		redisReaderFree(reader->parser);
	}
	free(reader);
}

void *strata_resp_reader_new(size_t max_reply)
{
	resp_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		return NULL;
	}
	reader->max_reply = max_reply;
	reader->parser = redisReaderCreateWithFunctions(&object_functions);
	if (reader->parser == NULL) {
		strata_resp_reader_free(reader);
		return NULL;
	}
	reader->parser->privdata = reader;
	reader->parser->maxbuf = KEPT_BUFFER;
	return reader;
}

static strata_result give_up(resp_reader *reader, strata_result result)
{
	reader->broken = true;
	return result;
}

/* Ends the reader after an error of hiredis. */
static strata_result give_up_with_parser(resp_reader *reader)
{
	if (reader->cause != STRATA_OK) {
		return give_up(reader, reader->cause);
	}
	return give_up(reader,
		reader->parser->err == REDIS_ERR_OOM ? STRATA_NO_MEMORY : STRATA_PROTOCOL);
}

/* Passes the first bytes of the input on to hiredis. */
static int give(resp_reader *reader, size_t size)
{
	strata_view given = { reader->fed.data, size };

	if (size == 0) {
		return REDIS_OK;
	}
	reader->fed = (strata_view){ given.data + size, reader->fed.size - size };
	return redisReaderFeed(reader->parser, given.data, size);
}

strata_result strata_resp_reader_feed(void *opaque, strata_arena *arena, strata_view bytes)
{
	resp_reader *reader = opaque;

	if (bytes.size == 0) {
		return STRATA_OK;
	}
	if (!reader->begun && memchr("+-:$*", bytes.data[0], 5) == NULL) {
		return give_up(reader, STRATA_UNSUPPORTED);
	}
	reader->begun = true;
	reader->arena = arena;
	if (give(reader, reader->fed.size) != REDIS_OK) {
		return give_up_with_parser(reader);
	}
	reader->fed = bytes;
	reader->unfinished += bytes.size;
	return STRATA_OK;
}

/* As much again as it has: more attempts at a long reply would be in vain. */
static size_t next_slice(const resp_reader *reader)
{
	size_t kept = reader->parser->len - reader->parser->pos;
	size_t slice = kept > SLICE ? kept : SLICE;

	return reader->fed.size < slice ? reader->fed.size : slice;
}

/* The next complete reply, or NULL when the input does not hold one. */
static int parse(resp_reader *reader, void **reply)
{
	int status = redisReaderGetReply(reader->parser, reply);

	while (status == REDIS_OK && *reply == NULL && reader->fed.size > 0) {
		status = give(reader, next_slice(reader));
		if (status == REDIS_OK) {
			status = redisReaderGetReply(reader->parser, reply);
		}
	}
	return status;
}

/* True when the bulk string that begins with these bytes claims more than the limit. */
static bool claims_more_than(strata_view bytes, size_t limit)
{
	size_t claimed = 0;

	for (size_t i = 0; i < bytes.size && bytes.data[i] >= '0' && bytes.data[i] <= '9'; i++) {
		size_t digit = (size_t) (bytes.data[i] - '0');

		if (claimed > limit / 10 || digit > limit - claimed * 10) {
			return true;
		}
		claimed = claimed * 10 + digit;
	}
	return false;
}

/* Checks the reply that hiredis waits on: OK while it may still become an allowed one. */
static strata_result may_go_on(const resp_reader *reader)
{
	const redisReader *parser = reader->parser;
	const redisReadTask *task = current_task(parser);
	strata_view waiting = { NULL, parser->len - parser->pos };

	if (reader->unfinished > reader->max_reply) {
		return STRATA_TOO_LARGE;
	}
	if (waiting.size == 0) {
		return STRATA_OK;
	}
	waiting.data = parser->buf + parser->pos;
	if (task == NULL || task->type != REDIS_REPLY_STRING) {
		return waiting.size <= MAX_LINE ? STRATA_OK : STRATA_PROTOCOL;
	}
	if (claims_more_than(waiting, reader->max_reply)) {
		return STRATA_TOO_LARGE;
	}
	return waiting.size <= MAX_LENGTH_LINE ||
				   memmem(waiting.data, MAX_LENGTH_LINE, "\r\n", 2) != NULL
			   ? STRATA_OK
			   : STRATA_PROTOCOL;
}

/* Returns the size of the completed reply and starts counting the next one. */
static size_t complete(resp_reader *reader)
{
	size_t left = reader->parser->len - reader->parser->pos + reader->fed.size;
	size_t size = reader->unfinished - left;

	reader->unfinished = left;
	reader->elements = 0;
	return size;
}

strata_result strata_resp_reader_take(void *opaque, strata_arena *arena, void **reply)
{
	resp_reader *reader = opaque;
	void *taken = NULL;
	strata_result result;

	*reply = NULL;
	reader->arena = arena;
	if (parse(reader, &taken) != REDIS_OK) {
		return give_up_with_parser(reader);
	}
	if (taken == NULL) {
		result = may_go_on(reader);
	} else {
		result = complete(reader) > reader->max_reply ? STRATA_TOO_LARGE : STRATA_OK;
	}
	if (result != STRATA_OK) {
		return give_up(reader, result);
	}
	*reply = taken;
	return STRATA_OK;
}

bool strata_resp_reader_is_drained(const void *opaque)
{
	const resp_reader *reader = opaque;

	return reader->unfinished == 0 && !reader->broken;
}
