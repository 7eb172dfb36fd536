--TEST--
Strata\Cache: remember() inside remember() works for other keys and for the same key, and a set inside wins
--FILE--
<?php
$cache = new Strata\Cache();
$leases = fn () => strata_status()['host']['leases'];
$value = $cache->remember('outer', 60, function () use ($cache, $leases) {
    echo 'in outer: ', $leases(), "\n";
    $inner = $cache->remember('inner', 60, function () use ($cache, $leases) {
        echo 'in inner: ', $leases(), "\n";
        return 'i' . $cache->remember('innermost', 60, fn () => 'n');
    });
    return "o$inner" . $cache->remember('inner', 60, fn () => 'computed twice');
});
var_dump($value, $cache->get('inner'), $cache->get('innermost'), $leases());

$depth = 0;
$recurse = function () use ($cache, &$recurse, &$depth) {
    return ++$depth < 5 ? $cache->remember('same', 60, $recurse) + 1 : 10;
};
var_dump($cache->remember('same', 60, $recurse), $depth, $cache->get('same'), $leases());

var_dump($cache->remember('set inside', 60, function () use ($cache) {
    $cache->set('set inside', 'inside');
    return $cache->remember('set inside', 60, fn () => 'never') . ' and out';
}), $cache->get('set inside'));
var_dump($cache->remember('cleared inside', 60, function () use ($cache) {
    $cache->clear();
    return 'cleared';
}), $leases());
?>
--EXPECT--
in outer: 1
in inner: 2
string(5) "oinin"
string(2) "in"
string(1) "n"
int(0)
int(14)
int(5)
int(14)
int(0)
string(14) "inside and out"
string(6) "inside"
string(7) "cleared"
int(0)
