--TEST--
strata check: a topology file that is to come is judged, its servers are asked, and what it changes is told with its moment
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';

$bounded = ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'];
$former = new OwnServer('redis', arguments: $bounded);
$next = new OwnServer('redis', arguments: $bounded);
$free = stream_socket_server('tcp://127.0.0.1:0');
$nowhere = stream_socket_get_name($free, false);
fclose($free);
$place = place_for_scripts();
$file = "$place/topology.ini";
$write = function (string $name, string $text) use ($place): void {
    file_put_contents("$place/$name", $text);
    chmod("$place/$name", 0644);
};
$write('php.ini', 'extension = ' . strata_so() . "\nstrata.databases = catalog\nstrata.topology = \"$file\"\nstrata.operation_timeout = 5s\n"
    . "strata.connect_timeout = 5s\nstrata.request_budget = 0\nstrata.memory = 8M\n");
$write('topology.ini', "[catalog]\nredis = \"{$former->dsn()}\"\n");
$check = fn (string ...$words) => preg_replace(['/ +[\d.]+ +[+-]\d+ ±\d+ +-$/m', '/redis \d+\.\d+\.\d+/', '/in \d+ days/'], ['', 'redis', 'in DAYS'],
    strtr(command(['check', ...$words], ['date.timezone' => 'Europe/Paris']), [$place => 'PLACE', $former->name() => 'FORMER', $next->name() => 'NEXT',
        $nowhere => 'NOWHERE']));
/* Columns are as wide as what stands there. */
$narrow = fn (string $text) => preg_replace('/ {2,}/', '  ', $text);

echo "-- other servers\n";
$write('topology.ini.next', "from = 2099-12-01T03:00:00Z\n[catalog]\nredis = \"{$next->dsn()}\"\n");
echo $narrow($check("$place/php.ini"));
echo "-- the file itself\n";
echo $narrow($check("$file.next", '-c', "$place/php.ini"));
echo "-- a mistake, a server that is not there, and no moment\n";
$write('topology.ini.next', "from = tomorrow\n[catalog]\nredis = \"redis://$nowhere\"\noperation_timeout = soon\n");
echo $narrow($check($file, '-c', "$place/php.ini"));
$write('topology.ini.next', "[catalog]\nredis = \"redis://$nowhere\"\n");
echo preg_match('/error .*NOWHERE/', $check($file, '-c', "$place/php.ini")), "\n";
echo "-- for programs\n";
$write('topology.ini.next', "from = 2099-12-01T04:00:00+01:00\n[catalog]\nredis = \"{$next->dsn()}\"\n");
$coming = json_decode(command(['check', "$place/php.ini", '--json']), true)['coming'][''];
var_dump($coming['from'] === gmmktime(3, 0, 0, 12, 1, 2099), array_keys($coming['changes']), array_keys($coming['changes']['catalog']),
    glob(sys_get_temp_dir() . '/strata_next_*'));
echo preg_replace('/in \d+ days/', 'in DAYS', implode("\n", preg_grep('/^coming/', explode("\n", command(['status'], ['extension' => strata_so(),
    'strata.databases' => 'catalog', 'strata.topology' => $file]))))), "\n";
array_map(unlink(...), glob("$place/*"));
rmdir($place);
?>
--EXPECT--
-- other servers
PLACE/php.ini (php.ini)

SERVER  DATABASE  POOL  SOFTWARE  ROLE  MS  CLOCK MS  LARGEST
FORMER  catalog  -  redis  master
NEXT  catalog  -  redis  master

PLACE/topology.ini.next counts from 2099-12-01 03:00:00 UTC (04:00:00 CET), in DAYS
DATABASE  OPTION  NOW  THEN
catalog  redis  redis://FORMER  redis://NEXT

0 errors, 0 warnings
-- the file itself
PLACE/topology.ini.next (topology file that is to come)

SERVER  DATABASE  POOL  SOFTWARE  ROLE  MS  CLOCK MS  LARGEST
FORMER  catalog  -  redis  master
NEXT  catalog  -  redis  master

PLACE/topology.ini.next counts from 2099-12-01 03:00:00 UTC (04:00:00 CET), in DAYS
DATABASE  OPTION  NOW  THEN
catalog  redis  redis://FORMER  redis://NEXT

0 errors, 0 warnings
-- a mistake, a server that is not there, and no moment
PLACE/topology.ini (topology file)

SERVER  DATABASE  POOL  SOFTWARE  ROLE  MS  CLOCK MS  LARGEST
FORMER  catalog  -  redis  master

PLACE/topology.ini.next never counts: no line of it says from = 2026-12-01T03:00:00Z, or another moment like that

error  strata.topology: PLACE/topology.ini.next, line 1: from: this is no moment; accepted: a moment such as 2026-12-01T03:00:00Z, or with an offset, 2026-12-01T04:00:00+01:00; php.ini alone is in force
error  strata.topology: PLACE/topology.ini.next, line 4: operation_timeout: "soon" is not a duration; accepted: 1ms to 60s, such as 250ms

2 errors, 0 warnings
exit code 2
1
-- for programs
bool(true)
array(1) {
  [0]=>
  string(7) "catalog"
}
array(1) {
  [0]=>
  string(5) "redis"
}
array(0) {
}
coming    a topology file that counts from 2099-12-01 03:00:00 UTC, in DAYS
