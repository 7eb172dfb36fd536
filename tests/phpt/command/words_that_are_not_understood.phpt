--TEST--
strata: words that are not understood are one line on stderr and exit code 3; help tells of each sub-command
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$lines = [['stats'], ['status', 'more'], ['status', '--once'], ['--fcgi'], ['--json=yes', 'status'], ['node'], ['node', 'n'], ['node', 'n', 'kill'],
    ['node', 'n', 'disable', 'soon'], ['node', 'n', 'disable', '31d'], ['get'], ['get', 'k', '--from', 'disk'], ['keys'], ['keys', '', '--limit', '0'],
    ['--fcgi', 'x', '--wait', 'long', 'status'], ['top', '--interval', '0'], ['-c', '/nowhere/php.ini', 'status'], ['--fcgi', 'x', '--chroot', '/srv', '--temporary', '/tmp', 'status'],
    ['help', 'stats'], ['--', '--help']];
foreach ($lines as $words) {
    echo implode(' ', $words), "\n    ", str_replace("\n", "\n    ", rtrim(command($words))), "\n";
}
echo "without a word\n", preg_replace('/^! (?!strata:).*\n/m', '', command([]));

preg_match_all('/^  ([a-z]+)/m', command(['help']), $named);
foreach (array_unique([...$named[1], 'help']) as $name) {
    $help = command(['help', $name]);
    echo str_starts_with($help, "usage: strata $name") && $help === command([$name, '--help']) && max(array_map(strlen(...), explode("\n", $help))) <= 112
        ? "$name " : "no help of $name: $help\n";
}
echo "\n", command(['version']), command(['--version'], ['extension' => strata_so()]), command(['version', '--json'], ['extension' => strata_so()]) !== '' ? '' : 'nothing';
echo "without the extension\n", command(['status']), command(['--fcgi', '/nowhere', 'get', 'k']);
?>
--EXPECTF--
stats
    ! strata: there is no sub-command "stats"; accepted: status, top, nodes, node, keys, get, clear, purge, check, diff, metrics, version, help
    exit code 3
status more
    ! strata: status: one word too many: more
    exit code 3
status --once
    ! strata: status has no option --once; accepted: --json, --fcgi, --temporary, --chroot, --wait, --php-ini
    exit code 3
--fcgi
    ! strata: --fcgi needs a value: a socket or host:port
    exit code 3
--json=yes status
    ! strata: --json takes no value
    exit code 3
node
    ! strata: node: the name of a node, as strata nodes shows it, is missing
    exit code 3
node n
    ! strata: node: an action (disable, drain, enable, auto) is missing
    exit code 3
node n kill
    ! strata: "kill" is no action; accepted: disable, drain, enable, auto
    exit code 3
node n disable soon
    ! strata: "soon" is no time; accepted: 0 (until told otherwise) to 30d, as in 30, 5m, 2h
    exit code 3
node n disable 31d
    ! strata: "31d" is no time; accepted: 0 (until told otherwise) to 30d, as in 30, 5m, 2h
    exit code 3
get
    ! strata: get: a key is missing
    exit code 3
get k --from disk
    ! strata: --from: "disk" is no tier; accepted: local, memcached, redis
    exit code 3
keys
    ! strata: keys: a prefix ("" for all) is missing
    exit code 3
keys  --limit 0
    ! strata: --limit: "0" is not a number from 1 to 10000
    exit code 3
--fcgi x --wait long status
    ! strata: --wait: "long" is not a number from 0.1 to 3600
    exit code 3
top --interval 0
    ! strata: --interval: "0" is not a number from 0.2 to 60
    exit code 3
-c /nowhere/php.ini status
    ! strata: --php-ini: /nowhere/php.ini cannot be read
    exit code 3
--fcgi x --chroot /srv --temporary /tmp status
    ! strata: --temporary /tmp does not lie in --chroot /srv
    exit code 3
help stats
    ! strata: there is no sub-command "stats"; accepted: status, top, nodes, node, keys, get, clear, purge, check, diff, metrics, version, help
    exit code 3
-- --help
    ! strata: there is no sub-command "--help"; accepted: status, top, nodes, node, keys, get, clear, purge, check, diff, metrics, version, help
    exit code 3
without a word
! strata: a sub-command is missing
exit code 3
status top nodes node keys get clear purge check diff metrics version help 
strata, whose extension is not loaded in this PHP %d.%d.%s
strata 0.1.0
without the extension
! strata: the extension strata is not loaded in this PHP: add extension=strata to the php.ini of the command line (php --ini names it), name one by --php-ini FILE, or join a php-fpm by --fcgi SOCKET
exit code 2
! strata: /nowhere: there is no such socket: is php-fpm running? Its pool says listen = ...
exit code 2
