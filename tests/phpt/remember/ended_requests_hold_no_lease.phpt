--TEST--
Strata\Cache: remember() holds no lease after a request that ended in the callback: exit, memory limit, time limit
--SKIPIF--
<?php require __DIR__ . '/../../support/web.inc'; skip_without_web(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/web.inc';

$web = new Web(['strata.memory' => '4M', 'memory_limit' => '32M'], <<<'CODE'
    $ends = [
        'exit' => fn () => exit('left'),
        'memory' => function () { $text = 'x'; while (true) { $text .= $text; } },
        'time' => function () { set_time_limit(1); while (true) { } },
        'error' => fn () => undefined_function(),
        'outer' => fn () => strata_remember('inner', 60, fn () => exit('left')),
        'fiber' => function () { (new Fiber(fn () => Fiber::suspend()))->start(); exit('left'); },
        'suspended' => fn () => Fiber::suspend(),
    ];
    echo strata_status()['host']['leases'], ' ';
    $how = $_GET['how'];
    if ($how === 'look') {
        echo json_encode(array_map(fn ($key) => strata_get($key), array_combine(array_keys($ends), array_keys($ends))));
        foreach ($ends as $key => $unused) {
            strata_remember($key, 60, fn () => 'computed');
        }
        echo strata_status()['host']['leases'], ' of ', getmypid();
    } elseif ($how === 'suspended') {
        global $fiber;
        $fiber = new Fiber(fn () => strata_remember($how, 60, $ends[$how]));
        $fiber->start();
        echo 'suspended';
    } else {
        strata_remember($how, 60, $ends[$how]);
    }
    CODE);
foreach (['exit', 'memory', 'time', 'error', 'outer', 'fiber', 'suspended'] as $how) {
    echo "$how: ", $web->get("how=$how"), "\n";
}
$first = $web->get('how=look');
echo preg_replace('/of \d+/', '', $first), "\n";
var_dump(strrchr($first, ' ') === strrchr($web->get('how=look'), ' '));
?>
--EXPECT--
exit: 0 left
memory: 0 
time: 0 
error: 0 
outer: 0 left
fiber: 0 left
suspended: 0 suspended
0 {"exit":null,"memory":null,"time":null,"error":null,"outer":null,"fiber":null,"suspended":null}0 
bool(true)
