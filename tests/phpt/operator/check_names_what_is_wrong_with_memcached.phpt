--TEST--
strata_check(): what a memcached server is, and each thing that is wrong with it, by one sentence with a way out
--SKIPIF--
<?php
require __DIR__ . '/../../support/check.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/check.inc';

$server = new OwnServer('memcached', arguments: ['-I', '16m']);
$names = [$server->name() => 'SERVER'];
$ini = ['strata.memcached' => $server->dsn()];

echo "-- well\n";
$checked = checked($ini);
print_findings($checked, $names);
$node = $checked['databases']['default'][$server->name()];
printf("%s %s %s, %d bytes, cas %s\n", $node['protocol'], $node['software'], preg_match('/^1\.6\.\d+/', $node['version']), $node['largest_value'], $node['cas']);
var_dump($node['reached'], $node['forbidden'], $node['unseen'], abs($node['clock']['difference']) <= $node['clock']['uncertainty'] + 100);

foreach ([['-I', '2m'], ['-C', '-I', '16m'], ['-M', '-I', '16m'], ['-c', '60', '-I', '16m']] as $arguments) {
    $server->kill();
    $server->start($arguments);
    echo '-- ', implode(' ', $arguments), "\n";
    print_findings(checked($ini), $names);
}

echo "-- and as many clients as it takes\n";
$clients = array_map(fn () => stream_socket_client('tcp://' . $server->name()), range(1, 60));
print_findings(checked($ini), $names);
?>
--EXPECT--
-- well
nothing
memcached memcached 1, 16777216 bytes, cas yes
bool(true)
array(0) {
}
array(0) {
}
bool(true)
-- -I 2m
warning default SERVER: it stores values of up to 2097152 bytes (-I), and strata.max_value is 16777216: what is larger is refused there; start memcached with a larger -I, or lower strata.max_value
-- -C -I 16m
error default SERVER: it has no cas (-C): clear() and compareAndSet() are false, and what remember() computes is not stored; start memcached without -C
-- -M -I 16m
warning default SERVER: it evicts nothing (-M): once it is full every write fails; start memcached without -M
-- -c 60 -I 16m
warning default SERVER: it takes 60 clients (-c), and this host alone may have 64 operations under way there (strata.max_inflight): raise the one or lower the other
-- and as many clients as it takes
error default SERVER: memcached SERVER: greeting: the server has its maximum number of clients: raise maxclients (-c of memcached), or have fewer workers
