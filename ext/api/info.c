#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "ext/standard/info.h"

#include "php_strata.h"

#include "api/request/globals.h"
#include "api/info.h"
#ifdef STRATA_WITH_SESSION
#include "api/session/save_handler.h"
#endif
#include "api/status/configuration.h"
#include "api/status/segment.h"
#include "api/status/status.h"
#include "base/compression.h"
#include "codec/codec.h"
#include "conf/ini.h"

static void print_libraries(void)
{
#ifdef STRATA_WITH_LIBVALKEY
	php_info_print_table_row(2, "libvalkey", STRATA_BUILT_WITH_RESP);
#else
	php_info_print_table_row(2, "hiredis", STRATA_BUILT_WITH_RESP);
#endif
	php_info_print_table_row(2, "libmemcached", STRATA_BUILT_WITH_LIBMEMCACHED);
	php_info_print_table_row(2, "c-ares", STRATA_BUILT_WITH_CARES);
	php_info_print_table_row(2, "OpenSSL", STRATA_BUILT_WITH_OPENSSL);
	php_info_print_table_row(2, "xxHash", STRATA_BUILT_WITH_XXHASH);
	php_info_print_table_row(2, "zstd",
		strata_compression_library() != NULL ? strata_compression_library() : "not built in");
	php_info_print_table_row(2, "igbinary",
		strata_codec_has_igbinary() ? "loaded, used" : "not loaded");
}

static const char *describe_sessions(void)
{
#ifdef STRATA_WITH_SESSION
	return strata_save_handler_describe();
#else
	return "not built in: the headers of PHP's module of sessions were not there";
#endif
}

static const char *describe_local_tier(void)
{
	if (strata_runtime_heap_failed(&strata_process_runtime)) {
		return "off: the memory could not be had";
	}
	return strata_process_runtime.store != NULL ? "on" : "off: strata.memory is 0";
}

static void add_word(char *line, size_t room, const char *word)
{
	size_t used = strlen(line);

	snprintf(line + used, room - used, "%s%s", used == 0 ? "" : ", ", word);
}

/* The servers of one directive with the password masked, as they are in force for a database. */
static void add_servers(char *line, size_t room, const char *directive, const char *text)
{
	const strata_setting *setting = strata_settings_find(strata_view_of(directive));
	char shown[512];

	if (text[0] != '\0') {
		strata_settings_mask(setting, strata_view_of(text), shown, sizeof(shown));
		add_word(line, room, shown);
	}
}

/* Nearest tier first: "local, memcached://..., redis://...". */
static void print_database(uint32_t index)
{
	const char *name = strata_ini_database_name(index);
	char why[STRATA_REFUSAL_SENTENCE];
	strata_settings settings;
	char label[160];
	char tiers[1280] = "";

	snprintf(label, sizeof(label), "database %s", name);
	/* Says what is wrong with a password, too. */
	if (strata_ini_resolve(name, STRATA_G(topology), &settings) != 0) {
		return;
	}
	if (strata_api_is_unconfigured(index, why, sizeof(why))) {
		snprintf(tiers, sizeof(tiers), "not configured: %s", why);
		php_info_print_table_row(2, label, tiers);
		strata_settings_fini(&settings);
		return;
	}
	if (strata_process_runtime.store != NULL) {
		add_word(tiers, sizeof(tiers), "local");
	}
	add_servers(tiers, sizeof(tiers), "memcached", settings.memcached);
	add_servers(tiers, sizeof(tiers), "redis", settings.redis);
	php_info_print_table_row(2, label, tiers[0] != '\0' ? tiers : "no tier");
	strata_settings_fini(&settings);
}

/* What one of them stores there, the processes of another may build. */
static void print_mixed_users(void)
{
	strata_database_users_view view;

	for (uint32_t i = 0;
		 strata_database_users_look(strata_process_runtime.database_users, i, &view); i++) {
		char label[192], line[160];

		if (view.count > 1) {
			snprintf(label, sizeof(label), "servers of %s are shared by users", view.name);
			strata_api_print_users(&view, line, sizeof(line));
			php_info_print_table_row(2, label, line);
		}
	}
}

static void print_segment(void)
{
	char line[1024];

	strata_api_print_segment(line, sizeof(line));
	php_info_print_table_row(2, "named segment", line);
}

void strata_api_print_info(void)
{
	php_info_print_table_start();
	php_info_print_table_row(2, "strata support", "enabled");
	php_info_print_table_row(2, "version", PHP_STRATA_VERSION);
	php_info_print_table_row(2, "local tier", describe_local_tier());
	print_segment();
	php_info_print_table_row(2, "shared by all processes of this host",
		strata_host_is_shared(strata_process_runtime.host) ? "yes" : "no: each process is alone");
	php_info_print_table_row(2, "sessions", describe_sessions());
	print_libraries();
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		print_database(i);
	}
	print_mixed_users();
	strata_api_print_refused();
	php_info_print_table_end();
	strata_ini_print();
}
