/* settings: one table of all options, from which everything else about them is made. */
#ifndef STRATA_CONF_SETTINGS_H
#define STRATA_CONF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "base/view.h"

/*
 * Kinds, the C type of their field, and what a value may look like:
 *   SIZE      uint64_t     bytes, with the suffixes K M G T
 *   DURATION  strata_usec  a number with us, ms, s, m or h; a bare 0 is allowed; where `accepts`
 *                          begins with "auto, off", these words are STRATA_DURATION_AUTO and 0
 *   COUNT     uint64_t     a whole number; where `accepts` begins with auto, that word is 0
 *   PERCENT   uint64_t     a whole number, with or without %
 *   MODE      uint64_t     the rights of a file, as octal digits
 *   CHOICE    uint64_t     the index of one of the words in `accepts`, which are separated by |
 *   NAME      char *       at most 64 of A-Z a-z 0-9 _ . -
 *   LIST      char *       names [a-z][a-z0-9_]* separated by commas
 *   CLASSES   char *       see conf/text/class_names.h
 *   POLICIES  char *       see conf/policies.h
 *   SOURCE    char *       see strata_names_split_source()
 *   DSN       char *       see conf/dsn.h; may hold a password, which is shown as ***
 *   PATH      char *       a file name
 *   TEXT      char *       anything
 *   SECRET    char *       anything; shown as ***
 * Scope HOST: one value for the whole host, taken when the module starts. Scope POOL: one value for
 * all databases, which a pool or a request may change. Scope DATABASE: strata.<option> may be
 * overridden by strata.<database>.<option>.
 * Minimum and maximum are in the unit of the field (bytes, microseconds, ...), and 0, 0 for texts.
 *
 * X(field, kind, scope, default, minimum, maximum, accepts, sentence)
 */
