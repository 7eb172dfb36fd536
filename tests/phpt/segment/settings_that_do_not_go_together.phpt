--TEST--
Named segment: without memory it is not used, a limit on files ends no PHP, and a reserve goes over to the next release
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../support/segment.inc';
in_own_run();
clean_run();
function told(array $ini, array $before = SEGMENT_USER): void
{
    $said = php_on(SEGMENT_OF_USER, 'echo "goes on: ", json_encode([strata_set("key", [1]), strata_get("key")]), "\n";', $ini, $before);
    echo trim(preg_replace('/ in Unknown on line 0|^\s*$/m', '', $said)), "\n";
}
told(['strata.memory' => '0']);
$limited = ['sh', '-c', 'ulimit -f 1000; exec "$@"', 'sh', ...SEGMENT_USER];
told(['strata.memory' => '8M'], $limited);
told(['strata.segment' => ''], $limited);
echo "files: ", count(segment_files()), "\n";

$resident = new Resident(['strata.segment' => SEGMENT_OF_USER, 'strata.memory' => '4M']);
$resident->ask('return strata_get("key");');
foreach (['a', 'b', 'c', 'd'] as $epoch) {
    told(['strata.memory' => '4M', 'strata.epoch' => $epoch, 'strata.local_reserve' => '60%']);
}
told(['strata.memory' => '4M', 'strata.local_reserve' => '60%']);
echo $resident->end();
?>
--EXPECTF--
Warning: strata.segment: "/run/user/www" is not used, since strata.memory is 0; accepted: 1M or more
goes on: [false,null]
Warning: strata.segment: "/run/user/www" would have %d bytes, and this process may make no file as large (ulimit -f); accepted: a smaller strata.memory, or no such limit; the local tier is memory of this PHP alone
goes on: [true,[1]]
goes on: [true,[1]]
files: 0
goes on: [true,[1]]
goes on: [true,[1]]
goes on: [true,[1]]
goes on: [true,[1]]
goes on: [true,[1]]
