--TEST--
Strata\Cache: set() of a value too large for the heap returns false and leaves no old value behind
--INI--
strata.memory=1M
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$fits = str_repeat('x', (1 << 20) / 8);
var_dump($cache->set('key', $fits), $cache->get('key') === $fits);
var_dump(strata_status()['local']['value_limit'] >= strlen($fits));

$large = str_repeat('x', 2 << 20);
var_dump($cache->set('key', $large), $cache->has('key'));
$cache->set('key', 'old');
var_dump($cache->setMultiple(['key' => $large, 'small' => 1]), $cache->has('key'), $cache->get('small'));
$cache->set('key', 'old');
var_dump($cache->replace('key', $large), $cache->has('key'));
var_dump($cache->add('new', $large), $cache->has('new'));
$calls = 0;
for ($i = 0; $i < 2; $i++) {
    var_dump(strlen($cache->remember('new', 60, function () use ($large, &$calls) {
        $calls++;
        return $large;
    })));
}
var_dump($calls);
?>
--EXPECTF--
bool(true)
bool(true)
bool(true)

Warning: Strata\Cache::set(): database default: a value of 2097200 bytes in the local tier, and strata.memory allows 131136: an eighth of it, 16 MiB at most in %s on line %d
bool(false)
bool(false)
bool(false)
bool(false)
int(1)
bool(false)
bool(false)
bool(false)
bool(false)
int(2097152)
int(2097152)
int(2)
