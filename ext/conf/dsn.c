/*
 * A DSN is taken apart from the front:
 *
 *     redis://   app:p%40ss@   10.0.2.1:6379/2?…   ,   …
 *     scheme     userinfo      server                server
 *
 * The userinfo is cut off at the last @ before anything else is looked at, because a password may
 * hold every other mark: / ? , and : as they are. So no sentence about an server can hold a part of
 * a password, unless the @ itself is missing: `redis://app:secret`. That is why no sentence repeats
 * anything but the name of a parameter, which is what a typo there needs.
 *
 * Only a text that begins with the path of a socket may have an @ which ends no userinfo.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/dsn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/un.h>

#include "conf/text/host_name.h"
#include "conf/text/quantity.h"

enum {
	LONGEST_HOST = 253,
	LONGEST_MASTER = 128,
	LONGEST_PATH = sizeof(((struct sockaddr_un *) 0)->sun_path) - 1
};

typedef struct {
	const char *prefix;
	strata_scheme scheme;
	bool is_secure;
	uint16_t port;         /* where a DSN names none */
	const char *parameter; /* the one that may follow a question mark */
} scheme_row;

static const scheme_row schemes[] = {
	{ "memcached://", STRATA_SCHEME_MEMCACHED, false, 11211, "weight" },
	{ "memcacheds://", STRATA_SCHEME_MEMCACHED, true, 11211, "weight" },
	{ "redis://", STRATA_SCHEME_REDIS, false, 6379, "database" },
	{ "rediss://", STRATA_SCHEME_REDIS, true, 6379, "database" },
	{ "redis-cluster://", STRATA_SCHEME_REDIS_CLUSTER, false, 6379, NULL },
	{ "rediss-cluster://", STRATA_SCHEME_REDIS_CLUSTER, true, 6379, NULL },
	{ "redis-sentinel://", STRATA_SCHEME_REDIS_SENTINEL, false, 26379, NULL },
	{ "rediss-sentinel://", STRATA_SCHEME_REDIS_SENTINEL, true, 26379, NULL },
};

/* What is being taken apart, and where the sentence goes when it cannot be. */
typedef struct {
	strata_view rest; /* not looked at yet */
	strata_dsn *dsn;
	const scheme_row *scheme;
	char *error;
} reader;

__attribute__((format(printf, 2, 3))) static bool fail(reader *in, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(in->error, STRATA_DSN_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

static strata_view between(const char *start, const char *end)
{
	return (strata_view){ start, (size_t) (end - start) };
}

/* Splits at the first mark. Where there is none, all of the text is before it. */
static bool split(strata_view text, char mark, strata_view *before, strata_view *after)
{
	const char *end = text.data + text.size;
	const char *found = text.size > 0 ? memchr(text.data, mark, text.size) : NULL;

	*before = found != NULL ? between(text.data, found) : text;
	*after = found != NULL ? between(found + 1, end) : (strata_view){ "", 0 };
	return found != NULL;
}

static bool is_printable(strata_view text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((unsigned char) text.data[i] <= ' ' || text.data[i] == 0x7F) {
			return false;
		}
	}
	return true;
}

static bool starts_with(strata_view text, const char *prefix)
{
	return text.size >= strlen(prefix) && strncasecmp(text.data, prefix, strlen(prefix)) == 0;
}

static const scheme_row *scheme_of(strata_view text)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (starts_with(text, schemes[i].prefix)) {
			return &schemes[i];
		}
	}
	return NULL;
}

static bool take_scheme(reader *in)
{
	const char *end = in->rest.data + in->rest.size;

	in->scheme = scheme_of(in->rest);
	if (in->scheme == NULL) {
		return fail(in, "it begins with no known scheme (memcached://, redis://, redis-cluster://, "
						"redis-sentinel://)");
	}
	in->dsn->scheme = in->scheme->scheme;
	in->dsn->is_secure = in->scheme->is_secure;
	in->rest = between(in->rest.data + strlen(in->scheme->prefix), end);
	return true;
}

static int digit_of(char byte)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = memchr(digits, byte | 0x20, sizeof(digits) - 1);

	return byte >= '0' && found != NULL ? (int) (found - digits) : -1;
}

