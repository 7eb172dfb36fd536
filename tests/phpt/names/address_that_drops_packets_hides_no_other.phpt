--TEST--
names: all addresses of a name are tried within the deadline, the one that worked last first, so that one that drops packets hides no other
--SKIPIF--
<?php
require __DIR__ . '/../../support/names.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_memcached();
skip_without_redis();
skip_without_child();
skip_without_names();
?>
--FILE--
<?php
require __DIR__ . '/../../support/names.inc';
in_network_with_names(__DIR__ . '/two.inc');
?>
--EXPECT--
redis, the first of two drops packets: within the budget, few are slow, and it works
redis, the first of two refuses: within the budget, few are slow, and it works
redis, the one in use drops packets: the other is used
memcached, the first of two drops packets: within the budget, few are slow, and it works
memcached, the first of two refuses: within the budget, few are slow, and it works
memcached, the one in use drops packets: the other is used
one of IPv6 and one of IPv4: within the budget, few are slow, and it works
the one of IPv6 dies: the other is used