/* clang-format off */
#define STRATA_SETTING_MAP(X) \
	X(memory, SIZE, HOST, "64M", 0, 1ULL << 40, "0, or 1M to 1T", \
		"shared memory for the local tier of this host; 0 turns the tier off. A value may take an " \
		"eighth of it, 16 MiB at most") \
	X(verify, CHOICE, HOST, "off", 0, 1, "off|on", \
		"whether what the local tier holds is checked at every hit, for debugging: what was damaged is then a miss") \
	X(segment, PATH, HOST, "", 0, 0, "the full name of a file on a tmpfs, such as /run/strata/www, in a directory that only root or this user writes; not in /tmp or /var/tmp", \
		"a file that holds the local tier, shared by every PHP that names it: its values outlive a reload, and a command line sees them; empty: memory of this PHP alone") \
	X(segment_mode, MODE, HOST, "0600", 0600, 0664, "octal digits such as 0600 or 0660, never writable by all", \
		"the rights of that file, where this PHP makes it; who may write it must be trusted by all who use it") \
	X(segment_group, NAME, HOST, "", 0, 0, "the name of a group, at most 64 of A-Z a-z 0-9 _ . -", \
		"the group of that file, where this PHP makes it; empty: that of the process or its directory") \
	X(databases, LIST, HOST, "", 0, 0, "names such as sessions,feed", \
		"the databases besides default, each with its own strata.<database>.<option>") \
	X(topology, PATH, HOST, "", 0, 0, "the full name of a file", \
		"a file with options in [database] sections and a list of disabled nodes, taken over while PHP runs when it changes") \
	X(operator, CHOICE, POOL, "auto", 0, 2, "auto|on|off", \
		"whether strata_node() may be called, which takes servers out for the whole host; auto: on a command line, and for the command strata") \
	X(spin, DURATION, POOL, "auto", 1, 1000, "auto, off, or 1us to 1ms", \
		"how long a wait for the reply of a server looks for it again and again before it falls asleep; auto: at most 60us, where processors are free and the server answers within 100us") \
	X(memcached, DSN, DATABASE, "", 0, 0, "memcached://host:port,host:port?weight=2", \
		"the memcached servers of the middle tier, memcacheds:// for TLS; empty turns the tier off") \
	X(redis, DSN, DATABASE, "", 0, 0, "redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0", \
		"the Redis server, cluster or master that sentinels watch, of the deepest tier; rediss... for TLS; empty turns the tier off") \
	X(user, TEXT, DATABASE, "", 0, 0, "a user name, as it is", \
		"the ACL user for Redis, where the DSN names none") \
	X(password, SECRET, DATABASE, "", 0, 0, "a password, as it is", \
		"the password for Redis, where the DSN names none") \
	X(password_file, PATH, DATABASE, "", 0, 0, "the name of a readable file", \
		"a file whose first line is the password for Redis, where neither DSN nor password names one") \
	X(sentinel_user, TEXT, DATABASE, "", 0, 0, "a user name, as it is", \
		"the ACL user for the sentinels of redis-sentinel://, which never get the one for Redis") \
	X(sentinel_password, SECRET, DATABASE, "", 0, 0, "a password, as it is", \
		"the password for the sentinels of redis-sentinel://, which never get the one for Redis") \
	X(tls_ca, PATH, DATABASE, "", 0, 0, "the name of a readable file in PEM, or of a directory", \
		"the certificates that sign those of servers reached by TLS; empty: the system's") \
	X(tls_certificate, PATH, DATABASE, "", 0, 0, "the name of a readable file in PEM", \
		"the certificate, with its chain, that is shown to servers which ask for one") \
	X(tls_key, PATH, DATABASE, "", 0, 0, "the name of a readable file in PEM, without a passphrase", \
		"the key of tls_certificate; empty: it stands in that file") \
	X(tls_name, TEXT, DATABASE, "", 0, 0, "a host name or an address", \
		"the name that the certificates of servers must hold in place of the host's, as where a cluster tells addresses") \
	X(tls_verify, CHOICE, DATABASE, "on", 0, 1, "off|on", \
		"whether a server must prove by its certificate who it is; off is for tests: anybody can then read and answer") \
	X(namespace, NAME, DATABASE, "", 0, 0, "at most 64 of A-Z a-z 0-9 _ . -", \
		"goes in front of every key, so that applications and php-fpm pools can share servers and memory") \
	X(epoch, NAME, DATABASE, "", 0, 0, "at most 64 of A-Z a-z 0-9 _ . -", \
		"the release, say: the local tier keeps what was stored under another one out of reach; names on servers do not change") \
	X(local_ttl, DURATION, DATABASE, "1s", 0, 86400000000ULL, "0 to 24h", \
		"how long this host may serve its own copy of a value from a shared tier; 0 keeps none") \
	X(tag_ttl, DURATION, DATABASE, "1s", 0, 60000000, "0 to 60s", \
		"how long this host goes by what it heard of a tag or namespace before it asks again; 0: it asks at every use") \
	X(local_share, PERCENT, DATABASE, "100%", 1, 100, "1% to 100%", \
		"how much of the local tier one namespace may fill; beyond it, its values make room for each other only") \
	X(local_reserve, PERCENT, DATABASE, "0%", 0, 100, "0% to 100%, at most local_share, and at most 100% for all together", \
		"how much of the local tier other namespaces cannot take from this one; what it does not fill, they may use") \
	X(ttl_jitter, PERCENT, DATABASE, "5%", 0, 50, "0% to 50%", \
		"every time to live is shortened at random by up to this share, so that values do not expire together") \
	X(policies, POLICIES, DATABASE, "", 0, 0, "prefix* with ttl=, stale=, local_ttl= or tiers=, and a semicolon between two of them", \
		"what holds for keys that begin so: see policies by prefix") \
	X(operation_timeout, DURATION, DATABASE, "100ms", 1000, 60000000, "1ms to 60s", \
		"the longest wait of one call for the shared tiers in all, connecting included") \
	X(connect_timeout, DURATION, DATABASE, "100ms", 1000, 60000000, "1ms to 60s", \
		"the longest wait for one connection, its handshake included") \
	X(request_budget, DURATION, DATABASE, "150ms", 0, 60000000, "0 to 60s", \
		"the longest that one request waits for the shared tiers in all; then they count as a miss; 0 sets no limit") \
	X(max_inflight, COUNT, DATABASE, "64", 1, 65535, "1 to 65535", \
		"how many operations of this host may be under way at one node; more are a miss at once") \
	X(connect_rate, COUNT, DATABASE, "auto", 1, 10000, "auto, or 1 to 10000", \
		"how many connections a second this host opens to one node; two fifths of them may come at once, and as many more for deletes; auto: as many as it has workers, at least 50, besides the first one of each worker") \
	X(resolve_every, DURATION, DATABASE, "30s", 0, 86400000000ULL, "0 to 24h", \
		"how often the names of servers in use are looked up again, besides whenever a server fails; at most once a second; 0: only then") \
	X(check_after_idle, DURATION, DATABASE, "10s", 0, 86400000000ULL, "0 to 24h", \
		"a connection that was idle for that long proves by a nonce that its replies are its own; 0: never") \
	X(idle_close, DURATION, DATABASE, "50s", 0, 86400000000ULL, "0 to 24h", \
		"a connection that was idle for that long is closed; below the timeout of servers and load balancers; 0: never") \
	X(max_lifetime, DURATION, DATABASE, "5m", 0, 86400000000ULL, "0 to 24h", \
		"a connection as old as that, give or take a fifth, is closed; 0: never") \
	X(strict, CHOICE, DATABASE, "auto", 0, 1, "auto|on", \
		"whether every reply is proven by a nonce behind it; auto: for ten minutes after one that was not its question's") \
	X(max_redirects, COUNT, DATABASE, "3", 0, 16, "0 to 16", \
		"how many MOVED and ASK replies of a Redis Cluster one operation follows") \
	X(replica_reads, CHOICE, DATABASE, "off", 0, 3, "off|prefer|any|on_error", \
		"which nodes of a Redis Cluster answer plain gets: masters; replicas where there are any; both; or replicas while the master fails; sessions and what was written in the same request ask the master") \
	X(max_value, SIZE, DATABASE, "16M", 1024, 512ULL << 20, "1K to 512M", \
		"the largest value that is sent to or accepted from a shared tier, in bytes after serializing") \
	X(serializer, CHOICE, DATABASE, "auto", 0, 2, "auto|php|igbinary", \
		"how arrays and objects are written; auto is igbinary where it is loaded") \
	X(foreign, CHOICE, DATABASE, "miss", 0, 2, "miss|read|read_unsealed", \
		"whether what other programs wrote without an envelope is read: php-memcached, phpredis, or plain text; keys then have the names that those use, and clear() is not there. read_unsealed: also where fingerprint_key is set") \
	X(format, CHOICE, DATABASE, "envelope", 0, 1, "envelope|plain", \
		"how values are stored: plain is what php-memcached and phpredis read; it reads as foreign = read does, and is without tags, locks, namespaces at run time, compareAndSet(), clear() and sessions") \
	X(foreign_prefix, TEXT, DATABASE, "", 0, 0, "any text, such as shop:", \
		"what stands in front of each key, with foreign = read and format = plain, as OPT_PREFIX_KEY or OPT_PREFIX says; empty: strata.namespace") \
	X(foreign_serializer, CHOICE, DATABASE, "text", 0, 2, "text|php|igbinary", \
		"what others keep on Redis, with foreign = read and format = plain: strings and numbers as they are, or all values as phpredis writes them with that serializer; memcached keeps a type with each value") \
	X(unserialize_classes, CLASSES, DATABASE, "all", 0, 0, "all, none, or names of classes such as App\\User,DateTimeImmutable; with a mistake it counts as none", \
		"whose objects and enum cases are made of stored values; a value that holds another class is a miss and cannot be set") \
	X(zero_copy, CHOICE, DATABASE, "auto", 0, 2, "auto|on|off", \
		"whether values of the local tier are handed out where they lie: auto where requests end, else one copy for each version; off copies always") \
	X(fingerprint_key, SECRET, DATABASE, "", 0, 0, "any text, the same on all hosts", \
		"a secret that keys the fingerprint and the MAC of each value in a shared tier; values under another one are not ours") \
	X(lease_wait, DURATION, DATABASE, "2s", 0, 60000000, "0 to 60s", \
		"how long remember() waits for another process that computes the same value") \
	X(lease_ttl, DURATION, DATABASE, "10s", 100000, 60000000, "100ms to 60s", \
		"how long other hosts leave a computation to the process that began it, if they hear no more of it") \
	X(lease_overflow, CHOICE, DATABASE, "compute", 0, 1, "compute|throw", \
		"what remember() does when its wait is over: it computes, or at most two processes of a host do and others get a Strata\\BusyException") \
	X(stale_on_error, DURATION, DATABASE, "10s", 0, 3600000000, "0 to 1h", \
		"how long copies are served beyond their time while deeper tiers cannot be asked, within the life of the value") \
	X(replicas, COUNT, DATABASE, "1", 1, 2, "1 or 2", \
		"on how many memcached servers each value is kept, where memcached is the deepest tier") \
	X(compress_from, SIZE, DATABASE, "2K", 0, 1ULL << 30, "0 to 1G", \
		"values of at least this size are compressed by zstd for the shared tiers, where an eighth is saved; 0 compresses none") \
	X(session_lock, CHOICE, DATABASE, "on", 0, 2, "on|optimistic|off", \
		"whether one request at a time has a session; optimistic: none waits, and a write over what another one changed is refused; off: the last write wins") \
	X(session_lock_wait, DURATION, DATABASE, "5s", 0, 600000000, "0 to 10m", \
		"how long session_start() waits for a request that has the session") \
	X(session_lock_ttl, DURATION, DATABASE, "60s", 1000000, 3600000000, "1s to 1h", \
		"how long a request has a session at most; later ones may take it then, and its write is refused if one did") \
	X(session_on_lock_timeout, CHOICE, DATABASE, "fail", 0, 1, "fail|read_only", \
		"what session_start() does when the wait is over: it fails, or reads a session that cannot be written") \
	X(session_on_error, CHOICE, DATABASE, "fail", 0, 1, "fail|empty", \
		"what session_start() does when the servers fail: it fails, or begins an empty session that cannot be written") \
	X(session_local, CHOICE, DATABASE, "off", 0, 1, "off|on", \
		"whether sessions may live in the memory of this host, where the database has no shared tier; they end with it") \
	X(session_read_from, SOURCE, DATABASE, "", 0, 0, "a database and what the keys there begin with, such as old:PHPREDIS_SESSION:", \
		"where a session that is missing is looked for, as another handler of sessions wrote it") \
	X(analyse, CHOICE, DATABASE, "on", 0, 1, "on|off", \
		"whether operations are counted by prefixes of keys, and the keys that are used most by a sample") \
	X(prefix_depth, COUNT, DATABASE, "2", 0, 8, "0 to 8", \
		"at which colon of a key its prefix ends, for the counts by prefixes; 0: all keys are counted together") \
	X(show_keys, CHOICE, DATABASE, "on", 0, 1, "on|off", \
		"whether strata_status(), strata_keys(), the status page and the command show keys as they are; off: as hashes of them") \
	X(hot_keys, CHOICE, DATABASE, "off", 0, 1, "off|auto", \
		"whether this host keeps its copies of the keys that are used most for longer: four times local_ttl, 5 s at most") \
	X(shadow_mode, CHOICE, DATABASE, "off", 0, 3, "off|write|compare|lead", \
		"how far a move to shadow_redis and shadow_memcached has come: write: changes go there too; compare: a sample of reads is also compared; lead: the shadow answers, and what answered before follows it") \
	X(shadow_redis, DSN, DATABASE, "", 0, 0, "as for redis, with the user and password in it", \
		"the Redis of a second place, the shadow, which gets all changes of this database while shadow_mode says so; empty: it has none") \
	X(shadow_memcached, DSN, DATABASE, "", 0, 0, "as for memcached", \
		"the memcached servers of the shadow; empty: it has none") \
	X(shadow_share, PERCENT, DATABASE, "100%", 0, 100, "0% to 100%", \
		"the share of keys whose values are copied and compared; changes of the others are removals in the shadow") \
	X(shadow_compare, PERCENT, DATABASE, "1%", 0, 100, "0% to 100%", \
		"the share of reads that are compared after the response, at most 64 keys and 100 ms a request") \
	X(shadow_fill, CHOICE, DATABASE, "off", 0, 1, "off|on", \
		"whether values that reads find and that the other place lacks are copied there after the response") \
	X(on_error, CHOICE, DATABASE, "degrade", 0, 1, "degrade|throw", \
		"whether a failing tier counts as a miss or throws Strata\\ConnectionException")
