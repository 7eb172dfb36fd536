--TEST--
objects: a request that runs out of memory while they are made ends as any other, and the same process goes on
--SKIPIF--
<?php
require __DIR__ . '/../../support/web.inc';
skip_without_web();
getenv('USE_ZEND_ALLOC') !== '0' || die('skip only PHP\'s own allocator keeps to memory_limit');
?>
--FILE--
<?php
require __DIR__ . '/../../support/web.inc';

$code = 'require "' . dirname(__DIR__, 2) . '/support/object_memory.inc"; answer($_GET);';
foreach (['on', 'auto', 'off'] as $way) {
    $web = new Web(['strata.zero_copy' => $way, 'memory_limit' => '256M', 'strata.memory' => '64M'], $code);
    echo "$way: ", $web->get('do=store'), "\n";
    $answers = [];
    for ($room = 16 << 10; $room < 16 << 20; $room = (int) ($room * 1.4)) {
        $answers[$web->get("room=$room")] = true;
    }
    ksort($answers);
    echo implode('; ', array_keys($answers)), "\n";
    unset($web);
}
?>
--EXPECT--
on: stored
out of memory; whole, enough
auto: stored
out of memory; whole, enough
off: stored
out of memory; whole, enough
