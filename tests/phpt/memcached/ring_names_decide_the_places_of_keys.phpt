--TEST--
memcached: a ring name decides where keys are, whatever the address; fingerprints tell lists apart
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.namespace=ring-names-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.memory=0
strata.databases=plain,named
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';

[$one, $two] = servers_of('STRATA_TEST_MEMCACHED');
$on = fn (string $list, string $code) => on_another_host($code, ['strata.plain.memcached' => "memcached://$list",
    'strata.named.memcached' => "memcached://$list"]);
$places = '
    $cache = new Strata\Cache("plain");
    foreach (range(1, 40) as $i) $nodes[] = $cache->fetch("key $i")->node;
    echo json_encode($nodes);';
$named = json_decode($on("a=$one,b=$two", $places));
$turned = json_decode($on("a=$two,b=$one", $places));
$other = json_decode($on("a=$one,c=$two", $places));
var_dump(count(array_unique($named)));
echo "exchanged addresses: ", count(array_filter($named, fn ($node, $i) => $node === $turned[$i], ARRAY_FILTER_USE_BOTH)), " of 40 where they were\n";
var_dump($named !== $other);

echo "fingerprints:\n";
$print = fn (string $list) => json_decode($on($list, '
    strata_get("key");
    (new Strata\Cache("named"))->get("key");
    $status = strata_status();
    echo json_encode([$status["rings"]["named"]["fingerprint"], $status["rings"]["named"], $status["nodes"]]);'), true);
[$first, $ring, $nodes] = $print("a=$one,b=$two?weight=2");
var_dump(preg_match('/^[0-9a-f]{16}$/', $first), $first === $print("a=$two,b=$one?weight=2")[0]);
foreach (["a=$one,b=$two", "a=$one,c=$two?weight=2", "b=$two?weight=2,a=$one", "$one,$two?weight=2", "a=$one"] as $list) {
    var_dump($first === $print($list)[0]);
}
echo str_replace([$one, $two], ['ONE', 'TWO'], json_encode($ring['servers'])), "\n";
var_dump(array_column(array_intersect_key($nodes, [$one => 1, $two => 1]), 'ring_name'));
?>
--EXPECT--
int(2)
exchanged addresses: 0 of 40 where they were
bool(true)
fingerprints:
int(1)
bool(true)
bool(false)
bool(false)
bool(false)
bool(false)
bool(false)
{"ONE":{"ring_name":"a","weight":1},"TWO":{"ring_name":"b","weight":2}}
array(2) {
  [0]=>
  string(1) "a"
  [1]=>
  string(1) "b"
}
