--TEST--
memcached: a server of the binary protocol alone and a proxy without meta commands give one clear warning; one that dies does not
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

$try = function (string $what, string $address, string $timeout = '5s', int $tries = 1): void {
    $ini = ['strata.memcached' => "memcached://$address", 'strata.operation_timeout' => $timeout, 'strata.request_budget' => '0', 'strata.connect_timeout' => $timeout, 'strata.local_ttl' => '0'];
    $output = php($ini, '
        for ($i = 1; $i <= ' . $tries . ' && strata_get("key", "default") === "default" && (new Strata\Cache())->fetch("key")->reason?->value === "timeout"; $i++) {
            sleep(1);
        }
        echo json_encode([strata_get("key", "default"), strata_set("key", 1), strata_has("key")]), " ";
        echo (new Strata\Cache())->fetch("key")->reason?->value ?? "none", "\n";
    ');
    echo "$what\n", preg_replace(['/127\.0\.0\.1:\d+/', '/ in Command line.*/'], ['NODE', ''], $output);
};
/* It waits for more bytes than the first greeting has. */
$binary = new OwnServer('memcached', arguments: ['-B', 'binary']);
$try('-B binary', $binary->name(), '500ms', 10);
unset($binary);
$proxy = FakeNodes::memcached(1, fn (int $node, array $words) => $words[0] === 'version' ? null : new LastWords());
$try('a proxy', $proxy->address(0));
$polite = FakeNodes::memcached(1, fn (int $node, array $words) => $words[0] === 'version' ? null : new LastWords("ERROR\r\n"));
$try('a polite one', $polite->address(0));
/* It dies over its first connection, and is there again. */
$dying = FakeNodes::memcached(1, function (int $node, array $words) {
    static $died = false;
    [$dies, $died] = [!$died, true];
    return $dies ? new LastWords() : null;
});
$try('one that dies', $dying->address(0));
?>
--EXPECT--
-B binary
Warning: strata_get(): database default: memcached NODE: greeting: the server does not speak the text protocol with the meta commands of memcached 1.6.18 or newer (does this port want TLS?)
["default",false,false] unsupported
a proxy
Warning: strata_get(): database default: memcached NODE: greeting: the server does not speak the text protocol with the meta commands of memcached 1.6.18 or newer
["default",false,false] unsupported
a polite one
["default",false,false] server
one that dies
["default",true,true] none
