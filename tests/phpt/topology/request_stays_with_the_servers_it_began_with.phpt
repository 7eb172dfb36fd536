--TEST--
topology: a request of php-fpm stays with the servers it began with, and the next one has the new ones
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_own_server();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/topology.inc';

[$a, $b] = [new OwnServer('memcached'), new OwnServer('memcached')];
$file = topology_file("[default]\nmemcached = {$a->dsn()}");
$page = "$file.php";
file_put_contents($page, '<?php
    $version = fn () => strata_status()["topology"]["version"];
    $began = $version();
    strata_set("key", "of this request");
    $answer = [strata_get("key")];
    if (isset($_GET["wait"])) {
        touch(__FILE__ . ".waits");
        for ($tries = 0; $version() === $began && $tries < 1000; $tries++) {
            usleep(10000);
        }
        echo $version() === $began ? "waited in vain " : "";
    }
    $cache = new Strata\Cache();
    $answer[] = $cache->fetch("key", from: Strata\Tier::Memcached)->node;
    strata_set("other", 1);
    $answer[] = $cache->fetch("other", from: Strata\Tier::Memcached)->node;
    $topology = strata_status()["topology"];
    echo implode(" ", $answer), " ", $topology["followed"] === $topology["version"] ? "follows" : "stays";');
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 2']], [
    'strata.topology' => $file,
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
]);
$name = fn (string $text) => str_replace([$a->name(), $b->name()], ['a', 'b'], $text);
echo $name(fpm_get($fpm, 'shop', $page)), "\n";

$waiting = fpm_begin($fpm, 'shop', $page, 'wait=1');
fpm_await(fn () => file_exists("$page.waits"), 'the request to be under way');
write_topology($file, "[default]\nmemcached = {$b->dsn()}");
/* Another worker sees the file meanwhile. */
fpm_await(fn () => str_contains($name(fpm_get($fpm, 'shop', $page)), ' b b follows'), 'the new server');
echo $name(fpm_finish($waiting)), "\n";
echo $name(fpm_get($fpm, 'shop', $page)), "\n";
fpm_stop($fpm);
unlink($page);
unlink("$page.waits");
?>
--EXPECT--
of this request a a follows
of this request a a stays
of this request b b follows
