<?php

/**
 * strata: one cache over this host's shared memory, memcached and Redis.
 *
 * This file is the reference of the public interface. The C declarations are generated from it.
 *
 * @generate-class-entries
 * @generate-legacy-arginfo 80100
 */

namespace Strata {
    /** How a fetch went. An error is not a miss. */
    enum Status: string
    {
        case Hit = "hit";
        case Stale = "stale";
        case Miss = "miss";
        case Error = "error";
    }

    /** Which tier answered. */
    enum Tier: string
    {
        case Local = "local";
        case Memcached = "memcached";
        case Redis = "redis";
    }

    /** Why there is no value, where it is not just absent. */
    enum Reason: string
    {
        case Foreign = "foreign";
        case OtherKey = "other_key";
        case Corrupt = "corrupt";
        case UnknownCodec = "unknown_codec";
        case TooLarge = "too_large";
        case Busy = "busy";
        case Unconfigured = "unconfigured";
        case NoGeneration = "no_generation";
        case BreakerOpen = "breaker_open";
        case Bulkhead = "bulkhead";
        case Shed = "shed";
        case ConnectRate = "connect_rate";
        case Budget = "budget";
        case Timeout = "timeout";
        case Refused = "refused";
        case Connection = "connection";
        case Protocol = "protocol";
        case Desync = "desync";
        case Tls = "tls";
        case Auth = "auth";
        case Unsupported = "unsupported";
        case Server = "server";
        case NotReady = "not_ready";
        case Full = "full";
        case Exhausted = "exhausted";
        case Redirects = "redirects";
        case NoOwner = "no_owner";
        case NoMemory = "no_memory";
    }

    /** When remember() computes what it finds stale, or what it finds at all. */
    enum Refresh
    {
        /** A value past its life is computed by the call that finds it, unless another one does already. */
        case Now;

        /** It is returned as it is, and computed after the response was sent; what is missing is computed at once. */
        case AfterResponse;

        /** The value is computed whatever is there. */
        case Force;

        /** PHP's last shutdown function, in which AfterResponse comes true. Not for scripts. */
        private static function computePutOff(): void {}
    }

    /** What remember() does with an exception of the function. */
    enum OnError
    {
        /** It passes through. */
        case Throw;

        /** A value that is kept beyond its life is returned in its place; where there is none, it passes through. */
        case Stale;
    }

    /** The base of every exception that strata throws, except for wrong arguments. */
    class StrataException extends \Exception
    {
    }

    /** A database that is not configured, or that cannot be used as it is configured. */
    class ConfigurationException extends StrataException
    {
    }

    /** A value that cannot be stored, or that is not what the operation needs. */
    class SerializationException extends StrataException
    {
    }

    /** A tier that failed, where the failure cannot be a miss, or strata.on_error is throw. */
    class ConnectionException extends StrataException
    {
    }

    /** A value, or a sum, that is too large. */
    class CapacityException extends StrataException
    {
    }

    /** What another process has: the turn to compute (strata.lease_overflow is throw), or a lock that was lost. */
    class BusyException extends StrataException
    {
    }

    /** commit() or rollback() without begin(), or a call that cannot wait inside of a transaction. */
    class TransactionException extends StrataException
    {
    }

    /**
     * What the function of remember() may say of the value that it computes. It is passed to a function whose first
     * parameter takes it, and is of use until that function ends: afterwards every method throws an Error.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Computed
    {
        private function __construct() {}

        /** In place of the $ttl of the call; 0 or less: the value is not stored. */
        public function expiresAfter(null|int|\DateInterval $ttl): Computed {}

        /** In place of the $stale of the call. */
        public function stale(int $seconds): Computed {}

        /** The value is returned and not stored. */
        public function dontStore(): Computed {}

