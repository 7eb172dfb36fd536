--TEST--
a shadow: keys that were made to differ are all named by strata_status(), strata diff, metrics and page, and no others
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_command();
skip_without_own_server();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/hosts.inc';

$former = new OwnServer('redis');
$shadow = new OwnServer('redis');
$common = ['strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'strata.memory' => '32M', 'strata.local_ttl' => '0'];
$fpm = fpm_start(['www' => debian_pool(), 'shy' => debian_pool(['php_admin_value[strata.show_keys] = off'])], $common + ['strata.redis' => $former->dsn(), 'strata.shadow_redis' => $shadow->dsn(),
    'strata.shadow_mode' => 'compare', 'strata.shadow_compare' => '100%']);
copy(__DIR__ . '/places.inc', $page = "{$fpm['folder']}/places.php");
$socket = "{$fpm['folder']}/www.sock";
$place = place_for_scripts();
$ask = fn (string $query) => fpm_get($fpm, 'www', $page, $query);
$told = fn () => json_decode($ask('status='), true)['databases']['default']['shadow'];
$run = fn (string ...$words) => preg_replace('/ {2,}/', '  ', strtr(command(['--fcgi', $socket, '--temporary', $place, ...$words]),
    [$former->name() => 'FORMER', $shadow->name() => 'SHADOW']));
$until = function (callable $is_so, string $query = '') use ($ask): bool {
    for ($end = microtime(true) + 60; microtime(true) < $end; usleep(100_000)) {
        $ask($query);
        if ($is_so()) {
            return true;
        }
    }
    return false;
};

echo "-- nothing was compared yet\n";
echo preg_replace('/^so far .*\n/m', '', $run('diff', 'default'));
echo "-- all is copied\n";
$keys = implode(',', array_map(fn (int $i) => "page:$i", range(1, 8)));
$ask("set=$keys,odd");
echo $until(fn () => $told()['waiting'] === 0 && $told()['counts']['copied'] >= 9) ? "nothing waits\n" : json_encode($told()) . "\n";
$until(fn () => $told()['classes']['equal'] >= 9, "get=$keys,odd");
$run('diff', 'default');
echo 'differences: ', array_sum($told()['classes']) - $told()['classes']['equal'], "\n";

echo "-- some are made to differ, by a host that has the shadow alone\n";
$other = new Host($common + ['strata.redis' => $shadow->dsn()]);
$other->ask('$cache->delete("page:1")');
$other->ask('$cache->set("page:2", "other")');
$other->ask('$cache->touch("page:3", 900)');
$other->ask('$cache->set("page:9", "surplus")');
$found = $until(fn () => count($told()['keys']) >= 4, "get=$keys,page:9,odd");
$classes = array_column($told()['keys'], 'class', 'key');
ksort($classes);
foreach ($classes as $key => $class) {
    echo "$key $class\n";
}
$row = array_column($told()['keys'], null, 'key')['page:2'];
var_dump(strlen($row['version']), strlen($row['other_version']), abs($row['time'] - microtime(true)) < 60);
$prefixes = array_column($told()['prefixes'], null, 'prefix');
var_dump($prefixes['page:']['missing'] > 0, $prefixes['(none)']['equal'] > 0, array_sum(array_filter($prefixes['(none)'], is_int(...))) - $prefixes['(none)']['equal']);

echo "-- the command\n";
$said = $run('diff', 'default', '--keys');
preg_match_all('/^(page:\d) {2}(\w+)/m', $said, $rows);
sort($rows[0]);
echo implode("\n", $rows[0]), "\n", strrchr(rtrim($said), "\n") === "\nexit code 1" ? "exit code 1\n" : $said;
$json = json_decode(preg_replace('/exit code 1$/', '', rtrim($run('diff', 'default', '--json'))), true);
var_dump($json['differences'] > 0, $json['compared'] > $json['differences'], $json['follows']);
echo preg_replace('/:.*/s', '', $run('diff', 'nowhere')), "\n";

echo "-- a pool that shows no keys\n";
$shy = json_decode(fpm_get($fpm, 'shy', $page, 'status='), true)['databases']['default']['shadow'];
var_dump(array_column($shy['keys'], 'class', 'key')['#' . hash('xxh3', 'page:1')], preg_grep('/^#[0-9a-f]{16}$/', array_column($shy['keys'], 'key'), PREG_GREP_INVERT));

echo "-- metrics and page\n";
$metrics = $ask('metrics=');
foreach (['strata_shadow_mode{database="default",mode="compare"} 1', 'strata_shadow_leads{database="default"} 0',
    'strata_shadow_dropped_total{database="default"} 0'] as $line) {
    echo str_contains($metrics, "\n$line\n") ? "$line\n" : "not there: $line\n";
}
echo preg_match('/^strata_shadow_differences_total{database="default",prefix="page:",class="missing"} [1-9]/m', $metrics), "\n";
$html = $ask('page=');
var_dump(str_contains($html, 'id="moves"'), str_contains($html, 'page:9'));
if (is_executable('/usr/bin/tidy')) {
    file_put_contents("$place/page.html", $html);
    echo trim((string) shell_exec("/usr/bin/tidy -q -e $place/page.html 2>&1"));
    unlink("$place/page.html");
}
fpm_stop($fpm);
rmdir($place);
?>
--EXPECT--
-- nothing was compared yet
default: shadow_mode compare, 100% of keys, 100% of reads compared, fill off
answers  FORMER
follows  SHADOW
waiting  0 names
! strata: default: nothing was compared yet: reads are compared after the response, a sample of them
exit code 2
-- all is copied
nothing waits
differences: 0
-- some are made to differ, by a host that has the shadow alone
page:1 missing
page:2 newer
page:3 end
page:9 surplus
int(16)
int(16)
bool(true)
bool(true)
bool(true)
int(0)
-- the command
page:1  missing
page:2  newer
page:3  end
page:9  surplus
exit code 1
bool(true)
bool(true)
array(1) {
  [0]=>
  string(6) "SHADOW"
}
! strata
-- a pool that shows no keys
string(7) "missing"
array(0) {
}
-- metrics and page
strata_shadow_mode{database="default",mode="compare"} 1
strata_shadow_leads{database="default"} 0
strata_shadow_dropped_total{database="default"} 0
1
bool(true)
bool(true)
