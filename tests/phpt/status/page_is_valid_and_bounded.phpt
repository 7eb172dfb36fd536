--TEST--
strata_status_page(): valid HTML, and of a bounded size however much there is
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
if (trim((string) shell_exec('command -v tidy')) === '') {
    exit('skip tidy is not installed (Debian: apt-get install tidy)');
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';
/** What tidy says of a page, and whether it is larger than was promised. */
function look(string $what, string $page): void
{
    $file = tempnam(sys_get_temp_dir(), 'strata');
    file_put_contents($file, $page);
    echo "$what: ", strlen($page) < 300 << 10 ? '' : 'too large, ', trim((string) shell_exec("tidy -q -e $file 2>&1")) ?: 'valid', "\n";
    unlink($file);
}
look('nothing', php(['strata.memory' => '0'], 'strata_status_page();'));
look('a heap', php(['strata.memory' => '4M', 'strata.namespace' => 'a.b'], 'for ($i = 0; $i < 9000; $i++) {
    strata_set("key $i", str_repeat("x", $i % 500));
} $held = strata_get("key 8999"); strata_delete("key 8999"); strata_status_page();'));
$names = implode(',', array_map(fn ($i) => "d$i", range(1, 60)));
$many = ['strata.databases' => $names];
foreach (range(1, 60) as $i) {
    $many["strata.d$i.memcached"] = 'memcached://' . implode(',', array_map(fn ($n) => "127.0.$i.$n:1", range(1, 3)));
}
look('many databases and servers', php($many, 'foreach (range(1, 60) as $i) {
    (new Strata\Cache("d$i"))->getMultiple(range(1, 20));
} strata_status_page();'));
$many = ['strata.databases' => $names, 'strata.redis' => 'redis://127.0.0.1:1', 'strata.shadow_redis' => 'redis-cluster://127.0.0.1:2,127.0.0.1:3'];
look('many that move', php($many, 'strata_status_page();'));
?>
--EXPECT--
nothing: valid
a heap: valid
many databases and servers: valid
many that move: valid
