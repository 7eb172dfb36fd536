--TEST--
memcached: with strata.fingerprint_key nothing that is written behind its back is believed, but for integers and what was there
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_memcached(); ?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=key-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.connect_rate=10000
strata.local_ttl=0
strata.fingerprint_key=of our own
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/forgery.inc';

$cache = new Strata\Cache();
$cache->set('key', ['value of key']);
$cache->set('other', ['value of other']);
$node = $cache->fetch('key')->node;
$read = fn (string $key) => memcached_read($cache->fetch($key)->node, remote_key($key));
$write = fn (string $bytes) => memcached_write($node, remote_key('key'), $bytes);
$sealed = $read('key');
$evil = 'O:5:"Woken":0:{}';
$try = function (string $what, string $bytes) use ($cache, $write): void {
    $write($bytes);
    echo "$what: ", told($cache->fetch('key')), json_encode($cache->getMultiple(['key'])), ', ', Ran::told(), "\n";
};

$try('as it was', $sealed);
$try('a checksum', forged($sealed, CODEC_PHP, $evil));
$try('a checksum, and no key id', forged(substr_replace($sealed, "\0\0", AT_KEY_ID, 2), CODEC_PHP, $evil));
$try('the key id of another', forged(substr_replace($sealed, "\1\2", AT_KEY_ID, 2), CODEC_PHP, $evil));
$try('another value, the same MAC', substr($sealed, 0, ENVELOPE_SIZE) . $evil);
$try('another codec, the same MAC', substr_replace($sealed, chr(CODEC_STRING), AT_CODEC, 1));
$try('no MAC', substr_replace($sealed, str_repeat("\0", 16), AT_SEAL, 16));
$try('half a MAC', substr_replace($sealed, str_repeat("\0", 8), AT_SEAL + 8, 8));
$try('cut', substr($sealed, 0, -1));
$try('cut after the envelope', substr($sealed, 0, ENVELOPE_SIZE));
$try('more behind it', "$sealed\0");
$wrong = 0;
for ($i = 0; $i < strlen($sealed); $i++) {
    $write(substr_replace($sealed, $sealed[$i] ^ "\1", $i, 1));
    $found = $cache->get('key');
    $is_lease = $i >= 8 && $i < AT_SEAL;
    $wrong += $found !== ($is_lease ? ['value of key'] : null);
}
echo "one bit elsewhere: $wrong believed\n";
$other = $read('other');
$try('the value of another key', $other);
$try('with the fingerprint of this one', substr_replace($other, substr($sealed, 48, 8), 48, 8));
$try('as it was', $sealed);

echo "\nwhat a key cannot help against\n";
$try('an integer', '42');
$cache->set('key', ['a newer value']);
$try('what was there before', $sealed);
$cache->clear();
$cache->set('key', ['after clear()']);
$try('what was there before clear()', $sealed);
?>
--EXPECT--
as it was: hit memcached: array (
  0 => 'value of key',
){"key":["value of key"]}, nothing ran
a checksum: miss memcached (corrupt){"key":null}, nothing ran
a checksum, and no key id: miss memcached (other_key){"key":null}, nothing ran
the key id of another: miss memcached (other_key){"key":null}, nothing ran
another value, the same MAC: miss memcached (corrupt){"key":null}, nothing ran
another codec, the same MAC: miss memcached (corrupt){"key":null}, nothing ran
no MAC: miss memcached (corrupt){"key":null}, nothing ran
half a MAC: miss memcached (corrupt){"key":null}, nothing ran
cut: miss memcached (corrupt){"key":null}, nothing ran
cut after the envelope: miss memcached (corrupt){"key":null}, nothing ran
more behind it: miss memcached (corrupt){"key":null}, nothing ran
one bit elsewhere: 0 believed
the value of another key: error memcached (desync){"key":null}, nothing ran
with the fingerprint of this one: miss memcached (corrupt){"key":null}, nothing ran
as it was: hit memcached: array (
  0 => 'value of key',
){"key":["value of key"]}, nothing ran

what a key cannot help against
an integer: hit memcached: 42{"key":42}, nothing ran
what was there before: hit memcached: array (
  0 => 'value of key',
){"key":["value of key"]}, nothing ran
what was there before clear(): error memcached (desync){"key":null}, nothing ran
