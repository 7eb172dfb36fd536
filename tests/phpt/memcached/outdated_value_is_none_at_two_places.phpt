--TEST--
strata.replicas = 2: what is outdated is none to any verb, and what is not keeps its tags
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=memcached-outdated-twice-${STRATA_TEST_RUN}
strata.replicas=2
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.tag_ttl=100ms
--FILE--
<?php
require __DIR__ . '/../../support/tagged.inc';

check_tagged(new Strata\Cache(), fn (string $name) => array_map(fn ($server) => memcached($server, "md $name\r\n"), servers_of('STRATA_TEST_MEMCACHED')));
?>
--EXPECT--
20 verbs, 3 ways
tags are kept
counts are right
lost numbers are misses