/* clang-format on */

#define STRATA_SETTING_TYPE_SIZE     uint64_t
#define STRATA_SETTING_TYPE_DURATION strata_usec
#define STRATA_SETTING_TYPE_COUNT    uint64_t
#define STRATA_SETTING_TYPE_PERCENT  uint64_t
#define STRATA_SETTING_TYPE_MODE     uint64_t
#define STRATA_SETTING_TYPE_CHOICE   uint64_t
#define STRATA_SETTING_TYPE_NAME     char *
#define STRATA_SETTING_TYPE_LIST     char *
#define STRATA_SETTING_TYPE_CLASSES  char *
#define STRATA_SETTING_TYPE_POLICIES char *
#define STRATA_SETTING_TYPE_SOURCE   char *
#define STRATA_SETTING_TYPE_DSN      char *
#define STRATA_SETTING_TYPE_PATH     char *
#define STRATA_SETTING_TYPE_TEXT     char *
#define STRATA_SETTING_TYPE_SECRET   char *

/* One value for each option; texts are owned, never NULL, freed by strata_settings_fini(). */
typedef struct {
#define X(field, kind, scope, initial, minimum, maximum, accepts, sentence) \
	STRATA_SETTING_TYPE_##kind field;
	STRATA_SETTING_MAP(X)
#undef X

	/*
	 * Why no server may be asked, nor the memory of this host in its place: what names the servers
	 * was refused. The directive stands in front. NULL: they may be used.
	 */
	char *refused;
} strata_settings;

