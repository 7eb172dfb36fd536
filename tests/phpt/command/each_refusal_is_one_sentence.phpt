--TEST--
strata: whatever keeps it from joining a php-fpm is one sentence with the cause and the way out
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$place = place_for_scripts();
$hidden = place_for_scripts();
$open = place_for_scripts();
chmod($open, 0777);
$prepended = "$place/prepended.php";
file_put_contents($prepended, '<?php ob_start(); echo "of the application"; if (isset($_SERVER["STRATA_SECRET"])) exit("\e[2Jno entry");');
$free = stream_socket_server('tcp://127.0.0.1:0');
$nowhere = stream_socket_get_name($free, false);
fclose($free);
$pools = [
    'phtml' => ['user = ' . pool_user(), 'pm = static', 'pm.max_children = 1', 'security.limit_extensions = .phtml'],
    'basedir' => debian_pool(['php_admin_value[open_basedir] = /srv/www']),
    'ends' => debian_pool(["php_admin_value[auto_prepend_file] = $prepended"]),
    'busy' => debian_pool(),
    'disabled' => debian_pool(['php_admin_value[disable_functions] = strata_status']),
];
if (pool_user() === 'www-data') {
    $pools['chroot'] = debian_pool(["chroot = $place"]);
}
$free = stream_socket_server('tcp://127.0.0.1:0');
$strict = stream_socket_get_name($free, false);
fclose($free);
/* Beside the pools that are waited for by the names of their sockets. */
$beside = ['[tcp]', 'user = ' . pool_user(), "listen = $strict", 'listen.allowed_clients = 127.0.0.2', 'pm = static', 'pm.max_children = 1'];
$fpm = fpm_start($pools, ['strata.memory' => '32M'], null, $beside);
file_put_contents("{$fpm['folder']}/sleep.php", '<?php sleep(20);');
$asleep = fpm_begin($fpm, 'busy', "{$fpm['folder']}/sleep.php");
$names = [$fpm['folder'] => 'FOLDER', $place => 'PLACE', $hidden => 'HIDDEN', $open => 'OPEN', $nowhere => 'HOST:PORT', $strict => 'STRICT'];
$run = fn (string $socket, string ...$more) => preg_replace(['/strata-[0-9a-f]{16}/', '/; there are: .*/'], ['SCRIPT', ''],
    strtr(command(['--fcgi', $socket, '--temporary', $place, ...$more, 'status']), $names));
$pool = fn (string $name, string ...$more) => $run("{$fpm['folder']}/$name.sock", ...$more);

echo $run('/run/nowhere.sock'), $run($nowhere);
$left = stream_socket_server("unix://$place/left.sock");
fclose($left);
echo $run("$place/left.sock"), $run('/' . str_repeat('long/', 30));
$web = stream_socket_server("unix://$place/web.sock");
$command = command_begin(['--fcgi', "$place/web.sock", '--temporary', $place, 'status']);
$client = stream_socket_accept($web, 10);
fwrite($client, "HTTP/1.1 400 Bad Request\r\n\r\n");
echo strtr(command_finish($command), $names);
$command = command_begin(['--fcgi', "$place/web.sock", '--temporary', $place, 'status']);
fclose(stream_socket_accept($web, 10));
echo strtr(command_finish($command), $names);
echo $run($strict), $pool('phtml'), $pool('basedir'), $pool('ends'), $pool('busy', '--wait', '0.3'), $pool('disabled');
echo $pool('busy', '--temporary', "$place/none"), $pool('busy', '--temporary', $open);
chmod($hidden, 0700);
$unseen = ': workers may not read there, its service has PrivateTmp=, the pool a chroot, or it runs in another container; --temporary DIR names a'
    . ' directory that both see, --chroot DIR the chroot of the pool, and in a container the command runs best itself';
$is_as_told = fn (string $pool, string $where, string $said) =>
    str_replace("! strata: FOLDER/$pool.sock: the pool does not see what is written to $where$unseen\nexit code 2\n", "as told\n", $said);
if (isset($pools['chroot'])) {
    echo $is_as_told('disabled', 'HIDDEN', $pool('disabled', '--temporary', $hidden)), $is_as_told('chroot', 'PLACE', $pool('chroot'));
    echo strtok($pool('chroot', '--chroot', $place), ','), "\n";
} else {
    echo "as told\nas told\nstrata 0.1.0\n";
}
fpm_stop($fpm);
array_map(unlink(...), glob("$place/*"));
array_map(rmdir(...), [$place, $hidden, $open]);
?>
--EXPECT--
! strata: /run/nowhere.sock: there is no such socket: is php-fpm running? Its pool says listen = ...
exit code 2
! strata: HOST:PORT: no process listens there: is php-fpm running, and does its pool say listen = HOST:PORT?
exit code 2
! strata: PLACE/left.sock: no process listens on this socket: php-fpm ended and left it behind, or it is no socket
exit code 2
! strata: /long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/: the name of a socket has at most 107 bytes
exit code 2
! strata: PLACE/web.sock: it does not speak FastCGI: is it the listen = of a pool, and not a web server?
exit code 2
! strata: PLACE/web.sock: the connection was closed without an answer: the worker died; the log of php-fpm (error_log) says more
exit code 2
! strata: STRICT: the connection was closed without an answer: listen.allowed_clients of the pool names other addresses, or the worker died; the log of php-fpm (error_log) says more
exit code 2
! strata: FOLDER/phtml.sock: security.limit_extensions of the pool does not allow .php, so it executes no script of this command; add .php there
exit code 2
! strata: FOLDER/basedir.sock: open_basedir of the pool does not allow PLACE; --temporary DIR names a directory that it allows
exit code 2
! strata: FOLDER/ends.sock: the script of this command did not answer (no status), as where auto_prepend_file ends the request: of the application\e[2Jno entry
exit code 2
! strata: FOLDER/busy.sock: no answer within 0.3 s: all workers of the pool are busy (pm.max_children), or stopped; --wait SECONDS waits longer
exit code 2
! strata: strata_status() is not there: the extension that is loaded is strata 0.1.0, which does not have it, or disable_functions of php.ini names it
exit code 2
! strata: PLACE/none: there is no such directory
exit code 2
! strata: OPEN: any user may write there and it has no sticky bit; accepted: a directory like /tmp, or one that only its owner writes
exit code 2
as told
as told
strata 0.1.0
