--TEST--
Strata\Cache: a value that does not fit the classes of today is a miss, which remember() computes and the log says once
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('require "' . __DIR__ . '/../../support/after_a_deployment.inc";');
?>
--EXPECT--
type: miss local (corrupt), computed
gone: miss local (corrupt), computed
enum: miss local (corrupt), computed
case: miss local (corrupt), computed
abstract: miss local (corrupt), computed
unserialize: miss local (corrupt), computed
wakeup: miss local (corrupt), computed
internal: miss local (corrupt), computed
method: miss local (corrupt), computed
custom: miss local (corrupt), computed
handler of the script: 0 calls by the serializer, 1 by __wakeup()
all at once: {"before":"b","again type":null,"again case":null,"again method":null,"after":"a"}
compared and set: yes
counted: 24
on purpose: DomainException: in __wakeup()
by its own handler: ErrorException: from __wakeup()
handlers put aside: inner, then outer
not a miss: exit
strata: database default: key "type": a stored value does not fit the present code, and is a miss (said once in each process): TypeError: Cannot assign null to property Type::$a of type int
