--TEST--
memcached: a reply that is cut, foreign, too long or of another question is an error, and the connection is closed
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

$nodes = FakeNodes::memcached(1, function (int $node, array $words) {
    if ($words[0] !== 'mg' || str_contains($words[1], 'generation')) {
        return null;
    }
    $echo = MemcachedWords::echo($words);
    $key = substr(strrchr($words[1], ':'), 1);
    return match ($key) {
        'cut' => new LastWords("VA 100$echo c1 t-1\r\nbeginning"),
        'half-a-line' => new LastWords("VA 1"),
        'closed' => new LastWords(),
        'other-key' => "VA 1 kelse " . strrchr($echo, 'O') . " c1 t-1\r\n7\r\n",
        'other-opaque' => "VA 1 k{$words[1]} O1 c1 t-1\r\n7\r\n",
        'no-key' => "VA 1 " . strrchr($echo, 'O') . " c1 t-1\r\n7\r\n",
        'no-opaque' => "VA 1 k{$words[1]} c1 t-1\r\n7\r\n",
        'bare-miss' => "EN\r\n",
        'wrong-code' => "HD$echo\r\n",
        'text-protocol' => "VALUE key 0 1\r\n7\r\nEND\r\n",
        'negative-size' => "VA -1$echo c1 t-1\r\n7\r\n",
        'hostile-size' => "VA 99999999999$echo c1 t-1\r\n7\r\n",
        'overflowing-size' => "VA 18446744073709551617$echo c1 t-1\r\n7\r\n",
        'wrong-end' => "VA 1$echo c1 t-1\r\n789\r\n",
        'two-replies' => "VA 1$echo c1 t-1\r\n7\r\nVA 1$echo c1 t-1\r\n8\r\n",
        'error' => "ERROR\r\n",
        'server-error' => "SERVER_ERROR out of memory reading request\r\n",
        'good' => "VA 1$echo c1 t-1\r\n7\r\n",
        default => null,
    };
});
$ini = ['strata.memcached' => "memcached://{$nodes->address(0)}", 'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.local_ttl' => '0', 'strata.connect_rate' => '10000'];
echo php($ini, '
    require "' . __DIR__ . '/../../support/show.inc";
    $cache = new Strata\Cache();
    $cache->get("nothing");
    keep_asking();
    foreach (["cut", "half-a-line", "closed", "other-key", "other-opaque", "no-key", "no-opaque", "bare-miss", "wrong-code",
        "text-protocol", "negative-size", "hostile-size", "overflowing-size", "wrong-end", "two-replies", "error",
        "server-error"] as $key) {
        $found = @$cache->fetch($key);
        echo $key, ": ", told($found), ", ";
        echo told($cache->fetch("good")), $found->value === null ? "" : " WITH A VALUE", "\n";
    }
');
?>
--EXPECT--
cut: error memcached (connection), hit memcached: 7
half-a-line: error memcached (connection), hit memcached: 7
closed: error memcached (connection), hit memcached: 7
other-key: error memcached (desync), hit memcached: 7
other-opaque: error memcached (desync), hit memcached: 7
no-key: error memcached (desync), hit memcached: 7
no-opaque: error memcached (desync), hit memcached: 7
bare-miss: error memcached (desync), hit memcached: 7
wrong-code: error memcached (protocol), hit memcached: 7
text-protocol: error memcached (protocol), hit memcached: 7
negative-size: error memcached (protocol), hit memcached: 7
hostile-size: error memcached (too_large), hit memcached: 7
overflowing-size: error memcached (protocol), hit memcached: 7
wrong-end: error memcached (protocol), hit memcached: 7
two-replies: error memcached (desync), hit memcached: 7
error: error memcached (server), hit memcached: 7
server-error: error memcached (server), hit memcached: 7
