--TEST--
memcached: a connection that the server closed is noticed before it is used, and opened again
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

$nodes = FakeNodes::memcached(1, function (int $node, array $words, $nodes) {
    static $asked = 0;
    if ($words[0] === 'mg' && str_contains($words[1], ':bye')) {
        return new LastWords("EN" . MemcachedWords::echo($words) . "\r\n");
    }
});
echo php(['strata.memcached' => "memcached://{$nodes->address(0)}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.local_ttl' => '0'], '
    strata_set("key", "value");
    var_dump(strata_get("bye1", "gone"));
    usleep(50000);
    var_dump(strata_get("key"), (new Strata\Cache())->fetch("bye2")->status->value);
    usleep(50000);
    var_dump(strata_get("key"));
    $node = current(strata_status()["nodes"]);
    var_dump($node["connects"], $node["reasons"]);
');
?>
--EXPECT--
string(4) "gone"
string(5) "value"
string(4) "miss"
string(5) "value"
int(3)
array(0) {
}
