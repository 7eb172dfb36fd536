--TEST--
strata_get(), strata_set(): inside a running serialize() or unserialize() a value keeps its own references, classes and depth
--SKIPIF--
<?php
require __DIR__ . '/../../support/igbinary.inc';
skip_without_child();
skip_without_igbinary();
?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

$code = 'require "' . __DIR__ . '/../../support/inside_a_serializer.inc";';
foreach (['php', 'igbinary'] as $serializer) {
    echo "$serializer\n", php_with_igbinary(['strata.serializer' => $serializer, 'error_log' => '/dev/null'], $code);
}
?>
--EXPECT--
php
read in unserialize(): false, the same: yes
read under allowed_classes: Dep 'stored'
read under max_depth: 5 levels
written in serialize(): 'two'
written in session_encode()-like nesting: 'two', 'two'
written and read in igbinary_serialize(): 'two'
an object that is twice is one: yes, inside a class of its own: yes
an array that json_encode() walks through: [{"id":1}]
still marked: yes
igbinary
read in unserialize(): false, the same: yes
read under allowed_classes: Dep 'stored'
read under max_depth: 5 levels
written in serialize(): 'two'
written in session_encode()-like nesting: 'two', 'two'
written and read in igbinary_serialize(): 'two'
an object that is twice is one: yes, inside a class of its own: yes
an array that json_encode() walks through: [{"id":1}]
still marked: yes
