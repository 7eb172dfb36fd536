--TEST--
memory_limit: what the replies to one call take is bounded by what it leaves, and what is over is too_large
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.compress_from=0
strata.memory=0
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-replies-${STRATA_TEST_RUN}
strata.operation_timeout=20s
strata.connect_timeout=5s
strata.request_budget=0
--FILE--
<?php
/* 40 values of 4 MB, of which memory_limit allows a few. */
$cache = new Strata\Cache();
$peak = fn () => preg_match('/VmHWM:\s+(\d+)/', file_get_contents('/proc/self/status'), $found) ? $found[1] >> 10 : 0;
for ($i = 0; $i < 40; $i++) {
    $cache->set("large $i", str_repeat(chr(65 + $i % 26), 4_000_000), 300);
    $keys[] = "large $i";
}
ini_set('memory_limit', '64M');
$before = $peak();
$got = $cache->getMultiple($keys);
$taken = $peak() - $before;
$found = count(array_filter($got));
$wrong = 0;
foreach ($got as $key => $value) {
    $wrong += $value !== null && $value !== str_repeat(chr(65 + (int) substr($key, 6) % 26), 4_000_000);
}
unset($got, $value);
echo $found > 0 && $found < 16 ? 'some' : $found, ' found, ', $wrong, ' wrong, ', $taken < 200 ? 'little' : "$taken MB", " taken\n";
var_dump(strata_status()['databases']['default']['redis']['reasons']['too_large'] === 40 - $found);

/* The next call has all of what is left again, and without a limit all are there. */
echo strlen($cache->get('large 7')), "\n";
ini_set('memory_limit', '-1');
echo count(array_filter($cache->getMultiple($keys))), " found\n";
$cache->deleteMultiple($keys);
?>
--EXPECTF--
Warning: Strata\Cache::getMultiple(): database default: redis %s: waiting for a reply: the replies to one call are larger than what memory_limit leaves in %s on line %d
some found, 0 wrong, little taken
bool(true)
4000000
40 found
