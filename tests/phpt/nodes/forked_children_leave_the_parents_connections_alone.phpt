--TEST--
Fork with open connections: four children and their parent read 5,000 known keys each, nothing is wrong, and the parent's connections are still the same
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

foreach (['memcached', 'redis'] as $kind) {
    $server = new OwnServer($kind);
    $address = $server->name();
    $ini = ["strata.$kind" => $server->dsn(), 'strata.local_ttl' => '0', 'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s',
        'strata.request_budget' => '0'];
    echo "$kind: ", php($ini, '
        require "' . __DIR__ . '/../../support/fork.inc";
        require "' . __DIR__ . '/../../support/own_server.inc";
        /* Connections as their server names them, without the one it listens on; that of this question is gone the next time. */
        $open = function (): array {
            $said = "' . $kind . '" === "redis" ? redis("' . $address . '", "CLIENT", "LIST") : memcached("' . $address . '", "stats conns\r\n");
            preg_match_all("/^id=\d+ addr=\S+|^STAT \d+:addr tcp:127\S+/m", $said, $found);
            return preg_grep("/addr tcp:' . preg_quote($address) . '$/", $found[0], PREG_GREP_INVERT);
        };
        $cache = new Strata\Cache();
        $values = [];
        foreach (range(1, 200) as $i) {
            $values["key $i"] = "value of key $i";
        }
        $cache->setMultiple($values);
        $connects = fn () => current(strata_status()["nodes"])["connects"];
        $read = function (int $seed) use ($cache): int {
            mt_srand($seed);
            $wrong = 0;
            for ($i = 0; $i < 5000; $i++) {
                $key = "key " . mt_rand(1, 200);
                $wrong += $cache->get($key) !== "value of $key";
            }
            return $wrong;
        };
        $before = $connects();
        $first = $open();
        $children = array_map(fn (int $number) => begin_child($number, $read), range(1, 4));
        foreach ($children as [, $socket]) {
            fwrite($socket, ".");
        }
        $wrong = $read(0);
        $wrong += array_sum(@collect($children)); /* They have begun already. */
        echo $wrong, " wrong, ", $connects() - $before, " connections more, the parent reads ", $read(5), " wrong over its own\n";
        echo $connects() - $before, ", ", count(array_intersect($first, $open())), " connection is still the same\n";
    ');
}
?>
--EXPECT--
memcached: 0 wrong, 4 connections more, the parent reads 0 wrong over its own
4, 1 connection is still the same
redis: 0 wrong, 4 connections more, the parent reads 0 wrong over its own
4, 1 connection is still the same
