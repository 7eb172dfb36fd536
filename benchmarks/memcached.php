<?php

/* The memcached tier against php-memcached with its text protocol, on the same two servers. */

declare(strict_types=1);

require __DIR__ . '/bench.inc';

if (!class_exists('Memcached')) {
    echo "memcached: skipped, php-memcached is not loaded\n";
    exit(0);
}

$peer = new Memcached();
$peer->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
$peer->setOption(Memcached::OPT_TCP_NODELAY, true);
foreach (explode(',', getenv('STRATA_TEST_MEMCACHED')) as $server) {
    [$host, $port] = explode(':', $server);
    $peer->addServer($host, (int) $port);
}

/* local_ttl is 0 in this run: every get goes to the server. */
$cache = new Strata\Cache();
$value = str_repeat('v', 100);
$keys = array_map(fn($i) => "bench:$i", range(1, 100));
$pairs = array_fill_keys($keys, $value);
$cache->setMultiple($pairs);
$peer->setMulti($pairs);

heading('memcached, 100-byte values' . place(), 'php-memcached');
compare('get', fn() => $cache->get('bench:1'), fn() => $peer->get('bench:1'), 3_000, 1.0);
compare('set', fn() => $cache->set('bench:1', $value), fn() => $peer->set('bench:1', $value), 3_000);
compare('get 100 keys over 2 servers', fn() => $cache->getMultiple($keys), fn() => $peer->getMulti($keys), 300, 1.25);
compare('set 100 keys over 2 servers', fn() => $cache->setMultiple($pairs), fn() => $peer->setMulti($pairs), 30, 1.25);
