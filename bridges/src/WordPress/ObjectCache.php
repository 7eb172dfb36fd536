<?php

declare(strict_types=1);

namespace Strata\Bridge\WordPress;

use Strata\Bridge\Deepest;
use Strata\Cache;
use Strata\Result;
use Strata\Status;
use Strata\StrataException;

/**
 * What object-cache.php puts into $wp_object_cache: each group is a namespace of strata within that of the
 * installation. What a request has read or written it finds in its own memory; objects are cloned on their way in
 * and out, as WordPress does it.
 *
 * Constants of wp-config.php: STRATA_WP_DATABASE is strata's database ("default"), STRATA_WP_NAMESPACE or
 * WP_CACHE_KEY_SALT the namespace of the installation (made of the names of its database and the prefix of its
 * tables).
 */
final class ObjectCache
{
    public const FEATURES = ['add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime', 'flush_group'];

    private const TRIES = 100;

    public int $cache_hits = 0;
    public int $cache_misses = 0;

    /** @var array<string, true> as WordPress reads it: groups that all sites of a network share */
    public array $global_groups = [];

    /** @var array<string, true> groups that are this request's alone */
    private array $runtime_groups = [];

    /** @var array<string, array<mixed>> by group and key: what this request knows */
    private array $known = [];

    /** @var array<string, Cache> */
    private array $groups = [];

    /** @var array<string, Deepest> */
    private array $deepest = [];

    private readonly Cache $root;
    private readonly bool $multisite;
    private readonly object $nothing;
    private string $blog_prefix = '';

    public function __construct()
    {
        $this->root = self::open();
        $this->nothing = new \stdClass();
        $this->multisite = is_multisite();
        $this->switch_to_blog(get_current_blog_id());
    }

    /** Why strata cannot be used here; null where it can. */
    public static function whyNot(): ?string
    {
        if (!method_exists(Cache::class, 'namespace')) {
            return extension_loaded('strata')
                ? 'the extension strata ' . phpversion('strata') . ' is older than its bridges'
                : "PHP's extension strata is not loaded";
        }
        try {
            self::open();
        } catch (\Exception $thrown) {
            return $thrown->getMessage();
        }
        return null;
    }

    private static function open(): Cache
    {
        $namespace = defined('STRATA_WP_NAMESPACE') ? STRATA_WP_NAMESPACE : (defined('WP_CACHE_KEY_SALT') ? WP_CACHE_KEY_SALT : '');
        if ($namespace === '') {
            $namespace = 'wordpress:' . DB_NAME . ':' . ($GLOBALS['table_prefix'] ?? '');
        }
        return new Cache(defined('STRATA_WP_DATABASE') ? STRATA_WP_DATABASE : 'default', $namespace);
    }

    public function get($key, $group = 'default', $force = false, &$found = null)
    {
        $found = false;
        $group = self::group($group);
        if (!$this->isKey($key, __FUNCTION__)) {
            return false;
        }
        $id = $this->id($key, $group);
        if (!$this->isKnown($id, $group, (bool) $force)) {
            $value = $this->read($id, $group, (bool) $force);
            if ($value === $this->nothing) {
                $this->forget($id, $group);
                $this->cache_misses++;
                return false;
            }
            $this->known[$group][$id] = $value;
        }
        $found = true;
        $this->cache_hits++;
        return self::copy($this->known[$group][$id]);
    }

    /** All that this request does not know yet in one round trip to each tier. */
    public function get_multiple($keys, $group = 'default', $force = false)
    {
        $group = self::group($group);
        $unknown = [];
        foreach ($keys as $key) {
            if ($this->isKey($key, __FUNCTION__) && !$this->isKnown($id = $this->id($key, $group), $group, (bool) $force)) {
                $unknown[$id] = (string) $id;
            }
        }
        if ($unknown !== [] && !isset($this->runtime_groups[$group])) {
            $read = $this->attempt(fn () => $this->in($group)->getMultiple(array_values($unknown), $this->nothing), []);
            foreach ($read as $id => $value) {
                if ($value !== $this->nothing) {
                    $this->known[$group][$id] = $value;
                    unset($unknown[$id]);
                }
            }
        }
        $values = [];
        foreach ($keys as $key) {
            $id = self::isValid($key) ? $this->id($key, $group) : null;
            if ($id === null || isset($unknown[$id])) {
                $this->forget($id, $group);
                $this->cache_misses += (int) ($id !== null);
                $values[$key] = false;
            } else {
                $this->cache_hits++;
                $values[$key] = self::copy($this->known[$group][$id]);
            }
        }
        return $values;
    }

    public function set($key, $data, $group = 'default', $expire = 0)
    {
        $group = self::group($group);
        if (!$this->isKey($key, __FUNCTION__)) {
            return false;
        }
        $id = $this->id($key, $group);
        $data = self::copy($data);
        $this->known[$group][$id] = $data;
        return isset($this->runtime_groups[$group]) || $this->write($id, $group, $data, $expire);
    }

