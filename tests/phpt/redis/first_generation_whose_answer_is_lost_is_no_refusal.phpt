--TEST--
Redis: where scripts are refused and the answer about the first generation is lost, that is no refusal, and not warned about
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
require __DIR__ . '/../../support/hosts.inc';

/* It made the first generation, and closes over the look that follows. */
$nodes = FakeNodes::redis(1, function (int $node, array $words) {
    static $made = false, $closed = false;
    if ($words[0] === 'GET' && $made && !$closed) {
        $closed = true;
        return new LastWords();
    }
    $made = $made || in_array('NX', $words, true);
    return null;
});
$hosts = ['A' => new Host(['strata.redis' => "redis://{$nodes->address(0)}"])];
hosts_do($hosts, 'A: $cache->fetch("x")->reason->value', null, 'A: $cache->set("x", 1)', 'A: $cache->get("x")');
hosts_were_warned($hosts, $nodes->address(0));
?>
--EXPECT--
  A: $cache->fetch("x")->reason->value -> "connection"
  A: $cache->set("x", 1) -> true
  A: $cache->get("x") -> 1
