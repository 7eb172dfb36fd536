--TEST--
rememberMultiple(): keys that another host computes are waited for, and computed in one further call if it fails
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/hosts.inc';

/* Says on standard error of the test which keys it was given, and waits for a line where it is told to. */
$compute = fn (string $name, string $then) => 'function ($keys) use (&$calls) { $calls[] = $keys; ' . $then . '
    return array_combine($keys, array_map(fn ($key) => "$key of ' . $name . '", $keys)); }';
$ask = fn (string $name, array $keys, string $then = '') => '[$calls = [], $cache->rememberMultiple(' . var_export($keys, true) . ', 60, '
    . $compute($name, $then) . '), $calls][1] + ["calls" => $calls]';

foreach (['redis', 'memcached'] as $server) {
    $own = new OwnServer($server);
    $ini = ["strata.$server" => $own->dsn(), 'strata.lease_wait' => '30s', 'strata.lease_ttl' => '1s'];
    [$one, $two] = [new Host($ini), new Host($ini)];
    $fifo = tempnam(sys_get_temp_dir(), 'strata');
    unlink($fifo);
    exec('mkfifo ' . escapeshellarg($fifo));
    $block = 'fwrite(fopen(' . var_export($fifo, true) . ', "w"), "."); fgets(fopen(' . var_export($fifo, true) . ', "r"));';

    $one->begin($ask('one', ['a', 'b', 'c'], $block));
    fread(fopen($fifo, 'r'), 1);
    $two->begin($ask('two', ['d', 'c', 'e', 'b']));
    usleep(200_000);
    fwrite(fopen($fifo, 'w'), "go on\n");
    echo "$server: ", json_encode($one->end()), "\n", json_encode($two->end()), "\n";

    /* The first host goes away in the middle: its keys are computed by the other when its lease is over. */
    $one->begin($ask('one', ['k', 'l'], $block));
    fread(fopen($fifo, 'r'), 1);
    $two->begin($ask('two', ['m', 'l', 'k']));
    usleep(100_000);
    $one->kill();
    /* As a rule in one further call: both leases end in the same millisecond, or in the next one. */
    $end = $two->end();
    $further = array_merge(...array_splice($end['calls'], 1));
    sort($further);
    echo json_encode($end), ' and further ', json_encode($further), "\n";
    unlink($fifo);
    /* Exceptions hand the turn over. */
    $three = new Host($ini);
    echo json_encode([$three->ask($ask('three', ['x', 'y'], 'throw new Exception("fails");')), $two->ask($ask('two', ['x', 'y', 'a']))]), "\n";
}
?>
--EXPECT--
redis: {"a":"a of one","b":"b of one","c":"c of one","calls":[["a","b","c"]]}
{"d":"d of two","c":"c of one","e":"e of two","b":"b of one","calls":[["d","e"]]}
{"m":"m of two","l":"l of two","k":"k of two","calls":[["m"]]} and further ["k","l"]
["Exception: fails",{"x":"x of two","y":"y of two","a":"a of one","calls":[["x","y"]]}]
memcached: {"a":"a of one","b":"b of one","c":"c of one","calls":[["a","b","c"]]}
{"d":"d of two","c":"c of one","e":"e of two","b":"b of one","calls":[["d","e"]]}
{"m":"m of two","l":"l of two","k":"k of two","calls":[["m"]]} and further ["k","l"]
["Exception: fails",{"x":"x of two","y":"y of two","a":"a of one","calls":[["x","y"]]}]