        /**
         * Tags of the value beside those of the call. Their numbers are read after the function: where one of them is
         * younger than the beginning of the function less 5 seconds, the value is returned and not stored, since the
         * tag may have been invalidated meanwhile. A tag that is known before belongs in the call.
         */
        public function tag(string ...$tags): Computed {}
    }

    /**
     * What a fetch found, and where.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Result
    {
        public readonly Status $status;

        /** null unless status is Hit or Stale; a stored null is a Hit with null */
        public readonly mixed $value;

        /** The tier that gave the value, or whose word the miss or error is; null where none was asked */
        public readonly ?Tier $tier;

        /** Seconds since the value was stored; null where nobody knows, as for an integer of a shared tier */
        public readonly ?float $age;

        /**
         * Seconds until the value ends; null where it does not, or where that is not known: of an integer that get()
         * brought to this host from a shared tier, and of one in Redis where PTTL is not allowed
         */
        public readonly ?float $ttl;

        public readonly ?Reason $reason;

        /** The node that answered or failed, as "host:port" or the path of its socket */
        public readonly ?string $node;

        private function __construct() {}
    }

    /**
     * One database: all its tiers behind the methods of PSR-16.
     *
     * Keys are any bytes, 1 to 65536 of them. A time to live is in seconds or a DateInterval; null
     * never ends, and 0 or less deletes. A value may have tags: any bytes, 1 to 65536 of them, where integers stand for
     * their digits; each counts once, and at most 64 with the namespaces around the key. A tier that fails counts as a miss, unless strata.on_error is throw.
     *
     * @strict-properties
     * @not-serializable
     */
    class Cache
    {
        /**
         * $namespace is that of namespace(), the outermost; "" is the root of the database.
         *
         * @throws ConfigurationException when strata.databases does not name the database
         */
        public function __construct(string $database = "default", string $namespace = "") {}

        /**
         * The namespace of this name within this one: any bytes, 1 to 255 of them, and 8 namespaces in one another at
         * most. Its keys are apart from all others, and its clear() makes its values unreachable and those of the
         * namespaces within. The object is of the class of this one and has its properties, as clone would give them;
         * no constructor runs, and __clone() does where a subclass has one.
         */
        public function namespace(string $name): static {}

        public function get(string $key, mixed $default = null): mixed {}

        /**
         * True when the deepest tier confirmed. Of each of the $tags, invalidateTags() makes the value unreachable.
         * Where one is invalidated while the value is on its way, either may come first, as with any two set().
         */
        public function set(string $key, mixed $value, null|int|\DateInterval $ttl = null, array $tags = []): bool {}

        /** True when every tier confirmed that the key is gone. */
        public function delete(string $key): bool {}

        /**
         * Makes every value of this database unreachable, or of this namespace and of those within it, on this host at
         * once and on all others within a second; of a namespace, within strata.tag_ttl. No server is flushed. True when
         * the deepest tier confirmed.
         */
        public function clear(): bool {}

        /**
         * Makes every value with one of these tags unreachable, on this host at once and on all others within
         * strata.tag_ttl. Tags belong to the database, whatever namespace the call is made in. True when the deepest
         * tier confirmed all of them, and without tags.
         */
        public function invalidateTags(string ...$tags): bool {}

        /** All keys in at most one round trip to each tier; the array has the keys in the order asked. */
        public function getMultiple(iterable $keys, mixed $default = null): array {}

        public function setMultiple(iterable $values, null|int|\DateInterval $ttl = null, array $tags = []): bool {}

        public function deleteMultiple(iterable $keys): bool {}

        public function has(string $key): bool {}

        /**
         * As get(), but says how it went: a failure is told from a miss, and a stored null from none. $from is the
         * nearest tier that is asked, null all of them.
         */
        public function fetch(string $key, ?Tier $from = null): Result {}

        /** All keys in at most one round trip to each tier: a Result under each key, in the order asked. */
        public function fetchMultiple(iterable $keys): array {}

        /** Stores the value if there is none. */
        public function add(string $key, mixed $value, null|int|\DateInterval $ttl = null, array $tags = []): bool {}

        /** Stores the value if there is one. */
        public function replace(string $key, mixed $value, null|int|\DateInterval $ttl = null, array $tags = []): bool {}

        /**
         * Stores the value if the deepest tier still holds what fetch() returned, from whatever tier that
         * was; if it returned a miss, if there is still nothing. It has the tags of what was seen. A $ttl of 0 or
         * less deletes on the same condition, as compareAndDelete(). False: another caller was faster.
         */
        public function compareAndSet(string $key, Result $seen, mixed $value, null|int|\DateInterval $ttl = null): bool {}

        /**
         * Deletes the key if the deepest tier still holds what fetch() returned, from whatever tier that was. True
         * when every tier confirmed that it is gone; after a miss, when there is still nothing. False: somebody else
         * was faster.
         */
        public function compareAndDelete(string $key, Result $seen): bool {}

        /** Gives the value a new end. False when there is no value. */
        public function touch(string $key, null|int|\DateInterval $ttl = null): bool {}

        /**
         * Adds to the integer under the key, in the deepest tier, and returns the sum. Where there is none, it starts
         * from $initial and lives for $ttl. With null for $initial only what is there is counted: where there is
         * none, nothing is stored, and the answer is null.
         *
         * @throws SerializationException when the value there is no integer
         * @throws CapacityException when the sum does not fit
         * @throws ConnectionException when the deepest tier failed: there is no number to return then
         */
        public function increment(string $key, int $by = 1, ?int $initial = 0, null|int|\DateInterval $ttl = null): ?int {}

        /** As increment(), downwards. */
        public function decrement(string $key, int $by = 1, ?int $initial = 0, null|int|\DateInterval $ttl = null): ?int {}

        /**
         * The value under the key, or what $compute returns, which is then stored: on the whole fleet by one caller at
         * a time, while the others wait for its value, or are served the last one for $stale seconds beyond its life.
         * The greater $beta, the earlier before the end of its life a value is computed anew by one of those that
         * read it; 0: not before. What $compute throws passes through, unless $onError is Stale and there is a value. What the $tags stand at is
         * read before $compute runs, so that invalidateTags() meanwhile makes the value unreachable.
         *
         * @throws BusyException when the wait was in vain and strata.lease_overflow is throw
         */
        public function remember(string $key, null|int|\DateInterval $ttl, callable $compute, int $stale = 0, float $beta = 1.0, array $tags = [], Refresh $refresh = Refresh::Now, OnError $onError = OnError::Throw): mixed {}

        /**
         * remember() for many keys. Those that have no value and are this caller's to compute are given to $compute
         * at once, as a list; it returns an array of values under their keys. A key that it leaves out is absent from
         * the result, and nothing is stored. Keys that others compute are waited for, and given to $compute in a
         * further call if nothing came. The result is in the order asked. As everywhere in PHP, a key that is a
         * decimal number is an integer in both arrays.
         *
         * @throws BusyException when the wait was in vain and strata.lease_overflow is throw
         */
        public function rememberMultiple(iterable $keys, null|int|\DateInterval $ttl, callable $compute, array $tags = []): array {}

        /**
         * From here on, what this process sets, deletes, clears and invalidates in this database waits for commit(),
         * in all its Cache objects and namespaces. Reads see it already. What can neither wait nor be truthful
         * (add(), replace(), touch(), counters and comparisons) throws. begin() inside of a transaction opens a
         * level of it. A request that ends without commit() stores nothing, and removes what it set, deleted or
         * invalidated.
         */
        public function begin(): void {}

        /**
         * Sends all that waits: removals first, then values, whose time to live begins now. True when everything was
         * confirmed. Of a level inside of another one it only says that its writes wait with those of the outer one.
         *
         * @throws TransactionException when no transaction is open
         */
        public function commit(): bool {}

        /**
         * Drops what waits since the last begin() that was not ended.
         *
         * @throws TransactionException when no transaction is open
         */
        public function rollback(): void {}

        /**
         * A lock of this name, which is not held before acquire(). It has a random token of its own, or the one
         * that is given: what is held under that one is taken up. It ends after $ttl seconds, 1 to 28 days.
         */
        public function lock(string $name, int $ttl, ?string $token = null): Lock {}
    }

    /**
     * What one process at a time has: of the fleet where the database has a shared tier, else of this host. It is held
     * until release(), the end of its time, or the end of the request or the death of the process that acquired it.
     * What becomes of the object is of no matter. docs/locks.md says what a lock is not.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Lock
    {
        private function __construct() {}

        /**
         * Waits for at most so many seconds. True: it is held now, and its time begins. False: another holder has it,
         * or the tier could not say and strata.on_error is degrade.
         *
         * @throws SerializationException when something else lies under the name of the lock
         * @throws CapacityException when 1,024 locks are held or waited for on this host
         */
        public function acquire(float $wait = 0): bool {}

        /** False: it was not held any more, or the tier could not say. */
        public function release(): bool {}

        /** Begins its time anew, with this one or that of lock(). False as for release(). */
        public function refresh(?int $ttl = null): bool {}

        /** Is its time not over? No server is asked: one may have lost the lock since. */
        public function isHeld(): bool {}

        /**
         * From now on the lock outlives this request and this process: another one takes it up with the token, or
         * its time ends.
         */
        public function token(): string {}

        /**
         * A number that is greater for each later holder: what is written with it can refuse that of an earlier one.
         *
         * @throws BusyException when the lock is not held any more
         * @throws ConnectionException when the tier could not say
         */
        public function fence(): int {}
    }
}

