--TEST--
Sentinel: all processes of a host together ask the sentinels once a second, also when they all start at once
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_sentinels();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';

$master = new OwnServer('redis');
$sentinels = [new Sentinel($master->port), new Sentinel($master->port), new Sentinel($master->port)];
echo php_with_sentinels(sentinel_ini(sentinel_dsn($sentinels)), <<<'PHP'
    require dirname((new ReflectionFunction('ask'))->getFileName()) . '/fork.inc';
    $began = microtime(true);
    $said = in_children(16, function () use ($began) {
        $cache = new Strata\Cache();
        for ($said = []; microtime(true) < $began + 3;) {
            $found = $cache->fetch('key');
            $said[$found->reason?->value ?? $found->status->value] = true;
        }
        return $said;
    });
    /* They find the master at the same moment, and only so many may greet it at once. */
    $said = array_keys(array_diff_key(array_merge(...$said), ['connect_rate' => true]));
    /* Two commands a question, and one question may have begun before. */
    $questions = strata_status()['nodes']["127.0.0.1:$argv[1]"]['operations'] / 2;
    $most = (int) (microtime(true) - $began) + 1;
    echo json_encode($said), ", ", $questions >= 2 && $questions <= $most ? "asked as often as may be\n" : "asked $questions times, at most $most\n";
PHP, $sentinels[0]->port);
?>
--EXPECT--
["miss"], asked as often as may be
