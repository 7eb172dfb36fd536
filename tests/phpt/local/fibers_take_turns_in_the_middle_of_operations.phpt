--TEST--
Strata\Cache: fibers that are suspended in callbacks do not disturb each other
--FILE--
<?php
require __DIR__ . '/../../support/fibers.inc';

echo take_turns(new Strata\Cache()), "\n";
?>
--EXPECT--
ok