    public function set_multiple(array $data, $group = '', $expire = 0)
    {
        $group = self::group($group);
        $values = $done = [];
        foreach ($data as $key => $value) {
            $done[$key] = $this->isKey($key, __FUNCTION__);
            if ($done[$key]) {
                $values[$this->id($key, $group)] = self::copy($value);
            }
        }
        $this->known[$group] = $values + ($this->known[$group] ?? []);
        if (isset($this->runtime_groups[$group]) || $values === []
            || $this->attempt(fn () => $this->in($group)->setMultiple($values, self::life($expire)), false)) {
            return $done;
        }
        /* Which of them it was is not said. */
        foreach (array_filter($done) as $key => $_) {
            $done[$key] = $this->write($id = $this->id($key, $group), $group, $values[$id], $expire);
        }
        return $done;
    }

    public function add($key, $data, $group = 'default', $expire = 0)
    {
        $group = self::group($group);
        if (wp_suspend_cache_addition() || !$this->isKey($key, __FUNCTION__)) {
            return false;
        }
        $id = $this->id($key, $group);
        if ($this->isKnown($id, $group, false)) {
            return false;
        }
        $data = self::copy($data);
        if (isset($this->runtime_groups[$group])
            || $this->attempt(fn () => $this->in($group)->add((string) $id, $data, self::life($expire)), false)) {
            $this->known[$group][$id] = $data;
            return true;
        }
        /* Another request was faster, or a server failed: then at least this request keeps what it has. */
        $there = $this->read($id, $group, true);
        $this->known[$group][$id] = $there === $this->nothing ? $data : $there;
        return false;
    }

    public function add_multiple(array $data, $group = '', $expire = 0)
    {
        $added = [];
        foreach ($data as $key => $value) {
            $added[$key] = $this->add($key, $value, $group, $expire);
        }
        return $added;
    }

    public function replace($key, $data, $group = 'default', $expire = 0)
    {
        $group = self::group($group);
        if (!$this->isKey($key, __FUNCTION__)) {
            return false;
        }
        $id = $this->id($key, $group);
        $data = self::copy($data);
        $replaced = isset($this->runtime_groups[$group])
            ? $this->isKnown($id, $group, false)
            : $this->attempt(fn () => $this->in($group)->replace((string) $id, $data, self::life($expire)), false);
        if ($replaced) {
            $this->known[$group][$id] = $data;
        }
        return $replaced;
    }

    /** True when something was there, and is gone. */
    public function delete($key, $group = 'default', $deprecated = false)
    {
        return $this->isKey($key, __FUNCTION__) && $this->delete_multiple([$key], $group)[$key];
    }

    public function delete_multiple(array $keys, $group = '')
    {
        $group = self::group($group);
        $there = $deleted = [];
        foreach ($keys as $key) {
            $deleted[$key] = false;
            if ($this->isKey($key, __FUNCTION__)) {
                $id = $this->id($key, $group);
                $there[$id] = $this->isKnown($id, $group, false);
            }
        }
        $done = isset($this->runtime_groups[$group]) || $there === [] || $this->erase($there, $group);
        foreach ($keys as $key) {
            if (self::isValid($key)) {
                $id = $this->id($key, $group);
                $deleted[$key] = $done && $there[$id];
                $there[$id] = false;
                $this->forget($id, $group);
            }
        }
        return $deleted;
    }

    public function incr($key, $offset = 1, $group = 'default')
    {
        return $this->isKey($key, __FUNCTION__) ? $this->count($key, (int) $offset, self::group($group)) : false;
    }

    public function decr($key, $offset = 1, $group = 'default')
    {
        return $this->isKey($key, __FUNCTION__) ? $this->count($key, -(int) $offset, self::group($group)) : false;
    }

    public function flush()
    {
        $this->known = [];
        return $this->attempt(fn () => $this->root->clear(), false);
    }

    public function flush_runtime()
    {
        $this->known = [];
        return true;
    }

    public function flush_group($group)
    {
        $group = self::group($group);
        unset($this->known[$group]);
        return isset($this->runtime_groups[$group]) || $this->attempt(fn () => $this->in($group)->clear(), false);
    }

    public function add_global_groups($groups): void
    {
        $this->global_groups = array_fill_keys((array) $groups, true) + $this->global_groups;
    }

    public function add_non_persistent_groups($groups): void
    {
        $this->runtime_groups = array_fill_keys((array) $groups, true) + $this->runtime_groups;
    }

    public function switch_to_blog($blog_id): void
    {
        $this->blog_prefix = $this->multisite ? (int) $blog_id . ':' : '';
    }

    public function reset(): void
    {
        $this->known = array_intersect_key($this->known, $this->global_groups);
    }

    public function stats(): void
    {
        echo "<p><strong>Cache Hits:</strong> $this->cache_hits<br /><strong>Cache Misses:</strong> $this->cache_misses</p><ul>";
        foreach ($this->known as $group => $values) {
            echo '<li><strong>Group:</strong> ', esc_html((string) $group), ' - ', count($values), '</li>';
        }
        echo '</ul>';
    }

