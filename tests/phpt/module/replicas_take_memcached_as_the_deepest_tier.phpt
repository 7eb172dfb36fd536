--TEST--
strata.replicas = 2 without two servers of memcached, or with Redis below, is one clear exception
--INI--
strata.databases=none,below,one,good,sessions
strata.replicas=2
strata.below.redis=redis://127.0.0.1:1
strata.below.memcached=memcached://127.0.0.1:2,127.0.0.1:3
strata.one.memcached=memcached://127.0.0.1:2
strata.good.memcached=memcached://127.0.0.1:2,127.0.0.1:3
strata.sessions.redis=redis://127.0.0.1:1
--FILE--
<?php
foreach (['none', 'below', 'one', 'good', 'sessions'] as $database) {
    try {
        $cache = new Strata\Cache($database);
        $cache->get('key');
        echo "$database: taken\n";
    } catch (Strata\ConfigurationException $e) {
        echo "$database: ", $e->getMessage(), "\n";
    }
}
foreach (strata_status()['rings'] as $database => $ring) {
    echo "$database: $ring[replicas]\n";
}
?>
--EXPECT--
none: database none, strata.replicas: 2 is for memcached as the deepest tier, which it is not here; accepted: 1
below: database below, strata.replicas: 2 is for memcached as the deepest tier, which it is not here; accepted: 1
one: database one, strata.replicas: 2 takes two servers, and strata.memcached names one; accepted: 1
good: taken
sessions: taken
below: 2
one: 2
good: 2
