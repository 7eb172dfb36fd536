--TEST--
remember(): Strata\Computed sets the life of the value while its function runs, and not after
--INI--
strata.ttl_jitter=0
--FILE--
<?php
use Strata\Computed;

$cache = new Strata\Cache;
$ttl = fn (string $key) => $cache->fetch($key)->ttl === null ? null : (int) round($cache->fetch($key)->ttl);
$kept = null;

$lives = [
    'as the call says' => fn (Computed $c) => 1,
    'seconds' => fn (Computed $c) => [$c->expiresAfter(30)],
    'an interval' => fn (Computed $c) => [$c->expiresAfter(new DateInterval('PT2M'))],
    'for ever' => fn (Computed $c) => [$c->expiresAfter(null)],
    'the last word counts' => fn (Computed $c) => [$c->expiresAfter(5)->stale(7)->expiresAfter(40)],
    'over at once' => fn (Computed $c) => [$c->expiresAfter(0)],
    'not stored' => fn (Computed $c) => [$c->dontStore()],
];
foreach ($lives as $name => $life) {
    $cache->remember($name, 90, function (Computed $computed) use ($life, &$kept) {
        $kept = $computed;
        $life($computed);
        return $life === null ? null : 'value';
    });
    echo "$name: ", $cache->has($name) ? 'stored, ' : 'gone, ', json_encode($ttl($name)), "\n";
}

foreach ([fn () => $kept->expiresAfter(1), fn () => $kept->stale(1), fn () => $kept->dontStore(),
    fn () => new Computed, fn () => clone $kept, fn () => serialize($kept), fn () => $kept->tag = 1] as $misuse) {
    try {
        $misuse();
        echo "no error\n";
    } catch (Throwable $error) {
        echo $error::class, ': ', preg_replace('~ \(.*~', '', $error->getMessage()), "\n";
    }
}
foreach ([fn (Computed $c) => $c->stale(-1), fn (Computed $c) => $c->expiresAfter('soon'), fn (Computed $c) => $c->stale()] as $i => $wrong) {
    try {
        $cache->remember("wrong $i", 90, $wrong);
    } catch (Throwable $error) {
        echo $error::class, ': ', $error->getMessage(), ', ', $cache->has("wrong $i") ? 'stored' : 'not stored', "\n";
    }
}

/* A thrown function closes it as well, and what another call says is about another value. */
try {
    $cache->remember('thrown', 90, function (Computed $c) use (&$kept) { $kept = $c; throw new Exception; });
} catch (Exception) {
}
try {
    $kept->dontStore();
} catch (Error $error) {
    echo $error::class, "\n";
}
$cache->remember('outer', 90, function (Computed $outer) use ($cache) {
    $cache->remember('inner', 90, fn (Computed $inner) => [$inner->dontStore(), $outer->expiresAfter(20)]);
    return 1;
});
echo json_encode([$cache->has('inner'), $ttl('outer')]), "\n";
?>
--EXPECT--
as the call says: stored, 90
seconds: stored, 30
an interval: stored, 120
for ever: stored, null
the last word counts: stored, 40
over at once: gone, null
not stored: gone, null
Error: Strata\Computed can be used only while the function that it was passed to runs
Error: Strata\Computed can be used only while the function that it was passed to runs
Error: Strata\Computed can be used only while the function that it was passed to runs
Error: Call to private Strata\Computed::__construct() from global scope
Error: Trying to clone an uncloneable object of class Strata\Computed
Exception: Serialization of 'Strata\Computed' is not allowed
Error: Cannot create dynamic property Strata\Computed::$tag
ValueError: Strata\Computed::stale(): Argument #1 ($seconds) must be 0 or more seconds, -1 given, not stored
TypeError: Strata\Computed::expiresAfter(): Argument #1 ($ttl) must be of type DateInterval|int|null, string given, not stored
ArgumentCountError: Strata\Computed::stale() expects exactly 1 argument, 0 given, not stored
Error
[false,20]