/* The byte that the escape at the front of this text stands for, or -1. */
static int escaped_byte(strata_view text)
{
	int high = text.size >= 3 ? digit_of(text.data[1]) : -1;
	int low = text.size >= 3 ? digit_of(text.data[2]) : -1;

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Copies the text with its percent-escapes decoded. */
static bool decode(reader *in, strata_view text, char **out)
{
	const char *end = text.data + text.size;
	char *next = *out = malloc(text.size + 1);

	if (next == NULL) {
		return fail(in, "out of memory");
	}
	for (const char *from = text.data; from < end; from++) {
		int byte = (unsigned char) *from;

		if (byte == '%') {
			byte = escaped_byte(between(from, end));
			from += 2;
		}
		if (byte <= 0) {
			*next = '\0';
			return fail(in,
				"a %% in the user or password is written %%25, and %%00 cannot be sent");
		}
		*next++ = (char) byte;
	}
	*next = '\0';
	return true;
}

/* The last @, or NULL where what seems to be userinfo is the path of a socket. */
static const char *end_of_userinfo(strata_view rest)
{
	if (rest.size == 0 || rest.data[0] == '/') {
		return NULL;
	}
	return memrchr(rest.data, '@', rest.size);
}

static bool take_userinfo(reader *in)
{
	const char *end = in->rest.data + in->rest.size;
	const char *at = end_of_userinfo(in->rest);
	strata_view info, user, password;
	bool has_password;

	if (at == NULL) {
		return true;
	}
	info = between(in->rest.data, at);
	in->rest = between(at + 1, end);
	has_password = split(info, ':', &user, &password);
	if (in->scheme->scheme == STRATA_SCHEME_MEMCACHED) {
		return fail(in, "%s takes no user and no password", in->scheme->prefix);
	}
	if (info.size == 0) {
		return fail(in, "nothing stands before the @ (is a ${VARIABLE} undefined?)");
	}
	if (has_password && password.size == 0) {
		return fail(in, "the password is empty (is a ${VARIABLE} undefined?)");
	}
	return (user.size == 0 || decode(in, user, &in->dsn->user)) &&
		   (!has_password || decode(in, password, &in->dsn->password));
}

static bool take_port(reader *in, strata_view text, strata_dsn_server *server)
{
	uint64_t port;

	if (text.size == 0) {
		return fail(in, "a port is empty (is a ${VARIABLE} undefined?)");
	}
	if (strata_quantity_count(text, &port) != STRATA_QUANTITY_OK || port < 1 || port > UINT16_MAX) {
		return fail(in, "a port is a number from 1 to 65535");
	}
	server->port = (uint16_t) port;
	return true;
}

static bool keep_host(reader *in, strata_view host, size_t longest, strata_dsn_server *server)
{
	if (host.size == 0) {
		return fail(in, "a host is empty (is a ${VARIABLE} undefined?)");
	}
	if (host.size > longest) {
		return fail(in, "a host is longer than %zu bytes", longest);
	}
	server->host = strndup(host.data, host.size);
	return server->host != NULL || fail(in, "out of memory");
}

static bool take_socket(reader *in, strata_view path, strata_dsn_server *server)
{
	if (in->scheme->scheme == STRATA_SCHEME_REDIS_CLUSTER) {
		return fail(in, "the nodes of a cluster have no unix sockets");
	}
	if (in->scheme->is_secure) {
		return fail(in, "the path of a socket is no name that a certificate could prove");
	}
	/* A user:password@ could begin with a slash: the mask would not know. */
	if (memchr(path.data, ':', path.size) != NULL && memchr(path.data, '@', path.size) != NULL) {
		return fail(in, "the path of a socket may not hold both : and @");
	}
	return keep_host(in, path, LONGEST_PATH, server);
}

static bool take_ipv6_address(reader *in, strata_view address, strata_dsn_server *server)
{
	strata_view inside, after, nothing, port;
	bool has_port;

	if (!split(between(address.data + 1, address.data + address.size), ']', &inside, &after)) {
		return fail(in, "a [ has no ]");
	}
	has_port = split(after, ':', &nothing, &port);
	if (!keep_host(in, inside, LONGEST_HOST, server)) {
		return false;
	}
	if (nothing.size > 0 || !strata_host_name_is_ipv6(server->host)) {
		return fail(in, "what stands in brackets is not an IPv6 address");
	}
	return !has_port || take_port(in, port, server);
}

static bool take_named_host(reader *in, strata_view address, strata_dsn_server *server)
{
	strata_view host, port;
	bool has_port = split(address, ':', &host, &port);

	if (port.size > 0 && memchr(port.data, ':', port.size) != NULL) {
		return fail(in, "an IPv6 address stands in brackets, as in [::1]:%u", in->scheme->port);
	}
	if (!keep_host(in, host, LONGEST_HOST, server) || (has_port && !take_port(in, port, server))) {
		return false;
	}
	return strata_host_name_is_valid(server->host) ||
		   fail(in, "a host is neither a name nor an address");
}

static bool take_database(reader *in, strata_view text)
{
	uint64_t number;

	/* Redis counts its databases in an int. */
	if (strata_quantity_count(text, &number) != STRATA_QUANTITY_OK || number > INT32_MAX) {
		return fail(in, "a database is a number from 0 to %d", INT32_MAX);
	}
	in->dsn->database = (uint32_t) number;
	return true;
}

static bool take_weight(reader *in, strata_view text, strata_dsn_server *server)
{
	uint64_t number;

	if (strata_quantity_count(text, &number) != STRATA_QUANTITY_OK || number < 1 ||
		number > UINT16_MAX) {
		return fail(in, "a weight is a number from 1 to 65535");
	}
	server->weight = (uint32_t) number;
	return true;
}

/* Short and in small letters: only such a name is repeated in a sentence. */
static bool is_parameter_name(strata_view text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

	for (size_t i = 0; i < text.size; i++) {
		if (memchr(letters, text.data[i], sizeof(letters) - 1) == NULL) {
			return false;
		}
	}
	return text.size > 0 && text.size <= 32;
}

/*
 * No scheme has two parameters, so a database that stands after the slash already, or an & with
 * something behind it, is one too many.
 */
static bool take_parameter(reader *in, strata_view text, bool has_database,
	strata_dsn_server *server)
{
	const char *known = in->scheme->parameter;
	strata_view name, value;

	if (!split(text, '=', &name, &value) || !is_parameter_name(name)) {
		return fail(in, "what follows a ? is not name=value");
	}
	if (known == NULL || !strata_view_equal(name, strata_view_of(known))) {
		return fail(in, "there is no parameter \"%.*s\"; %s has %s", (int) name.size, name.data,
			in->scheme->prefix, known != NULL ? known : "none");
	}
	if (has_database || (value.size > 0 && memchr(value.data, '&', value.size) != NULL)) {
		return fail(in, "there is more than one %s", known);
	}
	return in->scheme->scheme == STRATA_SCHEME_REDIS ? take_database(in, value)
													 : take_weight(in, value, server);
}

static bool is_ring_name(strata_view text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

	for (size_t i = 0; i < text.size; i++) {
		if (memchr(allowed, text.data[i], sizeof(allowed) - 1) == NULL) {
			return false;
		}
	}
	return text.size > 0 && text.size <= STRATA_DSN_LONGEST_RING_NAME;
}

/* The path of a socket may have a = of its own. */
static bool take_ring_name(reader *in, strata_view *address, strata_dsn_server *server)
{
	strata_view name, rest;

	if ((address->size > 0 && address->data[0] == '/') || !split(*address, '=', &name, &rest)) {
		return true;
	}
	if (in->scheme->scheme != STRATA_SCHEME_MEMCACHED) {
		return fail(in, "only servers of memcached have a name before a =");
	}
	if (!is_ring_name(name)) {
		return fail(in, "the name before a = has 1 to %d of A-Z a-z 0-9 _ . -",
			STRATA_DSN_LONGEST_RING_NAME);
	}
	server->ring_name = strndup(name.data, name.size);
	*address = rest;
	return server->ring_name != NULL || fail(in, "out of memory");
}

static bool take_address(reader *in, strata_view address, strata_dsn_server *server)
{
	if (address.size > 0 && address.data[0] == '/') {
		return take_socket(in, address, server);
	}
	server->port = in->scheme->port;
	if (address.size > 0 && address.data[0] == '[') {
		return take_ipv6_address(in, address, server);
	}
	return take_named_host(in, address, server);
}

/* host:port/database of a server that is not a socket. */
static bool take_path(reader *in, strata_view *address, bool *has_database)
{
	strata_view database;

	*has_database = false;
	if (address->size > 0 && address->data[0] == '/') {
		return true;
	}
	*has_database = split(*address, '/', address, &database);
	if (*has_database && in->scheme->scheme != STRATA_SCHEME_REDIS) {
		return fail(in, "only redis:// has a database after a slash");
	}
	return !*has_database || take_database(in, database);
}

static bool is_new(reader *in, const strata_dsn_server *server)
{
	/* Names of hosts are the same in either case, paths are not. */
	int (*compare)(const char *, const char *) = server->host[0] == '/' ? strcmp : strcasecmp;

	for (const strata_dsn_server *other = in->dsn->servers; other < server; other++) {
		if ((other->ring_name == NULL) != (server->ring_name == NULL)) {
			return fail(in, "either all servers have a name before a =, or none has");
		}
		if (server->ring_name != NULL && strcmp(other->ring_name, server->ring_name) == 0) {
			return fail(in, "a name before a = is given twice");
		}
		if (other->port == server->port && compare(other->host, server->host) == 0) {
			return fail(in, "a server is named twice");
		}
	}
	return true;
}

static bool take_endpoint(reader *in, strata_view text)
{
	strata_dsn_server *server = &in->dsn->servers[in->dsn->count++];
	strata_view address, parameter;
	bool has_parameter = split(text, '?', &address, &parameter);
	bool has_database;

	server->weight = 1;
	return take_ring_name(in, &address, server) && take_path(in, &address, &has_database) &&
		   take_address(in, address, server) &&
		   (!has_parameter || take_parameter(in, parameter, has_database, server)) &&
		   is_new(in, server);
}

static size_t count_commas(strata_view text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++) {
		count += text.data[i] == ',';
	}
	return count;
}

