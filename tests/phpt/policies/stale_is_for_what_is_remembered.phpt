--TEST--
policies: stale is given to what remember() stores without one, and shortens a longer one
--INI--
strata.ttl_jitter=0
strata.policies="page:* stale=60s; short:* ttl=1s stale=1s; none:* stale=0"
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$cache->remember('page:default', 1, fn () => 'old');
$cache->remember('page:longer', 1, fn () => 'old', stale: 3600);
$cache->remember('short:longer', 100, fn () => 'old', stale: 3600);
$cache->remember('none:longer', 1, fn () => 'old', stale: 3600);
$cache->remember('page:said', 1, function (Strata\Computed $computed) {
    $computed->stale(3600);
    return 'old';
});
$cache->rememberMultiple(['page:many'], 1, fn () => ['page:many' => 'old']);
$cache->set('page:set', 'old', 1);
usleep(1050000);
foreach (['page:default', 'page:longer', 'page:said', 'page:many', 'page:set', 'short:longer', 'none:longer', 'other'] as $key) {
    echo "$key: ", told($cache->fetch($key)), "\n";
}
usleep(1000000);
echo 'page:longer: ', told($cache->fetch('page:longer')), "\n";
echo 'short:longer: ', told($cache->fetch('short:longer')), "\n";
$cache->remember('page:forever', null, fn () => 'kept');
echo 'page:forever: ', told($cache->fetch('page:forever')), "\n";
?>
--EXPECT--
page:default: stale local
page:longer: stale local
page:said: stale local
page:many: stale local
page:set: miss local
short:longer: stale local
none:longer: miss local
other: miss local
page:longer: stale local
short:longer: miss local
page:forever: hit local: 'kept'
