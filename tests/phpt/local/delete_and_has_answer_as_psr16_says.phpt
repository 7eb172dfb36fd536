--TEST--
Strata\Cache: delete() is true also where nothing was, has() is true only where something is
--FILE--
<?php
strata_set('key', false);
var_dump(strata_has('key'), strata_delete('key'), strata_has('key'), strata_delete('key'));
var_dump(strata_get('key', 'default'), strata_set('key', 1), strata_get('key'), strata_set('key', 2), strata_get('key'));
var_dump((new Strata\Cache())->get('key'), (new Strata\Cache('default'))->delete('key'), strata_get('key'));

interface Psr16
{
    public function get(string $key, mixed $default = null): mixed;
    public function set(string $key, mixed $value, null|int|DateInterval $ttl = null): bool;
    public function delete(string $key): bool;
    public function clear(): bool;
    public function getMultiple(iterable $keys, mixed $default = null): iterable;
    public function setMultiple(iterable $values, null|int|DateInterval $ttl = null): bool;
    public function deleteMultiple(iterable $keys): bool;
    public function has(string $key): bool;
}
class Psr16Cache extends Strata\Cache implements Psr16
{
}
var_dump((new Psr16Cache())->set(key: 'key', value: 3, ttl: 60), strata_get('key'));
?>
--EXPECT--
bool(true)
bool(true)
bool(false)
bool(true)
string(7) "default"
bool(true)
int(1)
bool(true)
int(2)
int(2)
bool(true)
NULL
bool(true)
int(3)
