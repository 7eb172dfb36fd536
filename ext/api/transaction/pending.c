/*
 * Each key has one write here, its last. So a transaction takes as much memory as it has keys, of
 * the request: memory_limit bounds it. A write is complete before it is linked, and joining two
 * levels makes room first: a request that ends for want of memory leaves a state that can be sent.
 */
#include "api/transaction/pending.h"

#include "api/request/globals.h"
#include "base/image.h"
#include "os/clock.h"

/* ---- one write ---- */

static void free_write(zval *held)
{
	efree(Z_PTR_P(held));
}

static size_t size_of_relocations(const strata_value *image)
{
	return image->relocation_count * sizeof(*image->relocations);
}

static bool is_image(const strata_value *value)
{
	return strata_codec_is_image(value->codec);
}

/* Moves on by as much as it writes. */
static void *append(char **at, const void *bytes, size_t size)
{
	void *start = *at;

	if (size > 0) {
		memcpy(start, bytes, size);
	}
	*at += size;
	return start;
}

static void append_image(char **at, const strata_value *from, strata_value *image)
{
	*image = *from;
	image->relocations = append(at, from->relocations, size_of_relocations(from));
	image->bytes.data = append(at, from->bytes.data, from->bytes.size);
}

static strata_msec span(strata_msec from, strata_msec to)
{
	return to == STRATA_NEVER ? STRATA_NEVER : to - from;
}

static uint64_t next_moment(void)
{
	return ++STRATA_G(transaction_moment);
}

/* All in one block: what has to be aligned comes first. */
static strata_pending_write *copy_item(const strata_item *item,
	const strata_computation *computation)
{
	const strata_value *image = &item->local.image;
	size_t images = is_image(image) ? size_of_relocations(image) + image->bytes.size : 0;
	size_t bytes = is_image(&item->value) ? 0 : item->value.bytes.size;
	size_t tags = item->tag_count * sizeof(*item->tags);
	strata_pending_write *write =
		emalloc(sizeof(*write) + sizeof(*computation) + tags + images + bytes);
	char *at = (char *) (write + 1);

	*write = (strata_pending_write){ .kind = STRATA_PENDING_SET,
		.value = item->value,
		.fresh_for = span(item->created_at, item->fresh_until),
		.kept_for = span(item->created_at, item->expires_at),
		.version = item->version,
		.moment = next_moment(),
		.tag_count = item->tag_count };
	if (computation != NULL) {
		write->kind = STRATA_PENDING_COMPUTED;
		write->computation = append(&at, computation, sizeof(*computation));
	}
	write->tags = append(&at, item->tags, tags);
	if (is_image(image)) {
		append_image(&at, image, &write->image);
	}
	if (is_image(&item->value)) {
		write->value = write->image;
	} else {
		write->value.bytes.data = append(&at, item->value.bytes.data, bytes);
	}
	return write;
}

static strata_pending_write *new_delete(void)
{
	strata_pending_write *write = emalloc(sizeof(*write));

	*write = (strata_pending_write){ .kind = STRATA_PENDING_DELETE, .moment = next_moment() };
	return write;
}

/* ---- one level ---- */

void strata_pending_init(strata_pending *pending, strata_pending *outer)
{
	pending->outer = outer;
	pending->is_cleared = false;
	pending->cleared_at = 0;
	zend_hash_init(&pending->writes, 0, NULL, free_write, false);
	zend_hash_init(&pending->tags, 0, NULL, NULL, false);
	zend_hash_real_init_mixed(&pending->tags);
}

void strata_pending_fini(strata_pending *pending)
{
	zend_hash_destroy(&pending->writes);
	zend_hash_destroy(&pending->tags);
}

static void link_write(strata_pending *pending, strata_view key, strata_pending_write *write)
{
	zend_hash_str_update_ptr(&pending->writes, key.data, key.size, write);
}

/* Of a value that remember() computed since something earlier in this transaction hid the old. */
static bool replaces_any(const strata_pending *pending, strata_view key)
{
	for (; pending != NULL; pending = pending->outer) {
		const strata_pending_write *write = strata_pending_find(pending, key);

		if (write != NULL) {
			return write->kind != STRATA_PENDING_COMPUTED || write->removes;
		}
	}
	return false;
}

void strata_pending_set(strata_pending *pending, const strata_item *item, uint64_t generation)
{
	strata_pending_write *write = copy_item(item, NULL);

	write->generation = generation;
	link_write(pending, item->key, write);
}

void strata_pending_set_computed(strata_pending *pending, const strata_item *item,
	const strata_computation *computation)
{
	const strata_pending_write *before = strata_pending_find(pending, item->key);
	strata_pending_write *write = copy_item(item, computation);

	write->moment = before != NULL ? before->moment : 0;
	write->generation = computation->generation;
	write->removes = replaces_any(pending, item->key);
	link_write(pending, item->key, write);
}

void strata_pending_delete(strata_pending *pending, strata_view key)
{
	link_write(pending, key, new_delete());
}

static bool bears(const strata_pending_write *write, uint64_t id)
{
	for (uint16_t i = 0; i < write->tag_count; i++) {
		if (write->tags[i].id == id) {
			return true;
		}
	}
	return false;
}

