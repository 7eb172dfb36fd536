--TEST--
twemproxy and haproxy: Redis behind them serves all verbs; memcached behind twemproxy lacks meta commands and says so once
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
foreach (['nutcracker', 'haproxy'] as $program) {
    if (!shell_exec("PATH=\$PATH:/usr/sbin command -v $program")) {
        die("skip there is no $program (Debian has a package of that name)");
    }
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

function free_port(): int
{
    $probe = stream_socket_server('tcp://127.0.0.1:0');
    return (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
}

$redis = [new OwnServer('redis'), new OwnServer('redis')];
$memcached = [new OwnServer('memcached'), new OwnServer('memcached')];
$folder = sys_get_temp_dir() . '/strata_proxies_' . getmypid();
mkdir($folder);
$ports = array_map(fn () => free_port(), range(0, 4));
$pool = fn (string $name, int $port, array $servers, string $more) => "$name:\n  listen: 127.0.0.1:$port\n  hash: fnv1a_64\n  distribution: ketama\n  timeout: 2000\n$more"
    . "  servers:\n" . implode('', array_map(fn ($server) => "   - {$server->name()}:1\n", $servers));
file_put_contents("$folder/nutcracker.yml", $pool('r', $ports[0], $redis, "  redis: true\n") . $pool('m', $ports[1], $memcached, ''));
$listen = fn (string $name, int $port, OwnServer $server) => "listen $name\n  bind 127.0.0.1:$port\n  server a {$server->name()}\n";
file_put_contents("$folder/haproxy.cfg", "defaults\n  mode tcp\n  timeout connect 2s\n  timeout client 1s\n  timeout server 1s\n"
    . $listen('r', $ports[2], $redis[0]) . $listen('m', $ports[3], $memcached[0]));
$quiet = ['file', '/dev/null', 'w'];
putenv('PATH=' . getenv('PATH') . ':/usr/sbin');
foreach ([['nutcracker', '-c', "$folder/nutcracker.yml", '-s', (string) $ports[4], '-a', '127.0.0.1', '-m', '16384'], ['haproxy', '-f', "$folder/haproxy.cfg"]] as $command) {
    $proxies[] = proc_open($command, [['file', '/dev/null', 'r'], $quiet, $quiet], $pipes, $folder);
}
foreach (array_slice($ports, 0, 4) as $port) {
    for ($i = 0; $i < 500 && !@stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 1); $i++) {
        usleep(10000);
    }
}
$code = '
    $cache = new Strata\Cache();
    $done = ["set" => $cache->set("key", [1], 60), "get" => $cache->get("key") === [1], "touch" => $cache->touch("key", 60),
        "add" => !$cache->add("key", 2), "compareAndSet" => $cache->compareAndSet("key", $cache->fetch("key"), [2], 60), "has" => $cache->has("key"),
        "setMultiple" => $cache->setMultiple(array_combine(range(1, 20), range(1, 20))), "getMultiple" => array_values($cache->getMultiple(range(1, 20))) === range(1, 20),
        "increment" => $cache->increment("count", 2, 5) === 7, "delete" => $cache->delete("key") && $cache->get("key") === null, "clear" => $cache->clear()];
    sleep(2);
    $done["idle"] = $cache->set("key", 3) && $cache->get("key") === 3;
    $failed = array_keys(array_filter($done, fn ($is) => $is !== true));
    echo $failed ? implode(" ", $failed) : "all is done", "; ";
    $status = current(strata_status()["nodes"]);
    echo json_encode($status["desyncs"]), " desyncs, $status[state]\n";
';
$ini = ['strata.local_ttl' => '0', 'strata.request_budget' => '0', 'strata.operation_timeout' => '2s', 'strata.connect_timeout' => '2s', 'strata.check_after_idle' => '500ms'];
echo 'twemproxy, redis: ', php(['strata.redis' => "redis://127.0.0.1:$ports[0]"] + $ini, $code);
echo 'haproxy, redis: ', php(['strata.redis' => "redis://127.0.0.1:$ports[2]"] + $ini, $code);
echo 'haproxy, memcached: ', php(['strata.memcached' => "memcached://127.0.0.1:$ports[3]"] + $ini, $code);
echo 'twemproxy, memcached: ', preg_replace('/127\.0\.0\.1:\d+/', 'NODE', php(['html_errors' => '0', 'strata.memcached' => "memcached://127.0.0.1:$ports[1]"] + $ini, '
    echo (new Strata\Cache())->fetch("key")->reason->value, "\n", json_encode(strata_set("key", 1)), "\n";
'));
array_map(fn ($proxy) => proc_terminate($proxy, KILLED), $proxies);
exec('rm -r ' . escapeshellarg($folder));
?>
--EXPECTF--
twemproxy, redis: all is done; 0 desyncs, closed
haproxy, redis: all is done; 0 desyncs, closed
haproxy, memcached: all is done; 0 desyncs, closed
twemproxy, memcached: Warning: Strata\Cache::fetch(): database default: memcached NODE: greeting: the server does not speak the text protocol with the meta commands of memcached 1.6.18 or newer in Command line code on line %d
unsupported
false
