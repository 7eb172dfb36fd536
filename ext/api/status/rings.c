/*
 * Where a key lies follows from the list of servers alone, so that two hosts with different lists
 * look for one key on two servers. Neither of them can see that by itself: each shows a fingerprint
 * of its list, for a person or a program that sees both.
 */
#include "api/status/rings.h"

#include <inttypes.h>

#include "php_strata.h"

#include "api/request/globals.h"
#include "conf/ini.h"
#include "database/database.h"
#include "net/endpoint.h"

static void add_fingerprint(zval *ring, const strata_dsn *dsn, uint32_t replicas)
{
	strata_ring_server *servers = safe_emalloc(dsn->count, sizeof(*servers), 0);
	char digits[17];

	for (uint32_t i = 0; i < dsn->count; i++) {
		servers[i] = strata_database_ring_server(&dsn->servers[i]);
	}
	snprintf(digits, sizeof(digits), "%016" PRIx64,
		strata_ring_fingerprint(servers, dsn->count, replicas));
	add_assoc_string(ring, "fingerprint", digits);
	efree(servers);
}

/* Where this process or another one has asked the server already. */
static void name_node(zval *nodes, const char *address, const char *ring_name)
{
	zval *node = zend_hash_str_find(Z_ARRVAL_P(nodes), address, strlen(address));

	if (node != NULL && ring_name != NULL) {
		add_assoc_string(node, "ring_name", ring_name);
	}
}

static void add_servers(zval *ring, zval *nodes, const strata_dsn *dsn)
{
	zval list;

	array_init(&list);
	for (uint32_t i = 0; i < dsn->count; i++) {
		const strata_dsn_server *server = &dsn->servers[i];
		char *address = strata_endpoint_name(server->host, server->port);
		zval row;

		if (address == NULL) {
			continue;
		}
		array_init(&row);
		if (server->ring_name != NULL) {
			add_assoc_string(&row, "ring_name", server->ring_name);
		} else {
			add_assoc_null(&row, "ring_name");
		}
		add_assoc_long(&row, "weight", server->weight);
		add_assoc_zval(&list, address, &row);
		name_node(nodes, address, server->ring_name);
		free(address);
	}
	add_assoc_zval(ring, "servers", &list);
}

static void add_ring(zval *rings, zval *nodes, const char *database)
{
	strata_settings settings;
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn;
	zval ring;

	if (strata_ini_resolve(database, STRATA_G(topology), &settings) != 0) {
		return;
	}
	if (settings.refused == NULL && settings.memcached[0] != '\0' &&
		strata_dsn_parse(strata_view_of(settings.memcached), &dsn, error)) {
		uint32_t replicas = strata_database_replicas(database, &settings, &dsn);

		array_init(&ring);
		add_fingerprint(&ring, &dsn, replicas);
		add_assoc_long(&ring, "replicas", replicas);
		add_servers(&ring, nodes, &dsn);
		add_assoc_zval(rings, database, &ring);
		strata_dsn_fini(&dsn);
	}
	strata_settings_fini(&settings);
}

void strata_api_add_rings(zval *status)
{
	zval *nodes = zend_hash_str_find(Z_ARRVAL_P(status), ZEND_STRL("nodes"));
	zval rings;

	array_init(&rings);
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		add_ring(&rings, nodes, strata_ini_database_name(i));
	}
	add_assoc_zval(status, "rings", &rings);
}
