--TEST--
strata.zero_copy: a copy that a process keeps is good for one version; a set, delete or clear by another process is seen at once
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_child();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways('require "' . __DIR__ . '/../../support/fork.inc";' . <<<'CODE'
$cache = new Strata\Cache();
$cache->set('key', ['version' => 1]);
echo json_encode([$cache->get('key'), $cache->get('key')]), "\n";
in_child(fn () => strata_set('key', ['version' => 2]));
echo json_encode([$cache->get('key'), $cache->getMultiple(['key'])]), "\n";
in_child(fn () => strata_delete('key'));
echo json_encode($cache->get('key')), "\n";
in_child(fn () => strata_set('key', ['version' => 3]));
echo json_encode($cache->remember('key', 60, fn () => 'computed')), "\n";
in_child(fn () => (new Strata\Cache())->clear());
echo json_encode($cache->get('key')), "\n";
CODE);
?>
--EXPECT--
[{"version":1},{"version":1}]
[{"version":2},{"key":{"version":2}}]
null
{"version":3}
null
