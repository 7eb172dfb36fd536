<?php

/*
 * What a scrape takes: strata_metrics() of three databases on 20 servers, all of which were asked for values of 500
 * prefixes. Bytes of the text, with and without the 32 prefixes in it, and the median and longest time of 500.
 */

declare(strict_types=1);

require __DIR__ . '/../tests/support/own_server.inc';
require __DIR__ . '/../tests/support/php.inc';

if (!extension_loaded('strata')) {
    putenv("STRATA_SO=$argv[1]");
    $memcached = array_map(fn () => new OwnServer('memcached', 'server', ['-t', '1']), range(1, 17));
    $redis = array_map(fn () => new OwnServer('redis'), range(1, 3));
    $ring = implode(',', array_map(fn ($server) => "127.0.0.1:$server->port", $memcached));
    $ini = ['strata.databases' => 'b,c', 'strata.memory' => '32M', 'strata.operator' => 'on', 'strata.request_budget' => '60s'];
    foreach (['', 'b.', 'c.'] as $number => $database) {
        $ini["strata.{$database}memcached"] = "memcached://$ring";
        $ini["strata.{$database}redis"] = "redis://127.0.0.1:{$redis[$number]->port}";
    }
    /* One of them is about to move: its counts are there, and nothing is sent. */
    $ini['strata.b.shadow_redis'] = 'redis://127.0.0.1:1';
    echo run_php($ini, [__FILE__]);
    exit;
}

foreach (['default', 'b', 'c'] as $name) {
    $cache = new Strata\Cache($name);
    for ($i = 0; $i < 5000; $i++) {
        $key = 'prefix' . $i % 500 . ":of:$i";
        $cache->get($key);
        $cache->set($key, str_repeat('x', $i));
        $cache->fetch($key, from: Strata\Tier::Memcached);
        $i % 3 !== 0 || $cache->delete($key);
        $i % 5 !== 0 || $cache->increment("count:$i");
        $i % 7 !== 0 || $cache->add("add:$i", [$i]);
        $i % 100 !== 0 || $cache->remember("computed:$i", 60, fn () => $i);
    }
}
$times = [];
for ($i = 0; $i < 500; $i++) {
    $began = hrtime(true);
    $text = strata_metrics();
    $times[] = (hrtime(true) - $began) / 1e6;
}
sort($times);
$without = implode("\n", preg_grep('/strata_prefix_/', explode("\n", $text), PREG_GREP_INVERT));
printf("strata_metrics(), 3 databases, %d nodes: %d lines, %.1f KiB (%.1f KiB without prefixes), median %.3f ms, longest %.3f ms\n",
    substr_count($text, 'strata_node_info{'), substr_count($text, "\n"), strlen($text) / 1024, strlen($without) / 1024,
    $times[count($times) >> 1], end($times));