/* Of a DURATION: strata is to choose it. */
#define STRATA_DURATION_AUTO UINT64_MAX

enum { STRATA_OPERATOR_AUTO, STRATA_OPERATOR_ON, STRATA_OPERATOR_OFF };
enum { STRATA_SERIALIZER_AUTO, STRATA_SERIALIZER_PHP, STRATA_SERIALIZER_IGBINARY };
enum { STRATA_FOREIGN_MISS, STRATA_FOREIGN_READ, STRATA_FOREIGN_READ_UNSEALED };
enum { STRATA_FORMATS_ENVELOPE, STRATA_FORMATS_PLAIN };
enum {
	STRATA_FOREIGN_SERIALIZER_TEXT,
	STRATA_FOREIGN_SERIALIZER_PHP,
	STRATA_FOREIGN_SERIALIZER_IGBINARY
};
enum { STRATA_ZERO_COPY_AUTO, STRATA_ZERO_COPY_ON, STRATA_ZERO_COPY_OFF };
enum { STRATA_VERIFY_OFF, STRATA_VERIFY_ON };
enum { STRATA_TLS_VERIFY_OFF, STRATA_TLS_VERIFY_ON };
enum { STRATA_STRICT_AUTO, STRATA_STRICT_ON };
enum {
	STRATA_REPLICA_READS_OFF,
	STRATA_REPLICA_READS_PREFER,
	STRATA_REPLICA_READS_ANY,
	STRATA_REPLICA_READS_ON_ERROR
};
enum { STRATA_LEASE_OVERFLOW_COMPUTE, STRATA_LEASE_OVERFLOW_THROW };
enum { STRATA_SESSION_LOCK_ON, STRATA_SESSION_LOCK_OPTIMISTIC, STRATA_SESSION_LOCK_OFF };
enum { STRATA_SESSION_ON_LOCK_TIMEOUT_FAIL, STRATA_SESSION_ON_LOCK_TIMEOUT_READ_ONLY };
enum { STRATA_SESSION_ON_ERROR_FAIL, STRATA_SESSION_ON_ERROR_EMPTY };
enum { STRATA_SESSION_LOCAL_OFF, STRATA_SESSION_LOCAL_ON };
enum { STRATA_ANALYSE_ON, STRATA_ANALYSE_OFF };
enum { STRATA_SHOW_KEYS_ON, STRATA_SHOW_KEYS_OFF };
enum { STRATA_HOT_KEYS_OFF, STRATA_HOT_KEYS_AUTO };
enum {
	STRATA_SHADOW_MODE_OFF,
	STRATA_SHADOW_MODE_WRITE,
	STRATA_SHADOW_MODE_COMPARE,
	STRATA_SHADOW_MODE_LEAD
};
enum { STRATA_SHADOW_FILL_OFF, STRATA_SHADOW_FILL_ON };
enum { STRATA_ON_ERROR_DEGRADE, STRATA_ON_ERROR_THROW };