void strata_pending_invalidate(strata_pending *pending, uint64_t id)
{
	zval moment;
	zval *held;

	ZVAL_LONG(&moment, (zend_long) next_moment());
	zend_hash_index_update(&pending->tags, id, &moment);
	ZEND_HASH_FOREACH_VAL(&pending->writes, held)
	{
		strata_pending_write *write = Z_PTR_P(held);

		if (bears(write, id)) {
			ZVAL_PTR(held, new_delete());
			efree(write);
		}
	}
	ZEND_HASH_FOREACH_END();
}

void strata_pending_clear(strata_pending *pending)
{
	zend_hash_clean(&pending->writes);
	pending->is_cleared = true;
	pending->cleared_at = next_moment();
}

const strata_pending_write *strata_pending_find(const strata_pending *pending, strata_view key)
{
	return zend_hash_str_find_ptr(&pending->writes, key.data, key.size);
}

bool strata_pending_outdates(const strata_pending *pending, const strata_tag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (zend_hash_index_exists(&pending->tags, tags[i].id)) {
			return true;
		}
	}
	return false;
}

bool strata_pending_speaks_since(const strata_pending *pending, const strata_item *item,
	uint64_t moment)
{
	const strata_pending_write *write = strata_pending_find(pending, item->key);

	if (pending->cleared_at > moment || (write != NULL && write->moment > moment)) {
		return true;
	}
	for (uint16_t i = 0; i < item->tag_count; i++) {
		const zval *invalidated = zend_hash_index_find(&pending->tags, item->tags[i].id);

		if (invalidated != NULL && (uint64_t) Z_LVAL_P(invalidated) > moment) {
			return true;
		}
	}
	return false;
}

static void make_room(HashTable *outer, const HashTable *inner)
{
	zend_hash_extend(outer, outer->nNumUsed + zend_hash_num_elements(inner), false);
}

void strata_pending_join_outer(strata_pending *pending)
{
	strata_pending *outer = pending->outer;
	zend_string *key;
	zend_ulong id;
	void *write;

	make_room(&outer->writes, &pending->writes);
	make_room(&outer->tags, &pending->tags);
	if (pending->is_cleared) {
		strata_pending_clear(outer);
	}
	ZEND_HASH_FOREACH_NUM_KEY(&pending->tags, id)
	{
		strata_pending_invalidate(outer, id);
	}
	ZEND_HASH_FOREACH_END();
	pending->writes.pDestructor = NULL;
	ZEND_HASH_FOREACH_STR_KEY_PTR(&pending->writes, key, write)
	{
		zend_hash_update_ptr(&outer->writes, key, write);
	}
	ZEND_HASH_FOREACH_END();
	strata_pending_fini(pending);
}

/* ---- reading and sending ---- */

static strata_msec moment(strata_msec now, strata_msec span)
{
	return span == STRATA_NEVER ? STRATA_NEVER : now + span;
}

static void stamp(const strata_pending_write *write, strata_item *item)
{
	item->created_at = strata_clock_wall_msec();
	item->fresh_until = moment(item->created_at, write->fresh_for);
	item->expires_at = moment(item->created_at, write->kept_for);
	item->version = write->version;
}

/* Placed, as the local tier would have it, in the arena. */
static bool read_image(const strata_value *image, strata_arena *arena, strata_item *item)
{
	char *room = strata_arena_alloc(arena, image->bytes.size);

	if (room == NULL) {
		return false;
	}
	strata_image_place(room, (uintptr_t) room, image);
	item->value = (strata_value){ .codec = image->codec, .bytes = { room, image->bytes.size } };
	item->local.origin = room;
	return true;
}

/* The script's code runs while the value is made, and may write the key anew. */
static bool read_bytes(const strata_value *value, strata_arena *arena, strata_item *item)
{
	item->value = *value;
	item->value.bytes = strata_arena_copy(arena, value->bytes);
	return item->value.bytes.data != NULL;
}

static bool read_tags(const strata_pending_write *write, strata_arena *arena, strata_item *item)
{
	size_t size = write->tag_count * sizeof(*write->tags);

	item->tag_count = write->tag_count;
	item->tags = size == 0 ? NULL : strata_arena_alloc(arena, size);
	if (item->tags != NULL) {
		memcpy(item->tags, write->tags, size);
	}
	return size == 0 || item->tags != NULL;
}

void strata_pending_read(const strata_pending_write *write, strata_arena *arena, strata_item *item)
{
	bool has_room;

	item->local = (strata_local_hit){ 0 };
	item->node = NULL;
	item->tier = STRATA_TIER_COUNT;
	stamp(write, item);
	has_room = is_image(&write->image) ? read_image(&write->image, arena, item)
									   : read_bytes(&write->value, arena, item);
	has_room = has_room && read_tags(write, arena, item);
	item->result = has_room ? STRATA_OK : STRATA_NO_MEMORY;
}

strata_item strata_pending_item(const strata_pending_write *write, zend_string *key)
{
	strata_item item = { .key = { ZSTR_VAL(key), ZSTR_LEN(key) },
		.value.codec = STRATA_CODEC_NULL };

	if (write->kind != STRATA_PENDING_DELETE) {
		item.value = write->value;
		item.local.image = write->image;
		item.tags = write->tags;
		item.tag_count = write->tag_count;
		stamp(write, &item);
	}
	return item;
}
