--TEST--
strata check: the servers of a shadow are asked like the others, whether it is off or at work, and settings that do not go with it are named
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
$shadow = new OwnServer('redis', arguments: $bounded);
$free = stream_socket_server('tcp://127.0.0.1:0');
$nowhere = stream_socket_get_name($free, false);
fclose($free);
$place = place_for_scripts();
$check = function (string $title, string ...$lines) use ($place, $former, $shadow, $nowhere): void {
    echo "-- $title\n";
    file_put_contents("$place/php.ini", implode("\n", ['extension = ' . strata_so(), 'strata.connect_timeout = 1s', 'strata.operation_timeout = 1s',
        'strata.request_budget = 0', 'strata.memory = 8M', "strata.redis = \"{$former->dsn()}\"", ...$lines]) . "\n");
    $said = strtr(command(['check', "$place/php.ini"]), [$former->name() => 'FORMER', $shadow->name() => 'SHADOW', $nowhere => 'NOWHERE']);
    preg_match_all('/^(FORMER|SHADOW|NOWHERE) +\S+ +- +(redis|not reached)/m', $said, $servers);
    echo implode(', ', preg_replace('/^(\S+) .*(?= reached| redis)/', '$1', preg_replace('/ {2,}/', ' ', $servers[0]))), "\n";
    echo preg_replace('/^.*?(?=^(error|warning|0 errors))/ms', '', $said, 1);
};
$check('off', "strata.shadow_redis = \"{$shadow->dsn()}\"");
$check('at work', "strata.shadow_redis = \"{$shadow->dsn()}\"", 'strata.shadow_mode = write');
$check('not there', "strata.shadow_redis = \"redis://$nowhere\"", 'strata.shadow_mode = compare');
$check('it leads', "strata.shadow_redis = \"{$shadow->dsn()}\"", 'strata.shadow_mode = lead', 'strata.shadow_share = 50%');
$check('one server', "strata.shadow_redis = \"{$former->dsn()}\"", 'strata.shadow_mode = write');
unlink("$place/php.ini");
rmdir($place);
?>
--EXPECT--
-- off
FORMER redis, SHADOW redis
0 errors, 0 warnings
-- at work
FORMER redis, SHADOW redis
0 errors, 0 warnings
-- not there
FORMER redis, NOWHERE reached
error   default NOWHERE: redis NOWHERE: connecting: Connection refused: start the server, or mend the port or the firewall

1 errors, 0 warnings
exit code 2
-- it leads
SHADOW redis, FORMER redis
warning strata.shadow_share: is 50%, so that the place that answered before is without the other keys when it answers again; accepted, and 100% keeps it whole
warning default: shadow_mode = lead with shadow_fill = off: what is read and seldom written may be missing in the place that answers; look at strata diff first, or set shadow_fill = on

0 errors, 2 warnings
-- one server
FORMER redis
error   strata.shadow_redis: FORMER is a server of strata.redis too, and a value would be in both places at once; accepted: other servers

1 errors, 0 warnings
exit code 2