typedef enum {
	STRATA_SETTING_SIZE,
	STRATA_SETTING_DURATION,
	STRATA_SETTING_COUNT,
	STRATA_SETTING_PERCENT,
	STRATA_SETTING_MODE,
	STRATA_SETTING_CHOICE,
	STRATA_SETTING_NAME,
	STRATA_SETTING_LIST,
	STRATA_SETTING_CLASSES,
	STRATA_SETTING_POLICIES,
	STRATA_SETTING_SOURCE,
	STRATA_SETTING_DSN,
	STRATA_SETTING_PATH,
	STRATA_SETTING_TEXT,
	STRATA_SETTING_SECRET
} strata_setting_kind;

typedef enum { STRATA_SCOPE_HOST, STRATA_SCOPE_POOL, STRATA_SCOPE_DATABASE } strata_setting_scope;

/* A row of the table, as code that goes through all options sees it. */
typedef struct {
	const char *name;
	strata_setting_kind kind;
	strata_setting_scope scope;
	const char *initial;
	uint64_t minimum;
	uint64_t maximum;
	const char *accepts;
	const char *sentence;
	size_t offset; /* of the field in strata_settings */
} strata_setting;

enum { STRATA_SETTINGS_ERROR = 560 };

const strata_setting *strata_settings_table(size_t *count);

