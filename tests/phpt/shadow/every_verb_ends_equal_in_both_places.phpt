--TEST--
shadow: whatever is written, removed, counted, tagged, cleared or committed ends equal in both places
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_cluster.inc';
require __DIR__ . '/../../support/shadow.inc';

$code = <<<'PHP'
    $cache = new Strata\Cache;
    $cache->set('before', 'a clear');
    $cache->set('before, tagged', 'a clear', tags: ['old']);
    strata_request_boundary();
    $cache->clear();
    $cache->set('set', 'one');
    $cache->set('set again', ['many' => [1, 2.5, null, true]], 1000);
    $cache->set('set again', str_repeat('large ', 5000), 2000);
    $cache->add('added', 'first');
    $cache->add('added', 'second');
    $cache->replace('replaced', 'nothing is there');
    $cache->set('replaced, too', 1.5);
    $cache->replace('replaced, too', 'by this', 3000);
    $cache->set('touched', 'lives on', 100);
    $cache->touch('touched', 5000);
    $cache->set('number', 5);
    $cache->increment('number', 37);
    $cache->increment('counter', 1, 10, 4000);
    $cache->increment('counter', 1);
    $cache->decrement('below', 3, 1);
    $cache->set('swapped', 'seen');
    $cache->compareAndSet('swapped', $cache->fetch('swapped'), 'swapped');
    $cache->set('no number', 7);
    $cache->set('no number', 'any more');
    $cache->set('a number', 'not yet');
    $cache->set('a number', 8);
    $cache->set('taken', 'seen');
    $cache->compareAndDelete('taken', $cache->fetch('taken'));
    $cache->setMultiple(['m1' => 'x', 'm2' => 2, 'm3' => [3]], 6000);
    $cache->deleteMultiple(['m1']);
    $cache->set('deleted', 'x');
    strata_request_boundary();
    $cache->delete('deleted');
    $cache->remember('remembered', 7000, fn () => 'computed', stale: 1000);
    $cache->remember('remembered number', 7000, fn () => 9);
    $cache->set('red', 'tagged', tags: ['red']);
    $cache->set('blue', 'tagged', tags: ['blue']);
    $cache->set('both', 'tagged', tags: ['red', 'blue']);
    $cache->invalidateTags('red');
    strata_request_boundary();
    $cache->set('red again', 'tagged', tags: ['red']);
    $cache->namespace('kept')->set('key', 'in a namespace');
    $cache->namespace('cleared')->set('key', 'in a namespace');
    strata_request_boundary();
    $cache->namespace('cleared')->clear();
    $cache->begin();
    $cache->set('committed', 'after all');
    $cache->delete('set');
    $cache->commit();
    $cache->begin();
    $cache->set('rolled back', 'never');
    $cache->rollback();
    PHP;
$keys = ['before', 'before, tagged', 'set', 'set again', 'added', 'replaced', 'replaced, too', 'touched', 'number', 'counter', 'below',
    'swapped', 'no number', 'a number', 'taken', 'm1', 'm2', 'm3', 'deleted', 'remembered', 'remembered number', 'red', 'blue', 'both',
    'red again', 'committed', 'rolled back'];
$namespaces = ['kept', 'cleared'];
[$redis, $other, $memcached, $third, $cluster] = [new OwnServer('redis'), new OwnServer('redis'), new OwnServer('memcached'),
    new OwnServer('memcached'), new OwnCluster(3)];
$moves = ['redis, redis' => [$redis, $other], 'redis, memcached' => [$redis, $memcached], 'memcached, cluster' => [$third, $cluster],
    'cluster, redis' => [$cluster, $other]];
foreach ($moves as $what => [$from, $to]) {
    echo php(moving($from->dsn(), $to->dsn()), $code);
    expect_equal($what, $from->dsn(), $to->dsn(), $keys, $namespaces);
}
print_r(array_map(fn ($held) => strlen($held) > 60 ? substr($held, 0, 20) . '...' : $held, held($to->dsn(), $keys, $namespaces)));
?>
--EXPECT--
Array
(
    [before] => miss null
    [before, tagged] => miss null
    [set] => miss null
    [set again] => hit "large large lar...
    [added] => hit "first"
    [replaced] => miss null
    [replaced, too] => hit "by this" ends in 3000
    [touched] => hit "lives on" ends in 5000
    [number] => hit 42
    [counter] => hit 12 ends in 4000
    [below] => hit -2
    [swapped] => hit "swapped"
    [no number] => hit "any more"
    [a number] => hit 8
    [taken] => miss null
    [m1] => miss null
    [m2] => hit 2 ends in 6000
    [m3] => hit [3] ends in 6000
    [deleted] => miss null
    [remembered] => hit "computed" ends in 7000
    [remembered number] => hit 9 ends in 7000
    [red] => miss null
    [blue] => hit "tagged"
    [both] => miss null
    [red again] => hit "tagged"
    [committed] => hit "after all"
    [rolled back] => miss null
    [kept/key] => "in a namespace"
    [cleared/key] => null
)
