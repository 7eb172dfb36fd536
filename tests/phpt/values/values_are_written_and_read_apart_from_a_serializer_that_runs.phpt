--TEST--
strata_get(), strata_set(): inside a running serialize() or unserialize() a value keeps its own references, classes and depth
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('require "' . __DIR__ . '/../../support/inside_a_serializer.inc";');
?>
--EXPECT--
read in unserialize(): false, the same: yes
read under allowed_classes: Dep 'stored'
read under max_depth: 5 levels
written in serialize(): 'two'
written in session_encode()-like nesting: 'two', 'two'
written and read in igbinary's work: 'two'
an object that is twice is one: yes, inside a class of its own: yes
an array that json_encode() walks through: [{"id":1}]
still marked: yes