/* NULL when no option has this name. */
const strata_setting *strata_settings_find(strata_view name);

/* The option whose name is at most two edits away, or NULL. */
const strata_setting *strata_settings_nearest(strata_view name);

/* As strata_names_objection(), for names of options too. */
const char *strata_settings_name_objection(strata_view list, strata_view name);

/* All defaults. Returns 0, or -1 when out of memory. */
int strata_settings_init(strata_settings *settings);

/* Every option and the refusal. Returns 0, or -1 when out of memory; *out is then empty. */
int strata_settings_copy(const strata_settings *from, strata_settings *out);

/* Frees the texts, and overwrites them before. */
void strata_settings_fini(strata_settings *settings);

/*
 * Parses the text and sets the option's field. False with one sentence in error, which says what
 * is wrong and what is accepted but never repeats a secret; the field then keeps its value.
 * settings may be NULL: the text is then only checked. Classes with a mistake are found by that
 * check alone: applied, they count as none. So are policies: applied, they are kept as they are.
 */
bool strata_settings_apply(strata_settings *settings, const strata_setting *setting,
	strata_view text, char error[STRATA_SETTINGS_ERROR]);

/*
 * Does the option say which servers are asked, how, or under which names? Where its value was
 * refused, another one must not stand in for it.
 */
bool strata_settings_tell_servers(const strata_setting *setting);

/* Makes them unusable for this reason; the first one stays. Returns 0, or -1 without memory. */
int strata_settings_refuse(strata_settings *settings, const char *directive, const char *sentence);

/* Is every option the same, and the reason why they are refused? */
bool strata_settings_equal(const strata_settings *one, const strata_settings *other);

/* The field of a text; NULL: the option is none. Valid as long as the settings. */
const char *strata_settings_text(const strata_settings *settings, const strata_setting *setting);

/*
 * The text as it may be shown: secrets and the passwords in DSNs become ***. At most room bytes
 * with the NUL.
 */
void strata_settings_mask(const strata_setting *setting, strata_view text, char *shown,
	size_t room);

#endif
