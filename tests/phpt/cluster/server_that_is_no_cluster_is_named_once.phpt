--TEST--
Redis Cluster: a server that is none, or a cluster node where a single server is configured, gives one clear warning
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

$tries = [
    'a single server' => ['redis-cluster', "-ERR This instance has cluster support disabled\r\n"],
    'an old server' => ['redis-cluster', "-ERR unknown command 'CLUSTER'\r\n"],
    'a web server' => ['redis-cluster', new LastWords("HTTP/1.1 400 Bad Request\r\n\r\n")],
    'a web server as a single one' => ['redis', new LastWords("HTTP/1.1 400 Bad Request\r\n\r\n")],
    'memcached' => ['redis', "ERROR\r\nERROR\r\n"],
    'a mail server' => ['redis', "220 mail.example.org ESMTP\r\n"],
    'a cluster node' => ['redis', null],
];
foreach ($tries as $what => [$scheme, $answer]) {
    $nodes = FakeNodes::redis(1, function (int $node, array $words, FakeNodes $nodes) use ($answer, $scheme) {
        if ($answer === null) {
            return in_array($words[0], ['CLIENT', 'TIME'], true) ? null : $nodes->redirect('MOVED', $words[1], 0);
        }
        $is_greeting = $words[0] === 'CLIENT';
        return $scheme === 'redis-cluster' && $is_greeting && is_string($answer) ? null : $answer;
    });
    $ini = ['strata.redis' => "$scheme://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0'];
    $output = php($ini, '
        echo json_encode([strata_get("key", "default"), strata_set("key", 1), strata_has("key")]), " ";
        echo (new Strata\Cache())->fetch("key")->reason?->value, "\n";
    ');
    echo "$what\n", preg_replace(['/127\.0\.0\.1:\d+/', '/ in Command line.*/'], ['NODE', ''], $output);
}
?>
--EXPECT--
a single server
Warning: strata_get(): database default: redis NODE: is not a cluster: use redis://
["default",false,false] unsupported
an old server
Warning: strata_get(): database default: redis NODE: does not know CLUSTER SLOTS: use redis://, or redis-sentinel:// for sentinels
["default",false,false] unsupported
a web server
Warning: strata_get(): database default: redis NODE: greeting: the server does not speak the protocol of redis: is the scheme right?
["default",false,false] unsupported
a web server as a single one
Warning: strata_get(): database default: redis NODE: greeting: the server does not speak the protocol of redis: is the scheme right?
["default",false,false] unsupported
memcached
Warning: strata_get(): database default: redis NODE: greeting: the server does not speak the protocol of redis: is the scheme right?
["default",false,false] unsupported
a mail server
Warning: strata_get(): database default: redis NODE: greeting: the server does not speak the protocol of redis: is the scheme right?
["default",false,false] unsupported
a cluster node
Warning: strata_get(): database default: redis NODE: is a cluster node: use redis-cluster://
["default",false,false] unsupported