    private static function group($group): string
    {
        return empty($group) ? 'default' : (string) $group;
    }

    private function in(string $group): Cache
    {
        return $this->groups[$group] ??= $this->root->namespace(strlen($group) > 255 ? hash('sha256', $group) : $group);
    }

    private function deepest(string $group): Deepest
    {
        return $this->deepest[$group] ??= new Deepest($this->in($group));
    }

    private function id($key, string $group): int|string
    {
        return $this->multisite && !isset($this->global_groups[$group]) ? $this->blog_prefix . $key : $key;
    }

    private static function isValid($key): bool
    {
        return is_int($key) || (is_string($key) && trim($key) !== '');
    }

    private function isKey($key, string $method): bool
    {
        if (self::isValid($key)) {
            return true;
        }
        $message = is_string($key)
            ? 'Cache key must not be an empty string.'
            : sprintf('Cache key must be integer or non-empty string, %s given.', gettype($key));
        _doing_it_wrong(self::class . "::$method", $message, '6.1.0');
        return false;
    }

    /** In this request: $anew where only the tiers count. */
    private function isKnown(int|string $id, string $group, bool $anew): bool
    {
        return (!$anew || isset($this->runtime_groups[$group])) && array_key_exists($id, $this->known[$group] ?? []);
    }

    private function forget(int|string|null $id, string $group): void
    {
        if ($id !== null) {
            unset($this->known[$group][$id]);
        }
    }

    private static function copy(mixed $value): mixed
    {
        return is_object($value) ? clone $value : $value;
    }

    private static function life($expire): ?int
    {
        return (int) $expire === 0 ? null : (int) $expire;
    }

    /** The value that the tiers have, or $this->nothing. */
    private function read(int|string $id, string $group, bool $anew): mixed
    {
        if (isset($this->runtime_groups[$group])) {
            return $this->nothing;
        }
        if (!$anew) {
            return $this->attempt(fn () => $this->in($group)->get((string) $id, $this->nothing), $this->nothing);
        }
        $result = $this->latest($id, $group);
        return $result !== null && self::isHit($result) ? $result->value : $this->nothing;
    }

    private function latest(int|string $id, string $group): ?Result
    {
        return $this->attempt(fn () => $this->deepest($group)->fetch((string) $id), null);
    }

    private static function isHit(Result $result): bool
    {
        return $result->status === Status::Hit || $result->status === Status::Stale;
    }

    /** What cannot be stored must not leave an older value to others. */
    private function write(int|string $id, string $group, mixed $data, $expire): bool
    {
        $stored = $this->attempt(fn () => $this->in($group)->set((string) $id, $data, self::life($expire)), null);
        if ($stored === null) {
            $this->attempt(fn () => $this->in($group)->delete((string) $id), false);
        }
        return $stored === true;
    }

    /** Marks what the tiers had, and deletes it there. */
    private function erase(array &$there, string $group): bool
    {
        $ids = array_map('strval', array_keys($there));
        foreach ($this->attempt(fn () => $this->in($group)->getMultiple($ids, $this->nothing), []) as $id => $value) {
            $there[$id] = $there[$id] || $value !== $this->nothing;
        }
        return $this->attempt(fn () => $this->in($group)->deleteMultiple($ids), false);
    }

    /** The sum, never below 0; false where nothing is there. */
    private function count(int|string $key, int $by, string $group): int|float|false
    {
        $id = $this->id($key, $group);
        if (isset($this->runtime_groups[$group])) {
            return $this->isKnown($id, $group, false)
                ? $this->known[$group][$id] = self::sum($this->known[$group][$id], $by)
                : false;
        }
        $sum = $this->attempt(fn () => $this->exchange((string) $id, $by, $group), false);
        if ($sum === false) {
            $this->forget($id, $group);
        } else {
            $this->known[$group][$id] = $sum;
        }
        return $sum;
    }

    private function exchange(string $id, int $by, string $group): int|float|false
    {
        for ($tries = 0; $tries < self::TRIES; $tries++) {
            $seen = $this->deepest($group)->fetch($id);
            if (!self::isHit($seen)) {
                return false;
            }
            $sum = self::sum($seen->value, $by);
            $life = $seen->ttl === null ? null : max(1, (int) ceil($seen->ttl));
            if ($this->in($group)->compareAndSet($id, $seen, $sum, $life)) {
                return $sum;
            }
        }
        return false;
    }

    private static function sum(mixed $value, int $by): int|float
    {
        return max(0, (is_numeric($value) ? $value + 0 : 0) + $by);
    }

    /** What the function returns, and the fallback where strata throws: a cache that fails must not end a page. */
    private function attempt(callable $act, mixed $fallback): mixed
    {
        try {
            return $act();
        } catch (StrataException $thrown) {
            $this->tell($thrown->getMessage());
            return $fallback;
        }
    }

    /** Once in a request. */
    private function tell(string $message): void
    {
        static $told = false;
        if (!$told) {
            $told = true;
            error_log("strata object cache: $message");
        }
    }
}
