--TEST--
Redis: forked children use none of their parent's connections, and nobody reads another's replies
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_redis();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-forked-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$keys = array_map(fn ($i) => "key $i", range(1, 40));
(new Strata\Cache())->setMultiple(array_combine($keys, $keys));
$connects = fn () => strata_status()['nodes'][getenv('STRATA_TEST_REDIS')]['connects'];
$before = $connects();
$children = array_map(fn ($number) => begin_child($number, function (int $child) use ($keys) {
    $wrong = 0;
    for ($i = 0; $i < 20; $i++) {
        foreach ((new Strata\Cache())->getMultiple($keys) as $key => $value) {
            $wrong += $key !== $value;
        }
        strata_set("by $child", [$child, $i]);
        $wrong += strata_get("by $child") !== [$child, $i];
    }
    return $wrong;
}), [1, 2, 3]);
$wrong = 0;
for ($i = 0; $i < 20; $i++) {
    foreach ($keys as $key) {
        $wrong += strata_get($key) !== $key;
    }
}
echo json_encode([$wrong, ...collect($children)]), "\n";
$wrong = 0;
foreach ($keys as $key) {
    $wrong += strata_get($key) !== $key;
}
var_dump($wrong, $connects() - $before, current(strata_status()['nodes'])['desyncs']);
?>
--EXPECT--
[0,0,0,0]
int(0)
int(3)
int(0)
