--TEST--
Sentinel: what a master confirmed right before it died, and its replica never heard of, is removed at the replica that takes its place before that is believed
--SKIPIF--
<?php require __DIR__ . '/../../support/sentinels.inc'; skip_without_sentinels(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$watched = new Watched();
echo php_with_sentinels(sentinel_ini(sentinel_dsn($watched->sentinels)), <<<'PHP'
    [, $old, $new, $pid, $replica] = $argv;
    $cache = new Strata\Cache();
    foreach (range(1, 20) as $i) {
        $cache->set("deleted $i", 'old');
        $cache->set("replaced $i", 'old');
    }
    wait_until(fn () => ask($new, 'DBSIZE') === ask($old, 'DBSIZE'), 'a replica that has all');
    /* Stopped, with its connection closed: it hears nothing of what follows. */
    exec("kill -STOP $replica");
    ask($old, 'CLIENT', 'KILL', 'TYPE', 'replica');
    $told = true;
    foreach (range(1, 20) as $i) {
        $told = $cache->delete("deleted $i") && $cache->set("replaced $i", 'new') && $told;
    }
    echo $told ? 'confirmed' : 'not confirmed', "\n";
    exec("kill -9 $pid; kill -CONT $replica");
    $wrong = 0;
    for ($end = microtime(true) + 30; microtime(true) < $end; usleep(1000)) {
        $node = null;
        foreach (range(1, 20) as $i) {
            foreach (["deleted $i", "replaced $i"] as $key) {
                $found = $cache->fetch($key);
                $wrong += $found->value === 'old';
                $node = $found->status === Strata\Status::Miss ? $found->node : $node;
            }
        }
        if ($node === "127.0.0.1:$new") {
            break;
        }
    }
    echo $wrong, " old values, ", $node === "127.0.0.1:$new" ? 'followed' : 'not followed', "\n";
    $pool = strata_status()['unconfirmed']['redis master mymaster'];
    echo $pool['noted'] >= 40 ? 'all noted, ' : "$pool[noted] noted, ", $pool['overflows'], " overflows\n";
    echo count(array_keys(array_column(strata_status()['anomalies'], 'event'), 'removals repeated')), " time repeated\n";
PHP, $watched->master->port, $watched->replica->port, $watched->master->pid(), $watched->replica->pid());
?>
--EXPECT--
confirmed
0 old values, followed
all noted, 0 overflows
1 time repeated
