/*
 * Entries know their namespace by a number alone. Its name is known here for the databases that
 * this thread has opened; of all others only the size is told.
 */
#include "api/status/heap_map.h"

#include "api/request/globals.h"
#include "conf/ini.h"
#include "store/map/heap_map.h"

enum { NAMESPACES_SHOWN = 32 };

typedef enum { LIVE, RETIRED, FREE, PINNED, KINDS } kind;

static const char *const kind_names[KINDS] = { "live", "retired", "free", "pinned" };

static uint64_t bytes_of(const strata_heap_map_cell *cell, kind kind)
{
	switch (kind) {
		case LIVE: return cell->live;
		case RETIRED: return cell->retired;
		case FREE: return cell->free;
		case PINNED: return cell->pinned;
		case KINDS: break;
	}
	return 0;
}

/*
 * Percent of what was seen in the cell. What is pinned is known for the cell as a whole, and what
 * is there at all counts for 1.
 */
static zend_long percent_of(const strata_heap_map_cell *cell, kind kind, uint64_t cell_size)
{
	uint64_t seen = cell->live + cell->retired + cell->free;
	uint64_t bytes = bytes_of(cell, kind);
	uint64_t whole = kind == PINNED ? cell_size : seen;

	return bytes == 0 ? 0 : (zend_long) MAX(1, MIN(100, bytes * 100 / MAX(1, whole)));
}

static void add_cells(zval *map, const strata_heap_map *found)
{
	zval cells;

	array_init(&cells);
	for (int kind = 0; kind < KINDS; kind++) {
		zval list;

		array_init_size(&list, found->count);
		for (uint32_t i = 0; i < found->count; i++) {
			const strata_heap_map_cell *cell = &found->cells[i];

			if (cell->live + cell->retired + cell->free == 0) {
				add_next_index_null(&list);
			} else {
				add_next_index_long(&list, percent_of(cell, kind, found->cell_size));
			}
		}
		add_assoc_zval(&cells, kind_names[kind], &list);
	}
	add_assoc_long(map, "cell_size", (zend_long) found->cell_size);
	add_assoc_zval(map, "cells", &cells);
}

static const strata_database *database_of(uint64_t namespace_id)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		const strata_database *database = STRATA_G(databases)[i];

		if (database != NULL && database->keyspace.local_id == namespace_id) {
			return database;
		}
	}
	return NULL;
}

static void add_share(zval *list, const strata_heap_map_share *share)
{
	const strata_database *database = database_of(share->namespace_id);
	zval row;

	array_init(&row);
	if (database != NULL) {
		add_assoc_string(&row, "database", database->name);
		add_assoc_string(&row, "namespace", database->settings.namespace);
	} else {
		add_assoc_null(&row, "database");
		add_assoc_null(&row, "namespace");
	}
	add_assoc_long(&row, "bytes", (zend_long) share->bytes);
	add_next_index_zval(list, &row);
}

static void add_namespaces(zval *map)
{
	strata_heap_map_share shares[NAMESPACES_SHOWN];
	uint32_t found = strata_heap_map_shares(strata_process_runtime.store, shares, NAMESPACES_SHOWN);
	zval list;

	array_init(&list);
	for (uint32_t i = 0; i < MIN(found, NAMESPACES_SHOWN); i++) {
		add_share(&list, &shares[i]);
	}
	add_assoc_zval(map, "namespaces", &list);
	add_assoc_long(map, "more_namespaces", found > NAMESPACES_SHOWN ? found - NAMESPACES_SHOWN : 0);
}

void strata_api_add_heap_map(zval *local)
{
	strata_heap_map *found;
	zval map;

	if (strata_process_runtime.store == NULL) {
		add_assoc_null(local, "map");
		return;
	}
	found = emalloc(sizeof(*found));
	strata_heap_map_look(strata_process_runtime.store, found);
	array_init(&map);
	add_cells(&map, found);
	add_namespaces(&map);
	add_assoc_zval(local, "map", &map);
	efree(found);
}
