--TEST--
strata.fingerprint_key: values written under another one are a miss, of reason other_key
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=fingerprint-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.fingerprint_key=ours
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

$cache = new Strata\Cache();
$cache->set('key', 'ours');
$cache->increment('count', 5);
$show = 'require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    echo told($cache->fetch("key")), "\n", told($cache->fetch("count")), "\n";';
echo "the same key: ", on_another_host($show);
echo "another key: ", on_another_host($show, ['strata.fingerprint_key' => 'theirs']);
on_another_host('strata_set("key", "theirs");', ['strata.fingerprint_key' => 'theirs']);
echo told($cache->fetch('key')), "\n";
var_dump(strata_status()['databases']['default']['memcached']['reasons']);
?>
--EXPECT--
the same key: hit memcached: 'ours'
hit memcached: 5
another key: miss memcached (other_key)
hit memcached: 5
miss memcached (other_key)
array(1) {
  ["other_key"]=>
  int(1)
}
