--TEST--
Strata\Cache: set() of a scalar or a string, which has a way of its own, is what it is with tags given
--INI--
strata.databases=jittered,shared
strata.jittered.ttl_jitter=20%
strata.shared.local_share=10%
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$values = [
    null, true, false, 0, -1, PHP_INT_MAX, PHP_INT_MIN, 1.5, -0.0, NAN, INF, '', 'a', '42', "nul\0",
    str_repeat('x', 100), str_repeat('y', 511), str_repeat('z', 512), str_repeat('z', 513), str_repeat('w', 5000),
    [], ['a' => 1], new ArrayObject([1]),
];
$ttls = [null, 1, 1000, PHP_INT_MAX, new DateInterval('PT1H'), 0, -5];
$keys = ['plain', '~tilde', '~:both', "\0", '0', str_repeat('k', 300), str_repeat('k', 65536)];

/** What each value's set() answered, what was there then, and how many sets were counted. */
function outcome(Strata\Cache $cache, string $key, mixed $ttl, array $more): array
{
    global $values;
    $answers = [];
    $before = counted($cache);
    foreach ($values as $value) {
        $answers[] = [
            $cache->set($key, $value, $ttl, ...$more), $cache->has($key), serialize($cache->get($key, 'missed')),
            described($cache->fetch($key), $ttl),
        ];
    }
    $answers[] = counted($cache) - $before;
    return $answers;
}

function counted(Strata\Cache $cache): int
{
    global $names;
    return strata_status()['databases'][$names[$cache]]['local']['sets'] ?? 0;
}

function described(Strata\Result $result, mixed $ttl): array
{
    return [$result->status, $result->tier, $result->age !== null && $result->age < 30, $result->ttl !== null,
        $result->ttl === null || $result->ttl <= ($ttl instanceof DateInterval ? 3600 : (int) $ttl)];
}

$names = new WeakMap();
$caches = [];
foreach (['default', 'jittered', 'shared'] as $name) {
    $caches[$name] = new Strata\Cache($name);
    $names[$caches[$name]] = $name;
}
$caches['namespace'] = $caches['default']->namespace('inner');
$names[$caches['namespace']] = 'default';

$compared = 0;
foreach ($caches as $name => $cache) {
    foreach ($keys as $key) {
        foreach ($ttls as $ttl) {
            /* An empty list of tags takes the long way, and says the same. */
            $short = outcome($cache, $key, $ttl, []);
            foreach (outcome($cache, $key, $ttl, [[]]) as $i => $long) {
                expect_same($long, $short[$i], "$name, $i, key " . substr($key, 0, 8) . ', ttl ' . get_debug_type($ttl));
                $compared++;
            }
        }
    }
}
echo $compared, "\n";

/* A reference is what it refers to, and what was there before is forgotten. */
$cache = $caches['default'];
$number = 7;
$reference = &$number;
$cache->set('reference', $reference);
$cache->set('array', [1, 2]);
$cache->get('array');
$cache->set('array', 'now a string');
$cache->set('tagged', 'old', null, ['tag']);
$cache->set('tagged', 'new');
$cache->invalidateTags('tag');
var_dump($cache->get('reference'), $cache->get('array'), $cache->get('tagged'));

/* What waits for commit() is not stored before, and a result of before is not the present one. */
$seen = $cache->fetch('reference');
$cache->set('reference', 8);
var_dump($cache->compareAndSet('reference', $seen, 9), $cache->get('reference'));
$cache->begin();
$cache->set('reference', 10);
var_dump($cache->get('reference'));
$cache->rollback();
var_dump($cache->get('reference'));
$cache->set('reference', 11);
$cache->clear();
var_dump($cache->get('reference'));
$cache->set('reference', 12);
var_dump($cache->get('reference'));
?>
--EXPECT--
4704
int(7)
string(12) "now a string"
string(3) "new"
bool(false)
int(8)
int(10)
int(8)
NULL
int(12)
