--TEST--
memcached: what comes as bytes becomes an image at the first hit, once; objects stay what they are
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
skip_without_memcached();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=first-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.zero_copy=on
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';

final class Counted {
    public static int $made = 0;
    public function __unserialize(array $data): void { self::$made++; }
    public function __serialize(): array { return []; }
}
$class = 'final class Counted { public function __serialize(): array { return []; } }';
on_another_host($class . 'strata_set("rows", [["a", "b"], "c"]); strata_set("text", str_repeat("text", 300));
    strata_set("object", [new Counted()]);');
$cache = new Strata\Cache();
$seen = function (string $key) use ($cache) {
    $value = $cache->get($key);
    $local = strata_status()['local'];
    return [$local['pinned'], $local['entries'], $local['used'], md5(serialize($value))];
};
foreach (['rows', 'text', 'object'] as $key) {
    $all = [$seen($key), $seen($key), $seen($key)];
    $pinned = $pinned ?? 0;
    echo $key, ': ', $all[0][0] === $pinned ? 'bytes' : 'image', ', ', $all[1][0] > $pinned ? 'image' : 'bytes', ', ',
        $all[1] === $all[2] ? 'as before' : 'other', ', ', $all[0][3] === $all[2][3] ? 'same' : 'different', "\n";
    $pinned = $all[2][0];
}
echo Counted::$made, "\n";
?>
--EXPECT--
rows: bytes, image, as before, same
text: bytes, image, as before, same
object: bytes, bytes, as before, same
3
