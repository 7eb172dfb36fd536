--TEST--
objects: an autoloader may throw, exit, suspend, fork, and read, replace, delete and evict the very value for which it is called
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers('require "' . dirname(__DIR__, 2) . '/support/object_readers.inc";', ['strata.memory' => '8M']);
?>
--EXPECT--
nothing: returned '"a default"'
throws: LogicException: in the autoloader
gets: returned 'Late whole'; Late whole, in the autoloader
deletes: returned 'Late whole'
sets: returned 'Late whole'
clears: returned 'Late whole'
evicts: returned 'Late whole'
begins: returned 'Late whole'
ends: returned 'Late whole'; from the autoloader
forks: returned 'Late whole'; Late whole
changes: returned '"a default"'
suspends: FiberError: Cannot switch fibers in current execution context
boundary: returned 'Late whole'
exits, at the end: "default"
