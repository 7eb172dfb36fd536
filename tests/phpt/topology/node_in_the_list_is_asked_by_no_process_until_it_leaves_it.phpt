--TEST--
topology: a node in the list of disabled ones is asked by no process of the host until it leaves it
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_memcached();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/topology.inc';

[$node] = servers_of('STRATA_TEST_MEMCACHED');
$file = topology_file('');
echo php([
    'strata.memcached' => "memcached://$node",
    'strata.topology' => $file,
    'strata.namespace' => 'topology-' . getmypid(),
    'strata.local_ttl' => '0',
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'strata.request_budget' => '0',
], 'require "' . __DIR__ . '/../../support/topology.inc";
    require "' . __DIR__ . '/../../support/show.inc";
    [$node, $file] = ' . var_export([$node, $file], true) . ';

    $cache = new Strata\Cache();
    $cache->set("key", "value");
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (pcntl_fork() === 0) {
        fclose($ours);
        while (fgets($theirs) !== false) {
            fwrite($theirs, told($cache->fetch("key")) . "\n");
        }
        exit;
    }
    fclose($theirs);
    $both = function (string $when) use ($cache, $ours) {
        fwrite($ours, "\n");
        echo "$when: ", told($cache->fetch("key")), " / ", fgets($ours);
    };
    $both("before");
    write_topology($file, "disabled = $node ; for repair");
    await_version(2);
    $both("disabled");
    $state = fn () => strata_status()["nodes"][$node];
    echo $state()["state"], " ", $state()["cause"], ", ", json_encode(strata_status()["topology"]["disabled"]) === json_encode([$node]) ? "listed" : "not listed", "\n";

    /* What a script says meanwhile holds until the next look. */
    strata_node($node, "auto");
    await(fn () => $state()["state"] === "forced_open", "the next look");
    $both("still disabled");
    write_topology($file, "[default]\nlocal_ttl = 0");
    await_version(3);
    $both("given back");
    echo $state()["state"], "\n";
');
?>
--EXPECT--
before: hit memcached: 'value' / hit memcached: 'value'
disabled: error memcached (breaker_open) / error memcached (breaker_open)
forced_open operator, listed
still disabled: error memcached (breaker_open) / error memcached (breaker_open)
given back: hit memcached: 'value' / hit memcached: 'value'
closed
