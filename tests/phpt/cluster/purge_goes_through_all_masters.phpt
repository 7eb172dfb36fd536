--TEST--
Redis Cluster: strata_purge() goes through all masters, and keeps to its own database, namespace and generation
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_cluster();
skip_without_child();
?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.namespace=purge-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.databases=other
strata.local_ttl=0
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';

/* What all masters hold whose names begin like this. */
function held(string $beginning): int
{
    $held = 0;
    foreach (servers_of('STRATA_TEST_CLUSTER') as $master) {
        $cursor = '0';
        do {
            [$cursor, $names] = redis($master, 'SCAN', $cursor, 'MATCH', addcslashes($beginning, '*?[]\\') . '*', 'COUNT', '1000');
            $held += count(array_filter($names));
        } while ($cursor !== '0');
    }
    return $held;
}

$cache = new Strata\Cache();
$other = new Strata\Cache('other');
$values = fn (string $word, int $count) => array_combine(array_map(fn ($i) => "$word $i", range(1, $count)), range(1, $count));
$cache->setMultiple($values('old', 2500));
$other->setMultiple($values('other', 300));
$other->clear();
$other->setMultiple($values('other', 200));
$cache->clear();
$cache->setMultiple($values('old', 2500));
$cache->clear();
$cache->setMultiple($values('new', 100));
$stranger = ini_get('strata.namespace') . 'x';
echo on_another_host('$cache = new Strata\Cache(); $cache->setMultiple(array_fill_keys(range(1, 50), 1)); $cache->clear();', ['strata.namespace' => $stranger]);

echo held(remote_prefix('default')), ' ', held(remote_prefix('other')), ' ', held("$stranger:"), "\n";
$sum = 0;
for ($calls = 1, $step = []; $calls < 1000 && !($step['done'] ?? false); $calls++) {
    $step = strata_purge('default', 300);
    $sum += $step['removed'];
    /* What is bounded is what a call looks at; a server may return a little more. */
    $step['former'] <= 400 || print("{$step['former']} at once\n");
}
echo "$sum of 5000 removed", $calls > 10 ? '' : " in $calls calls", "\n";
/* Three copies of the generation of each database are there too. */
echo held(remote_prefix('default')), ' ', held(remote_prefix('other')), ' ', held("$stranger:"), "\n";
var_dump($cache->getMultiple(['new 1', 'new 100', 'old 1']), $other->get('other 200'));
?>
--EXPECT--
5103 503 53
5000 of 5000 removed
103 503 53
array(3) {
  ["new 1"]=>
  int(1)
  ["new 100"]=>
  int(100)
  ["old 1"]=>
  NULL
}
int(200)
