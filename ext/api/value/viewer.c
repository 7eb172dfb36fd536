/*
 * Pools of one php-fpm share the tables of the host, and a key may hold a name or an address of a
 * visitor. So each is shown what its own scripts wrote. A process that has not used a database yet
 * sees what others of its pool did: settings say whose keys they are, and not what is open.
 */
#include "api/value/viewer.h"

#include "php_strata.h"

#include "api/request/globals.h"
#include "api/value/operator_right.h"
#include "conf/ini.h"
#include "os/process.h"

static void add_database(strata_viewer *viewer, const char *database)
{
	strata_password_trouble unused;
	strata_settings settings;

	if (strata_ini_try(database, STRATA_G(topology), &settings, &unused) == 0) {
		viewer->ids[viewer->count++] =
			strata_prefix_space_id(database, settings.namespace, strata_process_user());
		strata_settings_fini(&settings);
	}
}

void strata_viewer_init(strata_viewer *viewer)
{
	*viewer = (strata_viewer){ 0 };
	if (strata_operator_right_holds()) {
		return;
	}
	viewer->ids = safe_emalloc(strata_ini_database_count(), sizeof(*viewer->ids), 0);
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		add_database(viewer, strata_ini_database_name(i));
	}
}

void strata_viewer_fini(strata_viewer *viewer)
{
	if (viewer->ids != NULL) {
		efree(viewer->ids);
	}
	*viewer = (strata_viewer){ 0 };
}

bool strata_viewer_sees(const strata_viewer *viewer, uint64_t space)
{
	for (uint32_t i = 0; i < viewer->count; i++) {
		if (viewer->ids[i] == space) {
			return true;
		}
	}
	return viewer->ids == NULL;
}

strata_prefix_sum *strata_viewer_read_prefixes(const strata_viewer *viewer, uint32_t *count)
{
	strata_prefix_sum *sums = safe_emalloc(STRATA_PREFIX_MOST, sizeof(*sums), 0);

	*count = strata_prefixes_read(strata_process_runtime.prefixes, sums, STRATA_PREFIX_MOST);
	*count = strata_prefix_sums_show(sums, *count, viewer->ids, viewer->count);
	return sums;
}
