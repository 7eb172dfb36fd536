--TEST--
Strata\Lock: a wait answers signals; handlers may use other locks and may throw, and what they cut off is no hold
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/show.inc';

function until(callable $is): void
{
    for ($i = 0; $i < 5000 && !$is(); $i++) {
        usleep(1000);
    }
}

$holds = function () {
    $lock = (new Strata\Cache())->lock('held', 60);
    $lock->acquire();
    strata_set('holding', true);
    until(fn () => strata_status()['databases']['default']['local']['locks_waited'] === 2);
    exec('kill -USR1 ' . strata_get('thrower') . ' ' . strata_get('caller'));
    until(fn () => strata_get('handled') === 2);
    return $lock->release();
};
$waits = function (string $name, callable $handler) {
    $lock = (new Strata\Cache())->lock('held', 60);
    strata_set($name, getmypid());
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, fn () => $handler($lock));
    until(fn () => strata_has('holding'));
    $answer = thrown(fn () => $lock->acquire(30));
    return "$answer, held: " . json_encode($lock->isHeld());
};
$throws = function () {
    strata_increment('handled');
    throw new DomainException('thrown by the handler');
};
$heard = [];
$calls = function (Strata\Lock $lock) use (&$heard) {
    $heard[] = (new Strata\Cache())->lock('another', 60)->acquire();
    $heard[] = thrown($lock->isHeld(...));
    strata_increment('handled');
};
$works = [$holds, fn () => $waits('thrower', $throws), function () use ($waits, $calls, &$heard) {
    return [$waits("caller", $calls), ...$heard];
}];
foreach (in_children(3, fn (int $child) => $works[$child]()) as $answer) {
    echo json_encode($answer, JSON_UNESCAPED_SLASHES), "\n";
}
var_dump(strata_status()['host']['locks']);
?>
--EXPECT--
true
"DomainException: thrown by the handler, held: false"
["returned true, held: true",true,"Error: Strata\\Lock waits in acquire(): a handler of a signal cannot use the same object"]
int(0)
