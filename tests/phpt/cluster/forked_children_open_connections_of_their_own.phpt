--TEST--
Redis Cluster: forked children use none of their parent's connections, and nobody reads another's replies
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_cluster();
skip_without_fork();
?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=cluster-forked-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$keys = array_map(fn ($i) => "key $i", range(1, 60));
(new Strata\Cache())->setMultiple(array_combine($keys, $keys));
$connects = fn () => array_sum(array_column(strata_status()['nodes'], 'connects'));
$before = $connects();
$count_wrong = function () use ($keys) {
    $wrong = 0;
    for ($i = 0; $i < 20; $i++) {
        foreach ((new Strata\Cache())->getMultiple($keys) as $key => $value) {
            $wrong += $key !== $value;
        }
    }
    return $wrong;
};
$children = array_map(fn ($number) => begin_child($number, $count_wrong), [1, 2, 3]);
echo json_encode([$count_wrong(), ...collect($children), $count_wrong()]), "\n";
var_dump($connects() - $before, array_sum(array_column(strata_status()['nodes'], 'desyncs')));
?>
--EXPECT--
[0,0,0,0,0]
int(9)
int(0)
