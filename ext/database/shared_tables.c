/*
 * Generations decide which entries of the heap count, so they are kept with it. All else of a
 * segment is of processes that live: slots, pins, leases, locks. A process that is alone begins it
 * anew. Tags are a cache of what servers know, and are asked for anew.
 */
#include "database/shared_tables.h"

#include <string.h>

#include "store/store.h"

static strata_result new_passing(strata_host *passing, strata_process_slots *slots,
	strata_shared_tables *out)
{
	strata_result result = STRATA_OK;

	out->slots = slots;
	if (slots == NULL) {
		result = strata_process_slots_new(passing, &out->slots);
	}
	if (result == STRATA_OK) {
		result = strata_pins_new(passing, out->slots, &out->pins);
	}
	if (result == STRATA_OK) {
		result = strata_leases_new(passing, out->slots, &out->leases);
	}
	if (result == STRATA_OK) {
		result = strata_lock_table_new(passing, out->slots, &out->locks);
	}
	if (result == STRATA_OK) {
		result = strata_tag_table_new(passing, &out->tag_table);
	}
	return result;
}

strata_result strata_shared_tables_new(strata_host *kept, strata_host *passing,
	strata_process_slots *slots, strata_shared_tables *out)
{
	strata_result result;

	*out = (strata_shared_tables){ .slots = slots };
	result = strata_generations_new(kept, &out->generations);
	return result == STRATA_OK ? new_passing(passing, slots, out) : result;
}

void strata_shared_tables_free(strata_shared_tables *tables)
{
	strata_tag_table_free(tables->tag_table);
	strata_generations_free(tables->generations);
	strata_lock_table_free(tables->locks);
	strata_leases_free(tables->leases);
	strata_pins_free(tables->pins);
}

/* ---- a named segment ---- */

/* Opens them in this memory and lets go of them again. */
typedef struct {
	strata_host *kept;
	strata_host *passing;
	strata_shared_tables tables;
} opened;

static void close_all(opened *opened)
{
	strata_shared_tables_free(&opened->tables);
	strata_process_slots_free(opened->tables.slots);
	strata_host_free(opened->kept);
	strata_host_free(opened->passing);
}

strata_result strata_shared_tables_measure(strata_shared_layout *out)
{
	opened scratch = { 0 };
	strata_result result = strata_host_new(&scratch.kept);
	size_t kept_head = 0, passing_head = 0;

	*out = (strata_shared_layout){ 0 };
	if (result == STRATA_OK) {
		result = strata_host_new(&scratch.passing);
	}
	if (result == STRATA_OK) {
		kept_head = strata_host_used(scratch.kept);
		passing_head = strata_host_used(scratch.passing);
		result = strata_shared_tables_new(scratch.kept, scratch.passing, NULL, &scratch.tables);
	}
	if (result == STRATA_OK) {
		out->kept = strata_host_used(scratch.kept) - kept_head;
		out->passing = strata_host_used(scratch.passing) - passing_head;
		out->stamp = strata_host_stamp(scratch.kept) * 31 + strata_host_stamp(scratch.passing);
	}
	close_all(&scratch);
	return result;
}

/* *is_sound: the numbers are as they were left. */
static strata_result prepare_tables(const strata_segment_memory *memory,
	strata_segment_condition condition, size_t kept, bool *is_sound)
{
	strata_host_birth birth =
		condition == STRATA_SEGMENT_NEW ? STRATA_HOST_MADE : STRATA_HOST_MENDED;
	char *passing = (char *) memory->control + kept;
	size_t rest = memory->control_size - kept;
	opened opened = { 0 };
	strata_result result = strata_host_new_in(memory->control, kept, birth, &opened.kept);

	*is_sound = false;
	if (result == STRATA_OK) {
		result = strata_host_new_in(passing, rest, STRATA_HOST_MADE, &opened.passing);
	}
	if (result == STRATA_OK && condition == STRATA_SEGMENT_LEFT) {
		memset(passing, 0, rest);
	}
	if (result == STRATA_OK) {
		result = strata_shared_tables_new(opened.kept, opened.passing, NULL, &opened.tables);
	}
	if (result == STRATA_OK) {
		*is_sound = strata_generations_mend(opened.tables.generations);
	}
	close_all(&opened);
	return result;
}

static strata_result prepare_heap(const strata_segment_memory *memory, strata_store_birth birth)
{
	strata_store *store;
	strata_result result =
		strata_store_open(memory->heap, memory->view, memory->heap_size, NULL, birth, &store);

	if (result == STRATA_OK) {
		strata_store_free(store);
	}
	return result;
}

strata_result strata_shared_tables_prepare(const strata_segment_memory *memory,
	strata_segment_condition condition)
{
	strata_shared_layout layout;
	strata_result result = strata_shared_tables_measure(&layout);
	bool is_sound;

	if (result == STRATA_OK) {
		result = prepare_tables(memory, condition, layout.kept, &is_sound);
	}
	if (result != STRATA_OK) {
		return result;
	}
	if (is_sound && condition == STRATA_SEGMENT_LEFT &&
		prepare_heap(memory, STRATA_STORE_MENDED) == STRATA_OK) {
		return STRATA_OK;
	}
	if (!is_sound) {
		memset(memory->control, 0, layout.kept);
		result = prepare_tables(memory, STRATA_SEGMENT_NEW, layout.kept, &is_sound);
	}
	if (condition == STRATA_SEGMENT_LEFT) {
		memset(memory->heap, 0, memory->heap_size);
	}
	return result == STRATA_OK ? prepare_heap(memory, STRATA_STORE_MADE) : result;
}