namespace {
    /** Strata\Cache::get() on the database default; so are the others below. */
    function strata_get(string $key, mixed $default = null): mixed {}

    function strata_set(string $key, mixed $value, null|int|DateInterval $ttl = null, array $tags = []): bool {}

    function strata_delete(string $key): bool {}

    function strata_has(string $key): bool {}

    function strata_remember(string $key, null|int|DateInterval $ttl, callable $compute, int $stale = 0, float $beta = 1.0, array $tags = [], Strata\Refresh $refresh = Strata\Refresh::Now, Strata\OnError $onError = Strata\OnError::Throw): mixed {}

    function strata_increment(string $key, int $by = 1, ?int $initial = 0, null|int|DateInterval $ttl = null): ?int {}

    function strata_decrement(string $key, int $by = 1, ?int $initial = 0, null|int|DateInterval $ttl = null): ?int {}

    /**
     * What has happened on this host, in all its processes: "version", "host" (shared, processes, leases, locks), "local"
     * (the heap of strata.memory), "databases" (counters of each tier), "nodes" (state and counters of each server),
     * "clusters" (what is known of the slots of each Redis Cluster), "mixed_users" (databases on servers that processes
     * of several users share), "names" (addresses of servers), "anomalies" (the last 256: time, node, event; the newest
     * first), "topology" (of strata.topology). docs/operations.md explains each key.
     */
    function strata_status(): array {}

