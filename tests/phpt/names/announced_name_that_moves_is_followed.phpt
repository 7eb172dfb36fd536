--TEST--
names: a master that sentinels announce by name, and a node that a cluster announces by name, are followed like any other
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_child();
skip_without_names();
function_exists('pcntl_fork') || exit('skip pcntl is missing: install a PHP built with --enable-pcntl');
exec('redis-cli --version && redis-server --version', $said, $code);
$code === 0 || exit('skip there is no redis-cli, or no redis-server');
preg_match('/v=(\d+)/', end($said), $found) && $found[1] >= 7 || exit('skip Redis announces names since 7.0');
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
foreach (['sentinel', 'cluster'] as $kind) {
    foreach ([['moves'], ['stays', '1s'], ['loses_one'], ['is_silent']] as $scene) {
        in_network_with_names(__DIR__ . '/kinds.inc', $kind, ...$scene);
    }
}
?>
--EXPECT--
sentinel moves: within the budget, well again, 0 wrong
followed
sentinel stays 1s: within the budget, well again, 0 wrong
followed
sentinel loses_one: within the budget, well again, 0 wrong
sentinel is_silent: within the budget, well again, 0 wrong
cluster moves: within the budget, well again, 0 wrong
followed
cluster stays 1s: within the budget, well again, 0 wrong
followed
cluster loses_one: within the budget, well again, 0 wrong
cluster is_silent: within the budget, well again, 0 wrong
