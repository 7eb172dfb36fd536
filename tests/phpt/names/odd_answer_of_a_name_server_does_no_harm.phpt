--TEST--
names: an odd answer of a name server does no harm: no request waits for it, and what is no answer is not believed
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
in_network_with_names(__DIR__ . '/hostile.inc');
?>
--EXPECTF--
one address: works, 1 known, no error
an address twice: works, 1 known, no error
a hundred addresses: works, 16 known, no error
the same, over TCP: works, 16 known, no error
an alias of an alias and so on: works, 1 known, no error
a circle of aliases: does not work, 0 known, the name has no address
no such name: does not work, 0 known, there is no such name
no address: does not work, 0 known, the name has no address
SERVFAIL: does not work, 0 known, the name server%s
refused: does not work, 0 known, the name server%s
an address of none: does not work, 0 known, the name has no address that a server can have
the same, and a good one: works, 1 known, no error
slower than an operation may be: works, 1 known, no error
nothing of IPv6: works, 1 known, no error
the answer to another question: does not work, 0 known, no error
an answer under another number: does not work, 0 known, no error
noise: does not work, 0 known, no error
