--TEST--
topology: workers of php-fpm follow, those that start while the file is bad go by the last good one, and a reload takes it anew
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/topology.inc';

$file = topology_file('disabled = 10.0.0.1:1');
$page = "$file.php";
file_put_contents($page, '<?php $t = strata_status()["topology"];
    echo isset($_GET["pid"]) ? getmypid() : implode(" ", $t["disabled"]) . ($t["problem"] === "" ? "" : ", refused");');
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']], ['strata.topology' => $file]);
$see = fn (string $expected) => fpm_await(fn () => fpm_get($fpm, 'shop', $page) === $expected, "\"$expected\"");
$see('10.0.0.1:1');
write_topology($file, 'disabled = 10.0.0.2:1');
$see('10.0.0.2:1');
write_topology($file, 'disabled = 10.0.0.3:1:');
$see('10.0.0.2:1, refused');

/* The worker's master starts another one. */
$pid = (int) fpm_get($fpm, 'shop', $page, 'pid');
exec("kill -9 $pid");
fpm_await(fn () => !in_array(fpm_get($fpm, 'shop', $page, 'pid'), ['', "$pid"], true), 'another worker');
$see('10.0.0.2:1, refused');

write_topology($file, 'disabled = 10.0.0.3:1');
fpm_reload($fpm, 'shop', $page);
$see('10.0.0.3:1');
fpm_stop($fpm);
unlink($page);
echo "done\n";
?>
--EXPECT--
done
