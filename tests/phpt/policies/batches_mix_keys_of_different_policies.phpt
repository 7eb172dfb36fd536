--TEST--
policies: a batch may mix keys of different policies, also in namespaces: each goes by its own
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=batch-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=60s
strata.ttl_jitter=0
strata.policies="l:* tiers=local ttl=100s; m:* tiers=memcached ttl=200s; r:* tiers=redis ttl=300s; short:* local_ttl=0; ~* ttl=400s"
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

function show(Strata\Cache $cache, array $keys): void
{
    foreach ($cache->fetchMultiple($keys) as $key => $result) {
        echo "  $key: ", told($result), ' ', $result->ttl === null ? 'none' : round($result->ttl), "\n";
    }
}

$keys = ['r:1', 'l:1', 'all', 'm:1', 'short:1', 'l:2', '~x', 'm:2', 'missing', 'l:missing'];
$root = new Strata\Cache();
foreach (['root' => $root, 'namespace' => $root->namespace('wp:posts')->namespace('de')] as $name => $cache) {
    echo "$name\n";
    $values = array_combine($keys, $keys);
    unset($values['missing'], $values['l:missing']);
    var_dump($cache->setMultiple($values));
    var_dump($cache->getMultiple($keys) === array_combine($keys, array_values($values + ['missing' => null, 'l:missing' => null])));
    show($cache, $keys);
    $asked = [];
    $remembered = $cache->rememberMultiple($keys, null, function (array $missing) use (&$asked) {
        $asked = $missing;
        return array_combine($missing, $missing);
    });
    echo implode(' ', $asked), "\n";
    var_dump($remembered === array_combine($keys, $keys));
    show($cache, ['missing', 'l:missing']);
    var_dump($cache->deleteMultiple($keys));
    var_dump(array_filter($cache->getMultiple($keys)) === []);
}
foreach (strata_status()['policies']['default'] as $pattern => $policy) {
    echo $pattern, $policy['applied'] > 0 ? ' was applied' : ' was not applied', "\n";
}
?>
--EXPECT--
root
bool(true)
bool(true)
  r:1: hit redis: 'r:1' 300
  l:1: hit local: 'l:1' 100
  all: hit local: 'all' none
  m:1: hit memcached: 'm:1' 200
  short:1: hit memcached: 'short:1' none
  l:2: hit local: 'l:2' 100
  ~x: hit local: '~x' 400
  m:2: hit memcached: 'm:2' 200
  missing: miss redis none
  l:missing: miss local none
missing l:missing
bool(true)
  missing: hit local: 'missing' none
  l:missing: hit local: 'l:missing' 100
bool(true)
bool(true)
namespace
bool(true)
bool(true)
  r:1: hit redis: 'r:1' 300
  l:1: hit local: 'l:1' 100
  all: hit local: 'all' none
  m:1: hit memcached: 'm:1' 200
  short:1: hit memcached: 'short:1' none
  l:2: hit local: 'l:2' 100
  ~x: hit local: '~x' 400
  m:2: hit memcached: 'm:2' 200
  missing: miss redis none
  l:missing: miss local none
missing l:missing
bool(true)
  missing: hit local: 'missing' none
  l:missing: hit local: 'l:missing' 100
bool(true)
bool(true)
l:* was applied
m:* was applied
r:* was applied
short:* was applied
~* was applied
