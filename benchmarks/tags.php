<?php

/*
 * A hit with 0, 1 and 5 tags: the local tier against Symfony's TagAwareAdapter over APCu, Redis and memcached
 * against the same over Redis. tags.php WHAT ADDRESS.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require '/usr/share/php/Symfony/Component/Cache/autoload.php';

[, $what, $address] = $argv;
$value = str_repeat('v', 1000);
$cache = new Strata\Cache();
[$host, $port] = explode(':', "$address:");
if ($what === 'local') {
    $pool = new Symfony\Component\Cache\Adapter\ApcuAdapter('bench');
} else {
    $client = new Redis();
    $client->connect($host, (int) $port);
    $pool = new Symfony\Component\Cache\Adapter\RedisAdapter($client, 'bench');
}
/* It believes the numbers of tags that it knows for 0.15 s by default; for a second, as ours. */
$symfony = new Symfony\Component\Cache\Adapter\TagAwareAdapter($pool, null, 1.0);
heading("a hit with tags, $what, 1 KB" . ($what === 'local' ? '' : ', local_ttl=' . ini_get('strata.local_ttl')), 'TagAware');
foreach ([0, 1, 5] as $count) {
    $tags = array_map(fn ($n) => "tag $n", $count > 0 ? range(1, $count) : []);
    $cache->set("hit $count", $value, 600, tags: $tags) || exit("not stored\n");
    $symfony->save($symfony->getItem("hit_$count")->set($value)->tag($tags)->expiresAfter(600));
    $calls = $what === 'local' ? 20_000 : 500;
    compare("get, $count tags", fn ($i) => $cache->get("hit $count"), fn ($i) => $symfony->getItem("hit_$count")->get(), $calls, 0.1);
}
foreach ([1, 5] as $count) {
    $tags = array_map(fn ($n) => "tag $n", range(1, $count));
    compare("set, $count tags", fn ($i) => $cache->set("set $count", $value, 600, tags: $tags),
        fn ($i) => $symfony->save($symfony->getItem("set_$count")->set($value)->tag($tags)->expiresAfter(600)), $what === 'local' ? 5_000 : 300);
    compare("invalidate $count", fn ($i) => $cache->invalidateTags(...$tags), fn ($i) => $symfony->invalidateTags($tags), $what === 'local' ? 5_000 : 300);
}
if ($what === 'local') {
    $space = $cache->namespace('shop')->namespace('de');
    $space->set('hit', $value, 600);
    $plain = new Symfony\Component\Cache\Adapter\ApcuAdapter('shop');
    $plain->save($plain->getItem('hit')->set($value)->expiresAfter(600));
    heading('the same in namespaces', 'APCu adapter');
    compare('get, two namespaces deep', fn ($i) => $space->get('hit'), fn ($i) => $plain->getItem('hit')->get(), 20_000);
    compare('the same without namespaces', fn ($i) => $cache->get('hit 0'), fn ($i) => $plain->getItem('hit')->get(), 20_000);
}
