--TEST--
memcached: a server that is too old, or speaks something else, gives one clear warning and misses
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

$greetings = [
    'memcached 1.4' => "VERSION 1.4.15\r\n",
    'memcached 1.6.17' => "VERSION 1.6.17\r\n",
    'a web server' => new LastWords("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
    'Redis' => "-ERR unknown command 'version'\r\n",
    'a mail server' => "220 mail.example.org ESMTP\r\n",
    'a password' => "CLIENT_ERROR unauthenticated\r\n",
];
foreach ($greetings as $what => $greeting) {
    $nodes = FakeNodes::memcached(1, fn () => $greeting);
    $ini = ['strata.memcached' => "memcached://{$nodes->address(0)}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0',
        'strata.connect_timeout' => '5s', 'strata.local_ttl' => '0'];
    $output = php($ini, '
        echo json_encode([strata_get("key", "default"), strata_set("key", 1), strata_has("key")]), " ";
        echo (new Strata\Cache())->fetch("key")->reason?->value, "\n";
        try { strata_increment("key"); } catch (Strata\ConnectionException) { echo "thrown\n"; }
    ');
    echo "$what\n", preg_replace(['/127\.0\.0\.1:\d+/', '/ in Command line.*/'], ['NODE', ''], $output);
}
?>
--EXPECT--
memcached 1.4
Warning: strata_get(): database default: memcached NODE: greeting: this is memcached 1.4.15, and strata needs 1.6.18 or newer
["default",false,false] unsupported
thrown
memcached 1.6.17
Warning: strata_get(): database default: memcached NODE: greeting: this is memcached 1.6.17, and strata needs 1.6.18 or newer
["default",false,false] unsupported
thrown
a web server
Warning: strata_get(): database default: memcached NODE: greeting: this is not memcached: asked for its version, it says: HTTP/1.1 400 Bad Request
["default",false,false] unsupported
thrown
Redis
Warning: strata_get(): database default: memcached NODE: greeting: this is not memcached: asked for its version, it says: -ERR unknown command 'version' (is it Redis? Then use redis://)
["default",false,false] unsupported
thrown
a mail server
Warning: strata_get(): database default: memcached NODE: greeting: this is not memcached: asked for its version, it says: 220 mail.example.org ESMTP
["default",false,false] unsupported
thrown
a password
Warning: strata_get(): database default: memcached NODE: greeting: the server asks for a password, which strata cannot give to memcached yet
["default",false,false] auth
thrown
