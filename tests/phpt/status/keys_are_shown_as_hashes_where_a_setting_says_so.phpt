--TEST--
strata.show_keys = off: strata_status(), strata_keys() and the page have hashes of keys, and another database has keys
--INI--
strata.memory=16M
strata.memcached=
strata.redis=
strata.databases=secret
strata.secret.show_keys=off
--FILE--
<?php
$secret = new Strata\Cache('secret');
// The sample of keys is taken by chance: of so many reads there are some of each.
for ($i = 0; $i < 4000; $i++) {
    strata_set('open:key', 1);
    $secret->set('hidden:key', 1);
}
$digest = '#' . hash('xxh3', 'hidden:key');
$status = strata_status();
var_dump(array_column($status['hot_keys']['default'], 'key') === ['open:key'],
    array_column($status['hot_keys']['secret'], 'key') === [$digest]);
echo implode(' ', array_keys(strata_keys('', 10))), "\n";
var_dump(array_keys(strata_keys('hidden:', 10, 'secret')) === [$digest]);
ob_start();
strata_status_page();
$page = ob_get_clean();
var_dump(str_contains($page, 'open:key'), str_contains($page, $digest), str_contains($page, 'hidden:key'));
$prefixes = array_unique(array_column($status['prefixes'], 'prefix'));
sort($prefixes);
echo implode(' ', $prefixes), "\n";
?>
--EXPECT--
bool(true)
bool(true)
open:key
bool(true)
bool(true)
bool(true)
bool(false)
hidden: open:
