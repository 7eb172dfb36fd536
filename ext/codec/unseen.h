/* unseen: looks at what objects write by methods of the script, while it is being written. */
#ifndef STRATA_CODEC_UNSEEN_H
#define STRATA_CODEC_UNSEEN_H

#include "php.h"

#include "codec/serializer.h"
#include "codec/storable.h"

/* A value with such objects that a serializer is writing. */
typedef struct strata_unseen {
	struct strata_unseen *outer;
	const zend_execute_data *frame;     /* of the function of the cache that writes */
	strata_storable met;                /* what was found: the first part that cannot be stored */
	void (*entry)(zend_execute_data *); /* the engine's, when the writing began; not with threads */
	bool is_written_by_php;
	bool has_stopped; /* the writing was ended because of that: the exception is ours */
} strata_unseen;

/*
 * Between the two, what __serialize() and __sleep() of the script hand to the serializer is looked
 * at like the value itself; where it cannot be stored, or needs PHP's serializer while another one
 * writes, an Error ends the writing, and `met` says why. Every begin obliges the caller to one end,
 * also when the request ends in between, and where it does not, to a
 * strata_storable_forget() of `met`.
 */
void strata_unseen_begin(strata_unseen *unseen, const strata_serializer *serializer);
void strata_unseen_end(strata_unseen *unseen);

#endif