    /**
     * Sends strata_status() as a page of HTML, with its headers: for operators, so put it behind rules of access. It
     * needs no script and no other file; ?refresh=5 has the browser ask again every 5 seconds. Where strata.operator is
     * on for the request it has buttons for strata_node(), whose orders it takes itself: call it before any output.
     * On a command line it prints the page.
     */
    function strata_status_page(): void {}

    /**
     * The same in figures, as OpenMetrics 1.0 writes them: counters, gauges and histograms of the whole host, for
     * Prometheus. Takes no lock that a request waits for. docs/metrics.md lists them.
     */
    function strata_metrics(): string {}

    /**
     * Sends strata_metrics() as the response of this request, with its content type; as text/plain; version=0.0.4 where
     * the client accepts only that. What was written before and is still in buffers is dropped, with a warning. Sends
     * nothing, with a warning, where output is on its way already.
     */
    function strata_metrics_page(): void {}

    /**
     * What an operator wants of one server, named as strata_status() names it: "disable" (nobody asks it),
     * "enable" (it is asked whatever happens), "drain" (asked over the connections there are, and no new one is
     * opened), "auto" (as strata judges). All processes of this host follow at once; after $ttl seconds (0: never)
     * it is "auto" again. False when no process of this host has used a server of that name, and false with a warning
     * where strata.operator does not allow it: by default it is allowed on command lines, and nowhere else.
     */
    function strata_node(string $node, string $action, int $ttl = 0): bool {}

    /**
     * The place that follows this database (shadow_redis and shadow_memcached, or in the mode lead what answered
     * before) begins anew: nothing that it holds is believed any more, and it is filled from then on. For all hosts.
     * False where the database has no such place or it did not confirm, and false with a warning where
     * strata.operator does not allow it, as with strata_node().
     */
    function strata_shadow_renew(string $database = 'default'): bool {}

