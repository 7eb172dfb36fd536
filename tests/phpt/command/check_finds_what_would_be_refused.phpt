--TEST--
strata check: a php.ini, a conf.d, a file of pools and a topology file are tried before they are deployed, and the exit code says how they are
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

$redis = new OwnServer('redis', arguments: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru']);
$place = place_for_scripts();
mkdir("$place/conf.d");
mkdir("$place/pool.d");
mkdir("$place/empty");
$so = 'extension = ' . strata_so() . "\n";
$patient = "strata.operation_timeout = 5s\nstrata.connect_timeout = 5s\nstrata.request_budget = 0\n";
$write = fn (string $name, string $text) => file_put_contents("$place/$name", $text) ? "$place/$name" : '';
/* Without what is about servers: another test has that. */
$check = fn (string ...$words) => preg_replace(['/^.*no server was asked: .*\n/m', '/^SERVER.*\n(.*\n)*?\n/m', '/, \d+ warnings/', '/\n{2,}/'], ['', '', '', "\n"],
    strtr(command(['check', ...$words], ['extension' => strata_so()]), [$place => 'PLACE', $redis->name() => 'REDIS']));

echo $check($write('php.ini', $so . $patient . "strata.redis = \"{$redis->dsn()}\"\nstrata.databases = feed\n"));
echo $check($write('wrong.ini', "{$so}strata.memory = lots\nstrata.local_tll = 1s\nstrata.redis = redis://:secret@\nstrata.other.redis = x\n"));
echo $check($write('conf.d/strata.ini', "strata.local_ttl = abc\n"), '--strict');
echo $check("$place/conf.d");
unlink("$place/conf.d/strata.ini");
$pools = "[one]\nlisten = /run/one.sock\npm = static\nphp_admin_value[strata.memory] = 8M\nphp_admin_value[memory_limit] = 1G\n"
    . "php_value[session.save_handler] = strata\nphp_value[session.save_path] = /var/lib/php/sessions\n"
    . "[two]\nlisten = /run/two.sock\nphp_value[strata.namespace] = \$pool\nphp_admin_value[strata.feed.local_ttl] = 7\n";
echo $check($write('pool.d/www.conf', $pools));
echo $check("$place/pool.d"), $check($write('php-fpm.conf', "[global]\ninclude = $place/pool.d/*.conf\n"));
unlink("$place/php-fpm.conf");
echo $check($write('local.ini', "{$so}session.save_handler = strata\nsession.save_path = default\n"));
echo $check($write('local.ini', "{$so}session.save_handler = strata\nsession.save_path = default\nstrata.session_local = on\n"));
echo $check($write('local.ini', "{$so}session.save_handler = files\nsession.save_path = default\n"));
chmod($write('topology.ini', "disabled = 10.0.0.1:1\n[feed]\nredis = \"{$redis->dsn()}\"\noperation_timeout = soon\n"), 0644);
echo $check("$place/topology.ini", '-c', "$place/php.ini");
file_put_contents("$place/topology.ini", "[feed]\nredis = \"{$redis->dsn()}\"\n");
echo $check("$place/topology.ini", '-c', "$place/php.ini");
echo $check("$place/none.ini"), $check("$place/empty"), $check($write('broken.ini', "[x\n=y"));

$json = json_decode(command(['check', "$place/wrong.ini", '--json']), true);
$json ??= json_decode(preg_replace('/exit code 2\n$/', '', command(['check', "$place/wrong.ini", '--json'])), true);
echo "$json[kind], ", $json['errors'] >= 4 ? 'errors' : 'no errors', ', ', implode(' ', array_keys($json['findings'][0])), "\n";
echo 'no secret: ', str_contains(json_encode($json), 'secret') ? 'it is there' : 'none', "\n";

preg_match_all('/^\tX\((\w+), \w+, HOST,/m', file_get_contents(__DIR__ . '/../../../ext/conf/settings.h'), $host);
require __DIR__ . '/../../support/command_parts.inc';
sort($host[1]);
echo 'settings of the host: ', $host[1] === Strata\Command\Configuration::OF_HOST ? "the same as in the sources\n" : implode(' ', $host[1]) . "\n";
array_map(unlink(...), [...glob("$place/*.ini"), "$place/pool.d/www.conf"]);
array_map(rmdir(...), ["$place/conf.d", "$place/empty", "$place/pool.d", $place]);
?>
--EXPECT--
PLACE/php.ini (php.ini)
0 errors
PLACE/wrong.ini (php.ini)
error   strata.memory: "lots" is not a size; accepted: 0, or 1M to 1T, such as 64M
error   strata.redis: "***" is not usable: a host is empty (is a ${VARIABLE} undefined?); accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0
error   strata.local_tll: no such directive; did you mean strata.local_ttl?
error   strata.other.redis: there is no database other; strata.databases must name it
4 errors
exit code 2
PLACE/conf.d/strata.ini (php.ini)
error   strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms
warning extension=strata is missing there: it is checked as if the line stood in another file
1 errors
exit code 2
PLACE/conf.d (directory of .ini files)
error   strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms
warning extension=strata is missing there: it is checked as if the line stood in another file
1 errors
exit code 2
PLACE/pool.d/www.conf (pools of php-fpm)
error   [one]: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
error   [one]: session.save_path = "/var/lib/php/sessions" names no database of strata; accepted: default, feed (strata.databases names them)
error   [two]: strata.feed.local_ttl: "7" has no unit; accepted: 0 to 24h, such as 250ms
3 errors
exit code 2
PLACE/pool.d (pools of php-fpm)
error   [one]: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
error   [one]: session.save_path = "/var/lib/php/sessions" names no database of strata; accepted: default, feed (strata.databases names them)
error   [two]: strata.feed.local_ttl: "7" has no unit; accepted: 0 to 24h, such as 250ms
3 errors
exit code 2
PLACE/php-fpm.conf (pools of php-fpm)
error   [one]: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
error   [one]: session.save_path = "/var/lib/php/sessions" names no database of strata; accepted: default, feed (strata.databases names them)
error   [two]: strata.feed.local_ttl: "7" has no unit; accepted: 0 to 24h, such as 250ms
3 errors
exit code 2
PLACE/local.ini (php.ini)
error   session.save_path = "default": sessions need a shared tier: strata.redis or strata.memcached of the database default, or, where one host is all there is, session_local = on
1 errors
exit code 2
PLACE/local.ini (php.ini)
0 errors
PLACE/local.ini (php.ini)
0 errors
PLACE/topology.ini (topology file)
error   strata.topology: PLACE/topology.ini, line 4: operation_timeout: "soon" is not a duration; accepted: 1ms to 60s, such as 250ms; php.ini alone is in force
1 errors
exit code 2
PLACE/topology.ini (topology file)
0 errors
! strata: PLACE/none.ini: there is no such file, or it cannot be read
exit code 3
! strata: PLACE/empty: this directory has no .ini file, and no .conf file of a pool
exit code 3
! strata: PLACE/broken.ini: it cannot be read as an .ini file: syntax error, unexpected end of file, expecting ']', line 1
exit code 2
php.ini, errors, severity pool databases node sentence
no secret: none
settings of the host: the same as in the sources
