--TEST--
Two hosts: clear() of a namespace and invalidateTags() of one host are seen by the other within a second, with copies of its own
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); skip_without_memcached(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/hosts.inc';

$ini = ['strata.redis' => getenv('STRATA_TEST_REDIS_DSN'), 'strata.namespace' => 'ns-hosts-' . getenv('STRATA_TEST_RUN'), 'strata.local_ttl' => '60s'];
foreach ([[], ['strata.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN')]] as $nearer) {
    $one = new Host($ini + $nearer);
    $two = new Host($ini + $nearer);
    $here = '$cache->namespace("posts")';
    $left = fn (Host $host) => json_encode([$host->ask('$cache->get("root")'), $host->ask("{$here}->get('a')"), $host->ask("{$here}->namespace('de')->get('a')"),
        $host->ask('$cache->get("tagged")')]);
    $one->ask('$cache->set("root", 1) && $cache->set("tagged", [1], 60, ["t"])');
    $one->ask("{$here}->set('a', 2) && {$here}->namespace('de')->set('a', [3])");
    echo $left($one), $left($two), $left($two), ' ', $two->ask('$cache->fetch("tagged")->tier->value'), "\n";
    var_dump($one->ask("{$here}->namespace('de')->clear()"));
    echo $left($one), "\n";
    usleep(1050000);
    echo $left($two), "\n";
    var_dump($one->ask("{$here}->clear()"), $one->ask('$cache->invalidateTags("t")'));
    echo $left($one), "\n";
    usleep(1050000);
    echo $left($two), "\n";
    var_dump($two->ask("{$here}->set('a', 'anew') && \$cache->set('tagged', 'anew', 60, ['t'])"));
    echo $left($one), $left($two), "\n";
    unset($one, $two);
}
?>
--EXPECT--
[1,2,[3],[1]][1,2,[3],[1]][1,2,[3],[1]] local
bool(true)
[1,2,null,[1]]
[1,2,null,[1]]
bool(true)
bool(true)
[1,null,null,null]
[1,null,null,null]
bool(true)
[1,"anew",null,"anew"][1,"anew",null,"anew"]
[1,2,[3],[1]][1,2,[3],[1]][1,2,[3],[1]] local
bool(true)
[1,2,null,[1]]
[1,2,null,[1]]
bool(true)
bool(true)
[1,null,null,null]
[1,null,null,null]
bool(true)
[1,"anew",null,"anew"][1,"anew",null,"anew"]
