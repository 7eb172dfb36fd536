--TEST--
memcached: while readers fill the local tier and make images of what they filled, no set, touch or delete is undone
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_memcached();
skip_without_fork();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=undo-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';

$make = fn (int $n) => ['n' => $n, 'rows' => array_fill(0, $n % 3 ? 5 : 200, ['row', "number $n"])];
$answers = in_children(4, function (int $number) use ($make) {
    $cache = new Strata\Cache();
    if ($number > 0) {
        for ($torn = 0; $cache->get('end') === null;) {
            $value = $number === 1 ? $cache->getMultiple(['key', 'other'])['key'] : $cache->get('key');
            $torn += $value !== null && $value !== $make($value['n']);
            $cache->has('key');
        }
        return $torn;
    }
    for ($wrong = [], $n = 1; $n <= 1500; $n++) {
        $cache->set('key', $make($n));
        $wrong[] = $cache->get('key')['n'] === $n ? 0 : "set $n";
        $cache->touch('key', 1000); /* which drops what is here */
        $wrong[] = $cache->get('key')['n'] === $n ? 0 : "touch $n";
        if ($n % 5 === 0) {
            $cache->touch('key', 1000);
            $cache->delete('key');
            $wrong[] = $cache->get('key') === null ? 0 : "delete $n";
        }
    }
    $cache->set('end', 1);
    return array_values(array_filter($wrong));
});
echo json_encode($answers), "\n";
?>
--EXPECT--
[[],0,0,0]
