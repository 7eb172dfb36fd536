--TEST--
Strata\Cache: add() in eight processes at once stores for exactly one of them, and replace() for none before
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

$won = in_children(8, function (int $child) {
    $cache = new Strata\Cache();
    $won = [];
    for ($i = 0; $i < 300; $i++) {
        if ($cache->replace("never $i", $child)) {
            $won[] = 'replaced what was not there';
        }
        do { /* A lock that is held for long makes add() say no, too. */
            $cache->add("key $i", "child $child") && $won[] = $i;
        } while (!$cache->has("key $i"));
    }
    return $won;
});
$all = array_merge(...$won);
sort($all);
var_dump($all === range(0, 299));
$wrong = 0;
foreach ($won as $child => $keys) {
    foreach ($keys as $i) {
        $wrong += strata_get("key $i") !== "child $child";
    }
}
var_dump($wrong);
?>
--EXPECT--
bool(true)
int(0)