    /**
     * Looks in Redis for what clear() made unreachable and left behind, and removes it: one bounded step, which looks
     * at about $limit entries of the servers (whosever they are) by SCAN and UNLINK, at most 500 of one server at once.
     * The next call of this process goes on from there; call it until "done", which says that all masters were gone
     * through once. "seen" is how many entries of the database this call came across, "former" how many of them are of
     * former generations, "removed" how many are gone now. $count_only removes nothing, on a walk of its own. Values
     * that can be reached are never touched. memcached and the local tier make room for themselves: "message" says so,
     * and is null otherwise.
     *
     * @throws ConnectionException when a master could not be asked; the others were, and the next call tries it again
     */
    function strata_purge(string $database, int $limit = 1000, bool $count_only = false): array {}

    /**
     * What lies in the local tier of this host under a database and in one namespace ("": at its root; else a name that
     * Strata\Cache takes): values of the generation in force and of this process's user and strata.namespace, whose keys
     * begin with $prefix, as the script wrote them. No lock is taken and no value is read. One call looks at about a
     * million places, and ends when it has found $limit keys (up to 10,000; those that share the last place come along).
     * $cursor says where it goes on, and is null when all was looked at: begin with null and call it until it is null
     * again. What comes or goes meanwhile may be missing or be told twice. Of each key:
     *
     *     "size" => int      bytes of the value as it lies there
     *     "bytes" => int     bytes of the heap that key and value take together
     *     "type" => string   "null", "false", "true", "integer", "double", "string"; "php", "igbinary" or "json" wrote it; "image" of
     *                        a string or an array as PHP keeps it in memory, "objects" the same with objects in it
     *     "ttl" => ?float    seconds until the value ends; null: it has no end
     *     "local_ttl" => ?float  seconds that this host serves this copy yet; null: until it is removed
     *     "age" => ?float    seconds since the value was stored first, by any host; null where that is not known, as of numbers
     *                        that a server counts and of what other programs wrote
     *     "cost" => float    seconds that it took to compute; 0 where that is not known
     *     "tags" => int      tags that it bears, namespaces included
     *
     * False with a warning where strata.operator does not allow it: by default it is allowed on command lines only.
     */
    function strata_keys(string $prefix = '', int $limit = 100, string $database = 'default', string $namespace = '', ?int &$cursor = null): array|false {}

    /**
     * Goes to every server of a database (null: of all of them), over the connections that requests use, and says what is
     * there and what is wrong with it. A server has about two seconds. Shape:
     *
     *     "databases" => [name => [node => [            node as strata_status() names it; [] where no servers are set
     *         "protocol" => "redis", "sentinel" or "memcached",
     *         "reached" => bool, "error" => ?string,    the sentence; null where it was reached
     *         "reason" => ?string,                      of the failure, as strata_status() counts it
     *         "milliseconds" => ?float,                 one question and its answer
     *         "clock" => ?["difference" => float, "uncertainty" => float],    milliseconds that it is ahead of this host
     *         "forbidden" => [string, ...],             commands that this user may not use, or that are not there
     *         "unseen" => [string, ...],                questions of this check that were refused
     *         ... as far as they are known: "software", "version", "role", "mode", "rights_by", "user", "connections",
     *         "connections_most", "memory", "memory_most", "eviction", "largest_value", "slots", "cluster_state",
     *         "quorum", "sentinels", "cas"]]],
     *     "findings" => [["severity" => "error" or "warning", "database" => string,
     *         "node" => ?string,                        null: it is about the database
     *         "sentence" => string], ...]               cause and way out, errors first
     *
     * False with a warning where strata.operator does not allow it: by default it is allowed on command lines only.
     */
    function strata_check(?string $database = null): array|false {}

    /**
     * Says that one request is over and the next one begins, where PHP does not see that (queue workers, long-running
     * servers). strata.request_budget is whole again, and what Refresh::AfterResponse put off is computed: call it when
     * the response was sent.
     */
    function strata_request_boundary(): void {}
}
