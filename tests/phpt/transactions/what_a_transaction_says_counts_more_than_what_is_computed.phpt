--TEST--
transactions: what is written, invalidated or rolled back while remember() computes is not undone by its value
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_redis();
?>
--INI--
strata.databases=remote
strata.remote.redis=${STRATA_TEST_REDIS_DSN}
strata.namespace=counts-more-${STRATA_TEST_RUN}
strata.request_budget=0
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
/* What the function does; all but the last two keep its value from being stored. */
$meanwhile = [
    'set' => fn ($cache, $key) => $cache->set($key, 'set'),
    'delete' => fn ($cache, $key) => $cache->delete($key),
    'invalidate' => fn ($cache) => $cache->invalidateTags('of the call'),
    'clear' => fn ($cache) => $cache->clear(),
    'clear a namespace' => fn ($cache) => $cache->namespace('outer')->clear(),
    'set on a level' => function ($cache, $key) {
        $cache->begin();
        $cache->set($key, 'set');
        $cache->commit();
    },
    'roll a level back' => function ($cache) {
        $cache->begin();
        $cache->rollback();
    },
    'compute it as well' => fn ($cache, $key) => $cache->remember($key, 60, fn () => 'computed within'),
    'write something else' => function ($cache) {
        $cache->set('other', 1);
        $cache->invalidateTags('of others');
    },
];
foreach (['default', 'remote'] as $database) {
    echo "$database\n";
    $root = new Strata\Cache($database);
    $cache = $root->namespace('outer')->namespace('inner');
    foreach ($meanwhile as $what => $do) {
        $said = fn ($key) => $what === 'clear a namespace' ? $do($root) : $do($cache, $key);
        $root->clear();
        $cache->begin();
        $cache->remember('one', 60, function () use ($said) {
            $said('one');
            return 'computed';
        }, tags: ['of the call']);
        $cache->rememberMultiple(['many'], 60, function () use ($said) {
            $said('many');
            return ['many' => 'computed'];
        }, ['of the call']);
        $inside = [$cache->get('one'), $cache->get('many')];
        $cache->commit();
        echo "$what: ", json_encode([$inside, [$cache->get('one'), $cache->get('many')]]), "\n";
    }

    echo "in another fiber:";
    foreach (['set before a commit' => 'commit', 'set before a rollback' => 'rollback'] as $what => $end) {
        $fiber = new Fiber(fn () => $cache->remember($what, 60, fn () => Fiber::suspend()));
        $fiber->start();
        $cache->begin();
        $cache->set($what, 'set');
        $fiber->resume('computed');
        echo " $what: ", json_encode([$fiber->getReturn(), $cache->get($what)]);
        $cache->$end();
        echo json_encode($cache->get($what)), ';';
    }
    $cache->begin();
    $fiber = new Fiber(fn () => $cache->remember('undone', 60, fn () => Fiber::suspend()));
    $fiber->start();
    $cache->rollback();
    $fiber->resume('computed of what was rolled back');
    echo ' undone: ', json_encode($cache->get('undone')), "\n";
}
?>
--EXPECT--
default
set: [["set","set"],["set","set"]]
delete: [[null,null],[null,null]]
invalidate: [[null,null],[null,null]]
clear: [[null,null],[null,null]]
clear a namespace: [[null,null],[null,null]]
set on a level: [["set","set"],["set","set"]]
roll a level back: [[null,null],[null,null]]
compute it as well: [["computed","computed"],["computed","computed"]]
write something else: [["computed","computed"],["computed","computed"]]
in another fiber: set before a commit: ["computed","set"]"set"; set before a rollback: ["computed","set"]null; undone: null
remote
set: [["set","set"],["set","set"]]
delete: [[null,null],[null,null]]
invalidate: [[null,null],[null,null]]
clear: [[null,null],[null,null]]
clear a namespace: [[null,null],[null,null]]
set on a level: [["set","set"],["set","set"]]
roll a level back: [[null,null],[null,null]]
compute it as well: [["computed","computed"],["computed","computed"]]
write something else: [["computed","computed"],["computed","computed"]]
in another fiber: set before a commit: ["computed","set"]"set"; set before a rollback: ["computed","set"]null; undone: null
