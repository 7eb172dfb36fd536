<?php
/* WordPress' object cache on APCu, for comparison only: as the bridge does it, with a memory of the request before. */

final class Apcu_Object_Cache
{
    private array $runtime = [];
    private array $known = [];

    private function id($key, string $group): string
    {
        return "$group:$key";
    }

    private static function copy($value)
    {
        return is_object($value) ? clone $value : $value;
    }

    public function get($key, $group, $force, &$found)
    {
        $group = $group ?: 'default';
        $id = $this->id($key, $group);
        $found = !$force && array_key_exists($id, $this->known);
        if (!$found && !isset($this->runtime[$group])) {
            $value = apcu_fetch($id, $found);
            if ($found) {
                $this->known[$id] = $value;
            }
        }
        return $found ? self::copy($this->known[$id]) : false;
    }

    public function put(string $how, $key, $data, $group, $expire): bool
    {
        $group = $group ?: 'default';
        $id = $this->id($key, $group);
        $data = self::copy($data);
        if ($how !== 'set') {
            $this->get($key, $group, false, $found);
            if ($found !== ($how === 'replace')) {
                return false;
            }
        }
        $done = isset($this->runtime[$group]) || ($how === 'add' ? apcu_add($id, $data, (int) $expire) : apcu_store($id, $data, (int) $expire));
        if ($done) {
            $this->known[$id] = $data;
        }
        return $done;
    }

    public function delete($key, $group): bool
    {
        $id = $this->id($key, $group ?: 'default');
        $known = array_key_exists($id, $this->known);
        unset($this->known[$id]);
        return apcu_delete($id) || $known;
    }

    public function count($key, int $by, $group)
    {
        $value = $this->get($key, $group, false, $found);
        if (!$found) {
            return false;
        }
        $sum = max(0, (is_numeric($value) ? $value : 0) + $by);
        $this->put('set', $key, $sum, $group, 0);
        return $sum;
    }

    public function flush(): bool
    {
        $this->known = [];
        return apcu_clear_cache();
    }

    public function add_runtime_groups($groups): void
    {
        $this->runtime = array_fill_keys((array) $groups, true) + $this->runtime;
    }
}

function wp_cache_init()
{
    $GLOBALS['wp_object_cache'] = new Apcu_Object_Cache();
}

function wp_cache_add($key, $data, $group = '', $expire = 0)
{
    return !wp_suspend_cache_addition() && $GLOBALS['wp_object_cache']->put('add', $key, $data, $group, $expire);
}

function wp_cache_replace($key, $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->put('replace', $key, $data, $group, $expire);
}

function wp_cache_set($key, $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->put('set', $key, $data, $group, $expire);
}

function wp_cache_get($key, $group = '', $force = false, &$found = null)
{
    return $GLOBALS['wp_object_cache']->get($key, $group, $force, $found);
}

function wp_cache_delete($key, $group = '')
{
    return $GLOBALS['wp_object_cache']->delete($key, $group);
}

function wp_cache_incr($key, $offset = 1, $group = '')
{
    return $GLOBALS['wp_object_cache']->count($key, (int) $offset, $group);
}

function wp_cache_decr($key, $offset = 1, $group = '')
{
    return $GLOBALS['wp_object_cache']->count($key, -(int) $offset, $group);
}

function wp_cache_flush()
{
    return $GLOBALS['wp_object_cache']->flush();
}

function wp_cache_close()
{
    return true;
}

function wp_cache_add_global_groups($groups)
{
}

function wp_cache_add_non_persistent_groups($groups)
{
    $GLOBALS['wp_object_cache']->add_runtime_groups($groups);
}

function wp_cache_switch_to_blog($blog_id)
{
}
