--TEST--
remember(): a value that the present code cannot build is computed anew, by one of all that meet it
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_fork();
skip_without_memcached();
skip_without_redis();
?>
--INI--
strata.databases=remote,cache
strata.remote.redis=${STRATA_TEST_REDIS_DSN}
strata.cache.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.namespace=unreadable-${STRATA_TEST_RUN}
strata.request_budget=0
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

foreach (['default', 'remote', 'cache'] as $database) {
    $cache = new Strata\Cache($database);
    in_child(function () use ($cache) {
        eval('class P { public ?int $a = null; }');
        $cache->set('p', new P, 600);
    });
    $answers = in_children(4, function (int $child) use ($cache, $database) {
        eval('class P { public int $a = 0; }');
        $p = $cache->remember('p', 600, function () use ($child, $database) {
            strata_increment("computed in $database");
            usleep(100000);
            $p = new P;
            $p->a = 7;
            return $p;
        });
        return $p->a;
    });
    echo "$database: ", json_encode($answers), ' ', strata_get("computed in $database"), ' ', json_encode(in_child(function () use ($cache) {
        eval('class P { public int $a = 0; }');
        return $cache->get('p')->a;
    })), "\n";
}
?>
--EXPECT--
default: [7,7,7,7] 1 7
remote: [7,7,7,7] 1 7
cache: [7,7,7,7] 1 7