/* Adds to the sentence which one of several servers it is about. */
static bool tell_place(reader *in)
{
	size_t size = strlen(in->error);

	snprintf(in->error + size, STRATA_DSN_ERROR - size, ", in server %u", in->dsn->count);
	return false;
}

static bool take_servers(reader *in)
{
	size_t commas = count_commas(in->rest);
	strata_view server;

	if (commas > 0 && in->scheme->scheme == STRATA_SCHEME_REDIS) {
		return fail(in, "redis:// names one server; several are redis-cluster://");
	}
	in->dsn->servers = calloc(commas + 1, sizeof(*in->dsn->servers));
	if (in->dsn->servers == NULL) {
		return fail(in, "out of memory");
	}
	for (size_t i = 0; i <= commas; i++) {
		split(in->rest, ',', &server, &in->rest);
		if (!take_endpoint(in, server)) {
			return commas > 0 ? tell_place(in) : false;
		}
	}
	return true;
}

/* Of what a sentinel accepts as one. */
static bool is_master_name(const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return strspn(name, letters) == strlen(name) && name[0] != '\0' &&
		   strlen(name) <= LONGEST_MASTER;
}

/* sentinels/master/database: sentinels have no unix sockets, so none holds a slash. */
static bool take_master(reader *in)
{
	strata_view path, name, database;
	bool has_database;

	if (in->scheme->scheme != STRATA_SCHEME_REDIS_SENTINEL) {
		return true;
	}
	split(in->rest, '/', &in->rest, &path);
	has_database = split(path, '/', &name, &database);
	in->dsn->master = strndup(name.data, name.size);
	if (in->dsn->master == NULL) {
		return fail(in, "out of memory");
	}
	if (!is_master_name(in->dsn->master)) {
		return fail(in, "the name of the master follows the sentinels: host:26379/mymaster");
	}
	return !has_database || take_database(in, database);
}

static bool take_all(reader *in)
{
	if (!is_printable(in->rest)) {
		return fail(in, "it holds a blank or a control character");
	}
	return take_scheme(in) && take_userinfo(in) && take_master(in) && take_servers(in);
}

bool strata_dsn_parse(strata_view text, strata_dsn *out, char error[STRATA_DSN_ERROR])
{
	reader in = { .rest = text, .dsn = out, .error = error };

	*out = (strata_dsn){ 0 };
	error[0] = '\0';
	if (take_all(&in)) {
		return true;
	}
	strata_dsn_fini(out);
	return false;
}

void strata_dsn_fini(strata_dsn *dsn)
{
	for (uint32_t i = 0; i < dsn->count; i++) {
		free(dsn->servers[i].host);
		free(dsn->servers[i].ring_name);
	}
	free(dsn->servers);
	free(dsn->master);
	free(dsn->user);
	if (dsn->password != NULL) {
		explicit_bzero(dsn->password, strlen(dsn->password));
	}
	free(dsn->password);
	*dsn = (strata_dsn){ 0 };
}
