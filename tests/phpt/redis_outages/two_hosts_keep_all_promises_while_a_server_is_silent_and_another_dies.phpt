--TEST--
Two php-fpm over three tiers, while packets of one master are dropped and another one is killed: no promise is broken
--SKIPIF--
<?php
require __DIR__ . '/short.inc';
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/fault_proxy.inc';
skip_without_own_cluster();
skip_without_namespace();
skip_without_fpm();
skip_without_fault_proxy();
exec('unshare -n -p -f -m --mount-proc --kill-child --propagation private true 2>&1', $output, $code);
$code === 0 || exit('skip the kernel gives no namespaces of processes and files here: ' . (end($output) ?: "code $code"));
?>
--CONFLICTS--
all
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

/* The short form of ./dev chaos shake, and in the same namespaces. */
$php = escapeshellarg(getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY);
$shake = escapeshellarg(realpath(__DIR__ . '/../../chaos/shake.php'));
$inside = "ip link set lo up; mount -t tmpfs none /run; mount -t tmpfs none /dev/shm; export TMPDIR=/run; exec $php -n -d extension=posix $shake 10 drop kill";
exec('STRATA_SO=' . escapeshellarg(strata_so()) . ' unshare -n -p -f -m --mount-proc --kill-child --propagation private sh -c ' . escapeshellarg($inside) . ' 2>/dev/null', $said);
preg_match('/^(\d+) requests, (\d+) values checked, (\d+) broken promises/m', implode("\n", $said), $found) || print(implode("\n", $said) . "\n");
[, $requests, $checked, $broken] = $found;
echo "$broken broken promises\n", implode("\n", preg_grep('/^BROKEN/', $said));
echo $requests > 100 && $checked > 500 ? 'many values were looked at' : "only $requests requests and $checked values", "\n";
?>
--EXPECT--
0 broken promises
many values were looked at
