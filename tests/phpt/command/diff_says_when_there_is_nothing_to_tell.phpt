--TEST--
strata diff: a database without a second place, one that compares nothing, and words that do not fit, each have one sentence and an exit code
--SKIPIF--
<?php require __DIR__ . '/../../support/command.inc'; skip_without_command(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$ini = ['extension' => strata_so(), 'strata.databases' => 'catalog,feed', 'strata.redis' => 'redis://127.0.0.1:1', 'strata.operation_timeout' => '100ms',
    'strata.catalog.shadow_redis' => 'redis-cluster://app:secret@127.0.0.1:2,127.0.0.1:3',
    'strata.catalog.shadow_fill' => 'on', 'strata.catalog.shadow_share' => '10%'];
$run = function (string ...$words) use ($ini): void {
    echo '> ', implode(' ', $words), "\n";
    echo preg_replace('/^! (note|strata: note).*\n/m', '', command($words, $ini));
};
$run('diff');
$run('diff', 'nowhere');
$run('diff', 'feed');
$run('diff', 'catalog');
$run('diff', 'catalog', '--interval', '0.1', '--keys');
$run('diff', 'catalog', '--interval', 'soon');
$json = json_decode(strstr(command(['diff', 'catalog', '--json'], $ini), '! ', true), true);
echo implode(' ', array_keys($json)), "\n", implode(' ', array_keys($json['classes'])), "\n";
echo implode("\n", preg_grep('/catalog/', explode("\n", strstr(command(['status'], $ini), 'MOVES')))), "\n";
?>
--EXPECT--
> diff
! strata: diff: a database is missing
exit code 3
> diff nowhere
! strata: there is no database "nowhere"; accepted: default, catalog, feed
exit code 2
> diff feed
! strata: feed has no shadow: strata.feed.shadow_redis and shadow_memcached name none that this PHP could open
exit code 2
> diff catalog
catalog: shadow_mode off, 10% of keys, 1% of reads compared, fill on
answers   127.0.0.1:1
follows   nothing
waiting   0 names
so far    copied 0, removed 0, raised 0, filled 0, failed 0, dropped 0, compared 0, left out 0
! strata: catalog: nothing was compared yet: shadow_mode is off, and compare or lead compares
exit code 2
> diff catalog --interval 0.1 --keys
catalog: shadow_mode off, 10% of keys, 1% of reads compared, fill on
answers   127.0.0.1:1
follows   nothing
waiting   0 names
so far    copied 0, removed 0, raised 0, filled 0, failed 0, dropped 0, compared 0, left out 0
! strata: catalog: nothing was compared in that time: shadow_mode is off, and compare or lead compares
exit code 2
> diff catalog --interval soon
! strata: --interval: "soon" is not a number from 0 to 3600
exit code 3
database compared differences mode leads refused answers follows share compare fill at_once waiting counts classes prefixes keys
equal missing surplus older newer value end foreign
catalog   off   127.0.0.1:1  -              0       0        0         0       0
