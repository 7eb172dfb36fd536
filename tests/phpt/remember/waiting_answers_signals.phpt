--TEST--
remember(): a wait answers signals at once; their handlers may call anything, and may throw
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--INI--
strata.lease_wait=20s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

function until(callable $is): void
{
    for ($i = 0; $i < 5000 && !$is(); $i++) {
        usleep(1000);
    }
}

/* One computes until the two that wait for it have answered their signals. */
$first = fn () => strata_remember('key', 60, function () {
    strata_set('computing', true);
    until(fn () => strata_status()['databases']['default']['local']['lease_waits'] === 2);
    exec('kill -USR1 ' . strata_get('thrower') . ' ' . strata_get('caller'));
    until(fn () => strata_get('handled') === 2);
    return 'by the first, ' . (strata_get('handled') === 2 ? 'after both signals' : 'and no signal was handled');
});
$wait = function (string $name, callable $handler) {
    strata_set($name, getmypid());
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, $handler);
    until(fn () => strata_has('computing'));
    return strata_remember('key', 60, fn () => 'never');
};
$heard = [];
$works = [
    $first,
    fn () => $wait('thrower', function () {
        strata_increment('handled');
        throw new DomainException('thrown by the handler');
    }),
    function () use ($wait, &$heard) {
        $value = $wait('caller', function () use (&$heard) {
            $heard[] = strata_remember('other', 60, fn () => 'computed in the handler');
            $heard[] = strata_status()['host']['leases'];
            strata_increment('handled');
        });
        return [$value, ...$heard];
    },
];
foreach (in_children(3, fn (int $child) => $works[$child]()) as $answer) {
    echo json_encode($answer), "\n";
}
var_dump(strata_status()['host']['leases']);
?>
--EXPECT--
"by the first, after both signals"
"DomainException: thrown by the handler"
["by the first, after both signals","computed in the handler",1]
int(0)
