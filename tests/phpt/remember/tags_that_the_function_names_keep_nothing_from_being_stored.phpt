--TEST--
remember(): a tag that the function names for the first time keeps nothing from being stored; one that was just invalidated does
--FILE--
<?php
$cache = new Strata\Cache();
$computed = 0;
$get = function (string $key, string $tag, ?callable $meanwhile = null) use ($cache, &$computed) {
    return $cache->remember($key, 60, function (Strata\Computed $of) use ($tag, $meanwhile, &$computed) {
        $of->tag($tag);
        $meanwhile === null || $meanwhile();
        return ++$computed;
    });
};
echo 'new: ', $get('a', 'one'), ' ', $get('a', 'one'), "\n";
$cache->invalidateTags('one');
echo 'invalidated just before: ', $get('a', 'one'), ' ', $get('a', 'one'), "\n";
$computed = 0;
$late = fn () => $cache->invalidateTags('two');
echo 'invalidated for the first time meanwhile: ', $get('b', 'two', $late), ' ', $get('b', 'two'), "\n";
echo strata_status()['databases']['default']['local']['voided'], " not stored\n";
?>
--EXPECT--
new: 1 1
invalidated just before: 2 3
invalidated for the first time meanwhile: 1 2
4 not stored
