--TEST--
Named segment: strata_status() and php --ri say its file, what was found, how many use it, and why it is not in use
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../support/segment.inc';
in_own_run();

$ini = ['strata.memory' => '4M', 'strata.segment' => SEGMENT_OF_USER];
function told(?array $segment): string
{
    $times = array_map(fn ($name) => is_float($segment[$name]) && $segment[$name] >= 0 ? '' : " $name " . json_encode($segment[$name]), ['seconds_old', 'seconds_used']);
    return preg_replace('/\.[0-9a-f]{16}/', '.STAMP', json_encode(array_diff_key($segment, ['seconds_old' => 0, 'seconds_used' => 0]), JSON_UNESCAPED_SLASHES)) . implode('', $times);
}
$look = 'strata_remember(uniqid(), 60, fn () => 1); return strata_status()["segment"];';

$one = new Resident($ini);
echo 'made: ', told($one->ask($look)), "\n";
$other = new Resident($ini);
echo 'with one: ', told($other->ask($look)), "\n";
$one->end(9);
$other->end();
$one = new Resident($ini);
echo 'left: ', told($one->ask($look)), "\n";
array_map('unlink', glob(SEGMENT_OF_USER . '.*'));
usleep(1_100_000);
echo 'removed: ', told($one->ask($look)), "\n";
echo 'none: ', json_encode((new Resident(['strata.memory' => '4M']))->ask($look)), "\n";
echo 'root: ', told((new Resident(['strata.segment' => SEGMENT] + $ini, []))->ask($look)), "\n";
echo 'refused: ', json_encode((new Resident(['strata.segment' => '/srv/www'] + $ini))->ask($look), JSON_UNESCAPED_SLASHES), "\n";
foreach ([$ini, ['strata.memory' => '4M'], ['strata.segment' => '/srv/www'] + $ini] as $each) {
    preg_match('/^named segment => .*/m', run_php($each, ['--ri', 'strata'], SEGMENT_USER), $line);
    echo preg_replace('/\.[0-9a-f]{16}/', '.STAMP', $line[0] ?? 'nothing'), "\n";
}
?>
--EXPECT--
made: {"file":"/run/user/www.STAMP","found":"nothing","processes":1,"serves":true,"problem":null}
with one: {"file":"/run/user/www.STAMP","found":"in_use","processes":2,"serves":true,"problem":null}
left: {"file":"/run/user/www.STAMP","found":"left","processes":1,"serves":true,"problem":null}
removed: {"file":"/run/user/www.STAMP","found":"left","processes":1,"serves":false,"problem":"the file was removed, and another one may be in use: this PHP goes on without local tier; accepted: a reload, which makes a new one"}
none: {"file":null,"found":null,"processes":null,"seconds_old":null,"seconds_used":null,"serves":false,"problem":null}
root: {"file":"/run/strata/www.STAMP","found":"nothing","processes":1,"serves":false,"problem":"a process of root takes no value from it, and stores and removes its own; accepted: another user"}
refused: {"file":null,"found":null,"processes":null,"seconds_old":null,"seconds_used":null,"serves":false,"problem":"\"/srv/www\" is not on a tmpfs; accepted: a directory of one, such as /run"}
named segment => /run/user/www.STAMP
named segment => none
named segment => none: "/srv/www" is not on a tmpfs; accepted: a directory of one, such as /run
