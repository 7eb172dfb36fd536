--TEST--
strata_status(): "host" counts the leases that are held and the processes that use the cache
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$host = fn () => strata_status()['host'];
var_dump($host()['shared'], $host()['leases']);
strata_remember('key', 60, function () use ($host) {
    var_dump($host()['leases']);
    $inside = in_children(3, function (int $child) use ($host) {
        return strata_remember("of child $child", 60, function () use ($host) {
            strata_increment('arrived');
            for ($i = 0; $i < 10000 && strata_get('arrived') < 3; $i++) {
                usleep(1000);
            }
            $seen = $host();
            strata_increment('seen');
            for ($i = 0; $i < 10000 && strata_get('seen') < 3; $i++) {
                usleep(1000);
            }
            return $seen;
        });
    });
    foreach ($inside as $seen) {
        echo $seen['leases'], ' leases, ', $seen['processes'], " processes\n";
    }
});
var_dump($host()['leases']);
?>
--EXPECT--
bool(true)
int(0)
int(1)
4 leases, 4 processes
4 leases, 4 processes
4 leases, 4 processes
int(0)
