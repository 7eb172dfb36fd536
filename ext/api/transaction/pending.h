/* pending: what one level of a transaction holds back. */
#ifndef STRATA_API_TRANSACTION_PENDING_H
#define STRATA_API_TRANSACTION_PENDING_H

#include "php.h"

#include "cache/remember/computation.h"
#include "tier/item.h"

typedef enum {
	STRATA_PENDING_SET,
	STRATA_PENDING_DELETE,
	STRATA_PENDING_COMPUTED /* by remember(): a set under a condition */
} strata_pending_kind;

/* The last write of one key. A block of its own in Zend memory, all that it points at included. */
typedef struct {
	strata_pending_kind kind;
	strata_value value;    /* with codec IMAGE only where there is nothing else */
	strata_value image;    /* for the local tier; codec 0: none */
	strata_msec fresh_for; /* its life from the commit on; STRATA_NEVER */
	strata_msec kept_for;  /* the same to the hard end */
	uint64_t version;
	uint64_t generation; /* of the database, when it was set */
	strata_tag *tags;
	uint16_t tag_count;
	strata_computation *computation; /* COMPUTED only */
	bool removes; /* COMPUTED: what was there before has to go whatever becomes of the value */
} strata_pending_write;

/*
 * Tags, database and writes stand in the order in which they are sent: a value that was set after
 * its tag was invalidated is served, one that was set before is a delete here.
 */
typedef struct strata_pending {
	struct strata_pending *outer; /* the level that this one is nested in; NULL: none */
	HashTable writes;             /* strata_pending_write, by key below api/ */
	HashTable tags;               /* the ids of those invalidated, as indices */
	bool is_cleared;              /* the database: all that is not in writes is gone */
} strata_pending;

void strata_pending_init(strata_pending *pending, strata_pending *outer);
void strata_pending_fini(strata_pending *pending);

/* Hold a stamped item back, which was set under this generation, or computed. All is copied. */
void strata_pending_set(strata_pending *pending, const strata_item *item, uint64_t generation);
void strata_pending_set_computed(strata_pending *pending, const strata_item *item,
	const strata_computation *computation);
void strata_pending_delete(strata_pending *pending, strata_view key);

/* A new number for a tag: what was set with it on this level so far is deleted. */
void strata_pending_invalidate(strata_pending *pending, uint64_t id);
void strata_pending_clear(strata_pending *pending);

/* NULL: this level does not touch the key by name. */
const strata_pending_write *strata_pending_find(const strata_pending *pending, strata_view key);

/* Is one of the tags invalidated on this level? */
bool strata_pending_outdates(const strata_pending *pending, const strata_tag *tags, size_t count);

/* What the level holds comes after what its outer one does, and belongs to that from here on. */
void strata_pending_join_outer(strata_pending *pending);

/*
 * Makes the item a hit with the value of the write, which lives as long as the arena: as if it had
 * been committed now. NO_MEMORY as its result where there is none.
 */
void strata_pending_read(const strata_pending_write *write, strata_arena *arena, strata_item *item);

/* Makes a stamped item of the write, to be sent now. Its bytes are the write's. */
strata_item strata_pending_item(const strata_pending_write *write, zend_string *key);

#endif
