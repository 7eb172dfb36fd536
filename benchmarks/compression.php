<?php

/*
 * Large values through servers: strata, which compresses them, against phpredis with zstd and php-memcached with what
 * it has. What is stored, and the time of a set and a get. The local tier is off: every get goes to a server.
 */

declare(strict_types=1);

require __DIR__ . '/bench.inc';
require __DIR__ . '/../tests/support/servers.inc';

/** JSON as an API answers it: rows of fields, of which many look alike. */
function json_of(int $size): string
{
    mt_srand(5);
    $words = preg_split('/\s+/', file_get_contents(__DIR__ . '/../docs/operations.md'));
    $text = fn (int $count) => implode(' ', array_map(fn () => $words[mt_rand(0, count($words) - 1)], range(1, $count)));
    for ($json = '', $id = 1000; strlen($json) < $size; $id += mt_rand(1, 9)) {
        $json .= json_encode(['id' => $id, 'sku' => substr(md5((string) $id), 0, 10), 'name' => $text(4),
            'price' => mt_rand(100, 99999) / 100, 'stock' => mt_rand(0, 500), 'active' => (bool) mt_rand(0, 1),
            'created' => date('c', 1700000000 + mt_rand(0, 9999999)), 'description' => $text(12)]) . ",\n";
    }
    return substr($json, 0, $size);
}

/** Bytes that all keys of a memcached server with this in their name take as values. */
function stored_in_memcached(string $server, string $part): int
{
    foreach (explode("\n", memcached($server, "lru_crawler metadump all\r\n")) as $line) {
        if (preg_match('/^key=(\S+).* size=(\d+)/', $line, $found) && str_contains(urldecode($found[1]), $part)) {
            return (int) $found[2];
        }
    }
    return 0;
}

$values = ['4 KiB' => json_of(4096), '64 KiB' => json_of(65536), '1 MiB' => json_of(1 << 20)];
$on_redis = new Strata\Cache('onredis');
$on_memcached = new Strata\Cache('onmemcached');

if (class_exists('Redis') && defined('Redis::COMPRESSION_ZSTD')) {
    $peer = new Redis();
    $at = parse_url(getenv('STRATA_TEST_REDIS_1_DSN'));
    $peer->connect($at['host'], $at['port']);
    $peer->auth(getenv('STRATA_TEST_REDIS_PASSWORD'));
    $peer->select(1);
    $peer->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_ZSTD);
    $peer->setOption(Redis::OPT_COMPRESSION_LEVEL, 1);
    heading('Redis, JSON, zstd level 1', 'phpredis');
    foreach ($values as $size => $value) {
        $on_redis->set($size, $value);
        $peer->set("peer $size", $value);
        $peer->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_NONE);
        $name = current(array_filter($peer->keys('*'), fn ($name) => str_contains($name, "onredis:") && str_ends_with($name, ":$size")));
        [$ours, $theirs] = [$peer->strlen($name), $peer->strlen("peer $size")];
        $peer->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_ZSTD);
        line("stored of $size", (string) $ours, (string) $theirs, $ours / $theirs);
        $count = (int) (20_000_000 / (strlen($value) + 40_000));
        compare("set $size", fn () => $on_redis->set($size, $value), fn () => $peer->set("peer $size", $value), $count);
        compare("get $size", fn () => $on_redis->get($size), fn () => $peer->get("peer $size"), $count);
    }
}
if (class_exists('Memcached')) {
    $kinds = ['fastlz' => Memcached::COMPRESSION_FASTLZ, 'zlib' => Memcached::COMPRESSION_ZLIB];
    if (defined('Memcached::COMPRESSION_ZSTD')) {
        $kinds = ['zstd' => constant('Memcached::COMPRESSION_ZSTD')];
    }
    $server = servers_of('STRATA_TEST_MEMCACHED')[0];
    [$host, $port] = explode(':', $server);
    foreach ($kinds as $kind => $type) {
        $peer = new Memcached();
        $peer->addServer($host, (int) $port);
        $peer->setOption(Memcached::OPT_TCP_NODELAY, true);
        $peer->setOption(Memcached::OPT_COMPRESSION, true);
        $peer->setOption(Memcached::OPT_COMPRESSION_TYPE, $type);
        heading("memcached, JSON, zstd level 1 and $kind", 'php-memcached');
        foreach ($values as $size => $value) {
            $key = strtr($size, ' ', '-');
            $on_memcached->set($key, $value);
            $peer->set("peer-$kind-$key", $value);
            [$ours, $theirs] = [stored_in_memcached($server, ":$key"), stored_in_memcached($server, "peer-$kind-$key")];
            line("stored of $size", (string) $ours, (string) $theirs, $theirs > 0 ? $ours / $theirs : 0);
            $count = (int) (20_000_000 / (strlen($value) + 40_000));
            compare("set $size", fn () => $on_memcached->set($key, $value), fn () => $peer->set("peer-$kind-$key", $value), $count);
            compare("get $size", fn () => $on_memcached->get($key), fn () => $peer->get("peer-$kind-$key"), $count);
        }
    }
}
