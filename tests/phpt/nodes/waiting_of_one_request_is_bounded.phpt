--TEST--
strata.request_budget: in a server all waiting of one request counts, on a command line what was not answered
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_fake_nodes();
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/fpm.inc';

$nodes = FakeNodes::redis(2, fn (int $node, array $words) => match (substr(strrchr($words[1] ?? '', ':'), 1)) {
    'slow' => new Later(0.7, "$2\r\n42\r\n"),
    'silent' => new Later(60, "$2\r\n42\r\n"),
    default => null,
});
$ini = ['strata.redis' => "redis://{$nodes->address(0)}", 'strata.local_ttl' => '0', 'strata.operation_timeout' => '2s',
    'strata.connect_timeout' => '5s', 'strata.request_budget' => '1s'];
$folder = sys_get_temp_dir() . '/strata_budget_' . getmypid();
mkdir($folder);
file_put_contents("$folder/page.php", '<?php
    $cache = new Strata\Cache();
    $cache->get("none");
    $told = [];
    foreach (explode(" ", urldecode($_SERVER["QUERY_STRING"] ?? "") ?: $argv[1]) as $key) {
        if ($key === "boundary") {
            strata_request_boundary();
        } else {
            $found = $cache->fetch($key);
            $told[] = $found->reason?->value ?? strtolower($found->status->name);
        }
    }
    echo implode(" ", $told), "\n";
');
$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1']], $ini);
foreach (['slow slow none none', 'none slow slow none', 'slow slow boundary none'] as $keys) {
    echo 'fpm: ', fpm_get($fpm, 'shop', "$folder/page.php", urlencode($keys));
}
fpm_stop($fpm);
foreach (['slow slow slow slow none', 'silent none', 'silent boundary none'] as $keys) {
    echo 'cli: ', run_php($ini, ["$folder/page.php", $keys]);
}
exec("rm -r $folder");
?>
--EXPECT--
fpm: hit timeout budget budget
fpm: miss hit timeout budget
fpm: hit timeout miss
cli: hit hit hit hit miss
cli: timeout budget
cli: timeout miss
