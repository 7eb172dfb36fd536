--TEST--
Named segment: a reload, a restart and a kill of the whole php-fpm keep all values, counters and what was cleared
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/segment/site.inc';
in_own_run();

$site = new SegmentSite(['strata.memory' => '16M'], 2, false);
$look = fn () => $site->ask('do=look&from=1&to=200');
echo 'stored: ', $site->ask('do=warm&from=1&to=200'), $look(), "\n";
foreach (['reload', 'reload', 'restart', 'kill'] as $what) {
    $site->ask('do=delete&key=' . urlencode('key 7'));
    match ($what) {
        'reload' => $site->reload(),
        'restart' => [$site->stop(), $site->start()],
        'kill' => [$site->kill(), $site->start()],
    };
    echo "$what: ", $look(), "\n";
    $site->ask('do=warm&from=7&to=7');
}
$site->ask('do=clear');
$site->reload();
echo 'cleared: ', $look(), "\n";
echo $site->warnings();
?>
--EXPECT--
stored: 200 right, 0 wrong, counted to 1
reload: 199 right, 0 wrong, counted to 2
reload: 199 right, 0 wrong, counted to 3
restart: 199 right, 0 wrong, counted to 4
kill: 199 right, 0 wrong, counted to 5
cleared: 0 right, 0 wrong, counted to 1
