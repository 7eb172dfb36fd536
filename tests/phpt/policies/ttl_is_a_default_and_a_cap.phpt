--TEST--
policies: ttl is given where a program gave none, shortens a longer one, and the longest prefix counts
--INI--
strata.ttl_jitter=0
strata.policies="page:* ttl=10m; page:en:* ttl=1h; free:*; * ttl=24h"
--FILE--
<?php
$cache = new Strata\Cache();
$ttl = function (string $key) use ($cache) {
    $ttl = $cache->fetch($key)->ttl;
    return $ttl === null ? 'none' : (string) round($ttl);
};
$show = function (string $what, string $key) use ($ttl) {
    echo "$what: ", $ttl($key), "\n";
};

foreach (['page:1', 'page:en:1', 'free:1', 'other', 'pag', '~x'] as $key) {
    $cache->set($key, 1);
    $given = $ttl($key);
    $cache->set($key, 1, 100);
    $shorter = $ttl($key);
    $cache->set($key, 1, 100000);
    echo "$key: $given, $shorter, ", $ttl($key), "\n";
}

$cache->setMultiple(['page:m' => 1, 'free:m' => 2, 'm' => 3]);
echo 'setMultiple: ', $ttl('page:m'), ', ', $ttl('free:m'), ', ', $ttl('m'), "\n";
$cache->delete('page:1');
$cache->add('page:1', 1);
$show('add', 'page:1');
$cache->replace('page:1', 2, 20);
$show('replace', 'page:1');
$cache->touch('page:1');
$show('touch', 'page:1');
$cache->touch('page:1', new DateInterval('P1Y'));
$show('touch for a year', 'page:1');
$cache->compareAndSet('page:1', $cache->fetch('page:1'), 3);
$show('compareAndSet', 'page:1');
$cache->increment('page:count');
$show('increment', 'page:count');
$cache->remember('page:r', null, fn () => 1);
$show('remember', 'page:r');
$cache->remember('page:c', 5, fn (Strata\Computed $computed) => $computed->expiresAfter(5000) ? 1 : 0);
$show('Computed', 'page:c');
$cache->rememberMultiple(['page:rm', 'free:rm'], null, fn ($keys) => array_fill_keys($keys, 1));
echo 'rememberMultiple: ', $ttl('page:rm'), ', ', $ttl('free:rm'), "\n";
var_dump($cache->set('page:1', 1, 0), $cache->has('page:1'));
?>
--EXPECT--
page:1: 600, 100, 600
page:en:1: 3600, 100, 3600
free:1: none, 100, 100000
other: 86400, 100, 86400
pag: 86400, 100, 86400
~x: 86400, 100, 86400
setMultiple: 600, none, 86400
add: 600
replace: 20
touch: 600
touch for a year: 600
compareAndSet: 600
increment: 600
remember: 600
Computed: 600
rememberMultiple: 600, none
bool(true)
bool(false)
