--TEST--
TLS: forked children open connections of their own, and their end is not the end of their parent's
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_tls();
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

foreach (tls_servers() as $kind => $dsn) {
    echo "$kind: ", php_with_server($dsn, [], '
        require "' . __DIR__ . '/../../support/fork.inc";
        $cache = new Strata\Cache();
        $keys = array_map(fn ($i) => "key $i", range(1, 40));
        $cache->setMultiple(array_combine($keys, $keys));
        $connects = fn () => array_column(strata_status()["nodes"], "connects");
        $read = function () use ($cache, $keys): int {
            $wrong = 0;
            foreach ([...$keys, ...$keys, ...$keys] as $key) {
                $wrong += $cache->get($key) !== $key;
            }
            return $wrong;
        };
        $before = $connects();
        $idle = begin_child(1, fn () => 0);
        $children = [begin_child(2, $read), begin_child(3, $read)];
        echo json_encode([$read(), ...collect([...$children, $idle])]), " wrong; ";
        $after = $connects();
        echo json_encode(array_map(fn ($now, $then) => $now - $then, $after, $before)), " connections; ";
        echo $read(), " wrong and ", array_sum($connects()) - array_sum($after), " connections later\n";
    ');
}
?>
--EXPECT--
memcached: [0,0,0,0] wrong; [2] connections; 0 wrong and 0 connections later
redis: [0,0,0,0] wrong; [2] connections; 0 wrong and 0 connections later
cluster: [0,0,0,0] wrong; [2,2,2] connections; 0 wrong and 0 connections later
