--TEST--
plain: every method of a database with format = plain works on memcached and on Redis, or says why not
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$walk = <<<'CODE'
    $told = [];
    $try = function (string $what, callable $work) use (&$told) {
        try {
            $found = $work();
            $told[] = "$what: " . ($found instanceof Strata\Result ? $found->status->name : json_encode($found));
        } catch (Throwable $thrown) {
            $told[] = "$what: " . get_class($thrown) . ': ' . strtok($thrown->getMessage(), ';');
        }
    };
    $try('set', fn () => $cache->set('k', 'v', 100));
    $try('get', fn () => $cache->get('k'));
    $try('has', fn () => $cache->has('k'));
    $try('add where a value is', fn () => $cache->add('k', 'w'));
    $try('add', fn () => $cache->add('m', 'w', 100));
    $try('replace', fn () => $cache->replace('m', 'w2', 100));
    $try('replace where none is', fn () => $cache->replace('none', 'w'));
    $try('touch', fn () => $cache->touch('m', 5000) && $cache->fetch('m')->ttl > 4000);
    $try('touch for ever', fn () => $cache->touch('m') && $cache->fetch('m')->ttl === null);
    $try('increment', fn () => [$cache->increment('n', 5, 10, 100), $cache->increment('n', -1), $cache->decrement('n', 20), $cache->increment('n', 100), $cache->get('n')]);
    $try('increment what is not there', fn () => $cache->increment('absent', 1, null));
    $try('increment a string', fn () => $cache->increment('k'));
    $try('setMultiple', fn () => $cache->setMultiple(['a' => 1, 'b' => 'x'], 50));
    $try('getMultiple', fn () => $cache->getMultiple(['a', 'b', 'c'], 'none'));
    $try('deleteMultiple', fn () => $cache->deleteMultiple(['a', 'b']) && !$cache->has('a'));
    $try('remember', fn () => [$cache->remember('r', 100, fn () => 'computed'), $cache->remember('r', 100, fn () => 'anew')]);
    $try('remember by force', fn () => [$cache->remember('r', 100, fn () => 'forced', refresh: Strata\Refresh::Force), $cache->get('r')]);
    $try('remember, with a delete meanwhile', fn () => [$cache->remember('d', 100, function () use ($cache) { $cache->delete('d'); return 1; }), $cache->get('d')]);
    $try('remember, with a set meanwhile', fn () => [$cache->remember('s', 100, function () use ($cache) { $cache->set('s', 'set'); return 1; }), $cache->get('s')]);
    $try('rememberMultiple', fn () => [$cache->rememberMultiple(['r', 'x'], 100, fn ($keys) => array_combine($keys, $keys)), $cache->get('x')]);
    $try('clear', fn () => @$cache->clear());
    $try('set with tags', fn () => $cache->set('t', 1, 10, ['tag']));
    $try('remember with tags', fn () => $cache->remember('t', 10, fn () => 1, tags: ['tag']));
    $try('invalidateTags', fn () => $cache->invalidateTags('tag'));
    $try('namespace', fn () => $cache->namespace('n')->get('k'));
    $try('a key and no more', fn () => (new Strata\Cache('default', 'n'))->set('k', 1));
    $try('lock', fn () => $cache->lock('l', 10)->acquire());
    $try('compareAndSet', fn () => $cache->compareAndSet('k', $cache->fetch('k'), 'w'));
    $try('compareAndDelete', fn () => $cache->compareAndDelete('k', $cache->fetch('k')));
    $try('a transaction', function () use ($cache) {
        $cache->begin();
        $cache->set('k', 'inside');
        $cache->delete('m');
        return [$cache->get('k'), $cache->has('m'), $cache->commit(), $cache->get('k'), $cache->has('m')];
    });
    $try('a key that begins with ~', fn () => $cache->set('~k', 'tilde') && $cache->get('~k') === 'tilde');
    $try('functions', fn () => [strata_set('f', 1.5), strata_get('f'), strata_delete('f'), strata_has('f')]);
    $try('purge', fn () => strata_purge('default')['removed']);
    return $told;
    CODE;

$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$of_memcached = by_strata(['strata.memcached' => $memcached->dsn(), 'strata.format' => 'plain'], $walk);
$of_redis = by_strata(['strata.redis' => $redis->dsn(), 'strata.format' => 'plain', 'strata.foreign_serializer' => 'php'], $walk);
echo implode("\n", $of_memcached), "\n";
echo "other on Redis: ", implode("\n", array_diff($of_redis, $of_memcached)), "\n";

/* Nothing of ours lies beside the values. */
$names = redis($redis->name(), 'KEYS', '*');
sort($names);
echo implode(' ', $names), "\n";
?>
--EXPECT--
set: true
get: "v"
has: true
add where a value is: false
add: true
replace: true
replace where none is: false
touch: true
touch for ever: true
increment: [15,14,-6,94,94]
increment what is not there: null
increment a string: Strata\SerializationException: key "k": the stored value is not an integer
setMultiple: true
getMultiple: {"a":1,"b":"x","c":"none"}
deleteMultiple: true
remember: ["computed","computed"]
remember by force: ["forced","forced"]
remember, with a delete meanwhile: [1,null]
remember, with a set meanwhile: [1,"set"]
rememberMultiple: [{"r":"forced","x":"x"},"x"]
clear: false
set with tags: Strata\ConfigurationException: database default: a value with tags cannot be had with strata.format = plain: other programs would not know of it
remember with tags: Strata\ConfigurationException: database default: a value with tags cannot be had with strata.format = plain: other programs would not know of it
invalidateTags: Strata\ConfigurationException: database default: invalidateTags() cannot be had with strata.format = plain: other programs would not know of it
namespace: Strata\ConfigurationException: database default: a namespace that is made at run time cannot be had with strata.format = plain: other programs would not know of it
a key and no more: Strata\ConfigurationException: database default: a namespace that is made at run time cannot be had with strata.format = plain: other programs would not know of it
lock: Strata\ConfigurationException: database default: a lock cannot be had with strata.format = plain: other programs would not know of it
compareAndSet: Strata\ConfigurationException: database default: a comparison of versions cannot be had with strata.format = plain: other programs would not know of it
compareAndDelete: Strata\ConfigurationException: database default: a comparison of versions cannot be had with strata.format = plain: other programs would not know of it
a transaction: ["inside",false,true,"inside",false]
a key that begins with ~: true
functions: [true,1.5,true,false]
purge: 0
other on Redis: 
k n r s x ~k
