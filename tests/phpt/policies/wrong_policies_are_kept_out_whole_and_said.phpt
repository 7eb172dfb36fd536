--TEST--
policies: a mistake in php.ini keeps all of that text out, and a tier that is not there refuses the database; each is one line
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

echo php([
    'strata.databases' => 'feed,other',
    'strata.policies' => '"a:* ttl=10s; b:* ttl=10"',
    'strata.feed.policies' => '"a:* lifetime=10s"',
    'strata.other.policies' => '"a:* ttl=20s; a:* stale=1s"',
], '
    foreach (["default", "feed", "other"] as $database) {
        $cache = new Strata\Cache($database);
        $cache->set("a:1", 1);
        var_dump($cache->fetch("a:1")->ttl);
        echo count(strata_status()["policies"][$database]), "\n";
    }
    var_dump(ini_set("strata.policies", "a:* ttl=1s"));
');
foreach ([
    ['a:* tiers=redis', []],
    ['a:*; b:* tiers=local,redis', ['strata.memcached' => 'memcached://127.0.0.1:1']],
    ['a:* tiers=memcached,local', ['strata.memcached' => 'memcached://127.0.0.1:1', 'strata.local_ttl' => '0']],
    ['a:* tiers=local,redis; b:* local_ttl=1s', ['strata.redis' => 'redis://127.0.0.1:1', 'strata.local_ttl' => '0']],
    ['a:* tiers=local,redis', ['strata.redis' => 'redis://127.0.0.1:1', 'strata.memory' => '0']],
] as [$policies, $more]) {
    echo php(['strata.policies' => "\"$policies\""] + $more, '
        try {
            (new Strata\Cache())->get("a:1");
            echo "taken\n";
        } catch (Strata\ConfigurationException $refused) {
            echo $refused->getMessage(), "\n";
        }
    ');
}
echo php(['strata.databases' => 'sessions', 'strata.redis' => 'redis://127.0.0.1:1', 'strata.policies' => '"a:* tiers=local"'], '
    try {
        (new Strata\Cache("sessions"))->get("a:1");
    } catch (Strata\ConfigurationException $refused) {
        echo $refused->getMessage(), "\n";
    }
');
/* What is good alone may be too much together. */
$many = fn (int $from, int $to) => '"' . implode('; ', array_map(fn ($i) => "k$i:* ttl=1s", range($from, $to))) . '"';
echo php(['strata.databases' => 'feed', 'strata.policies' => $many(1, 32), 'strata.feed.policies' => $many(32, 64)], '
    (new Strata\Cache("feed"))->set("k64:", 1);
    echo count(strata_status()["policies"]["feed"]), "\n";
');
echo php(['strata.databases' => 'feed', 'strata.policies' => $many(1, 32), 'strata.feed.policies' => $many(33, 65)], '
    try {
        (new Strata\Cache("feed"))->get("a:1");
    } catch (Strata\ConfigurationException $refused) {
        echo $refused->getMessage(), "\n";
    }
');
?>
--EXPECT--
Warning: strata.policies: "a:* ttl=10s; b:* ttl=10" is not usable: b:*, ttl: "10" has no unit; accepted: 1ms to 87600h, such as 90s in Unknown on line 0
Warning: strata.feed.policies: "a:* lifetime=10s" is not usable: a:*, "lifetime" is no option of a policy; accepted: ttl, stale, local_ttl, tiers, each with = and a value in Unknown on line 0
Warning: strata.other.policies: "a:* ttl=20s; a:* stale=1s" is not usable: a:* stands there twice in Unknown on line 0
NULL
0
NULL
0
NULL
0
bool(false)
database default, strata.policies: a:*: tiers = redis names a tier that the database does not have; accepted: of local
database default, strata.policies: b:*: tiers = local,redis names a tier that the database does not have; accepted: of local,memcached
database default, strata.policies: a:*: tiers = local,memcached names a tier that the database does not have; accepted: of memcached
database default, strata.policies: a:*: tiers = local,redis names local, where the local_ttl of the database is 0; accepted: of redis
database default, strata.policies: a:*: tiers = local,redis names a tier that the database does not have; accepted: of redis
database sessions, strata.policies: a:*: tiers = local leaves sessions without a shared tier; accepted: of local,redis
64
database feed, strata.policies: there are more than 64 policies
