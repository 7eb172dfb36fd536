--TEST--
strata.unserialize_classes: a value written straight to memcached, with the right checksum, builds no other class
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=forged-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.unserialize_classes="plain, \Suit,CUSTOM"
--FILE--
<?php
error_reporting(E_ALL & ~E_DEPRECATED);
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/forgery.inc';

$cache = new Strata\Cache();
$cache->set('key', ['value']);
$node = $cache->fetch('key')->node;
$name = remote_key('key');
$sealed = memcached_read($node, $name);
$write = fn (int $codec, string $payload) => memcached_write($node, $name, forged($sealed, $codec, $payload));

foreach (forbidden_texts() as $what => $text) {
    $write(CODEC_PHP, $text);
    $told = [told($cache->fetch('key')), json_encode($cache->getMultiple(['key'])), $cache->get('key', 'none')];
    $told === ['miss memcached (foreign)', '{"key":null}', 'none'] || print("$what: " . implode(' ', $told) . "\n");
    ($ran = Ran::told()) === 'nothing ran' || print("$what: $ran\n");
}
foreach (crooked_texts() as $what => $text) {
    $write(CODEC_PHP, $text);
    $told = told($cache->fetch('key'));
    $told === 'miss memcached (corrupt)' || print("$what: $told\n");
    ($ran = Ran::told()) === 'nothing ran' || print("$what: $ran\n");
}

echo "computed anew: ", json_encode($cache->remember('key', 60, fn () => ['anew'])), ' ', Ran::told(), "\n";

echo "\nwhat is allowed\n";
$held = new Plain();
$held->held = [Suit::Hearts, 'O:5:"Woken":0:{}', ['O:5:"Woken":0:{}' => 1]];
$write(CODEC_PHP, serialize($held));
expect_same($held, $cache->get('key'), 'held');
echo Ran::told(), "\n";
$write(CODEC_PHP, 'C:6:"Custom":34:{a:1:{i:0;O:5:"Plain":1:{i:0;i:1;}}}');
echo told($cache->fetch('key')), ', ', Ran::told(), "\n";
$write(CODEC_STRING, 'O:5:"Woken":0:{}');
echo told($cache->fetch('key')), ', ', Ran::told(), "\n";

echo "\nwith all, as without the setting\n";
$write(CODEC_PHP, 'O:5:"Woken":0:{}');
echo on_another_host('require "' . __DIR__ . '/../../support/show.inc"; require "' . __DIR__ . '/../../support/forgery.inc";
    echo told((new Strata\Cache())->fetch("key")), ", ", Ran::told(), "\n";', ['strata.unserialize_classes' => 'all']);
?>
--EXPECT--
strata: database default: key "key": a stored value does not fit the present code, and is a miss (said once in each process): Woken (not named by strata.unserialize_classes)
computed anew: ["anew"] nothing ran

what is allowed
nothing ran
hit memcached: Custom, RAN: unserialize
hit memcached: 'O:5:"Woken":0:{}', nothing ran

with all, as without the setting
hit memcached: Woken, RAN: __wakeup
