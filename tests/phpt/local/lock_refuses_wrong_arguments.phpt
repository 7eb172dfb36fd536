--TEST--
Strata\Lock: wrong arguments are refused by name, and no lock is copied or forged
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$lock = $cache->lock('name', 1, str_repeat('t', 255));
foreach ([
    'ttl 0' => fn () => $cache->lock('name', 0),
    'ttl of 28 days and a second' => fn () => $cache->lock('name', 28 * 86400 + 1),
    'no name' => fn () => $cache->lock('', 1),
    'no token' => fn () => $cache->lock('name', 1, ''),
    'token of 256 bytes' => fn () => $cache->lock('name', 1, str_repeat('t', 256)),
    'wait below 0' => fn () => $lock->acquire(-0.001),
    'wait that is no number' => fn () => $lock->acquire(NAN),
    'endless wait' => fn () => $lock->acquire(INF),
    'refresh with 0' => fn () => $lock->refresh(0),
    'fence of what is not held' => fn () => $lock->fence(),
    'new' => fn () => new Strata\Lock(),
    'clone' => fn () => clone $lock,
    'serialize' => fn () => serialize($lock),
    'unserialize' => fn () => unserialize('O:11:"Strata\Lock":0:{}'),
    'property' => fn () => $lock->other = 1,
    'longest times' => fn () => $cache->lock('name', 28 * 86400)->acquire(28 * 86400),
] as $what => $act) {
    echo "$what: ", thrown($act), "\n";
}
?>
--EXPECTF--
ttl 0: ValueError: Strata\Cache::lock(): Argument #2 ($ttl) must be a time to live of 1 second to 28 days, in seconds: a lock always ends
ttl of 28 days and a second: ValueError: Strata\Cache::lock(): Argument #2 ($ttl) must be a time to live of 1 second to 28 days, in seconds: a lock always ends
no name: ValueError: Strata\Cache::lock(): Argument #1 ($name) must be a key of 1 to 65536 bytes, 0 bytes given
no token: ValueError: Strata\Cache::lock(): Argument #3 ($token) must be null, or a token of 1 to 255 bytes
token of 256 bytes: ValueError: Strata\Cache::lock(): Argument #3 ($token) must be null, or a token of 1 to 255 bytes
wait below 0: ValueError: Strata\Lock::acquire(): Argument #1 ($wait) must be a number of seconds from 0 to 28 days
wait that is no number: ValueError: Strata\Lock::acquire(): Argument #1 ($wait) must be a number of seconds from 0 to 28 days
endless wait: ValueError: Strata\Lock::acquire(): Argument #1 ($wait) must be a number of seconds from 0 to 28 days
refresh with 0: ValueError: Strata\Lock::refresh(): Argument #1 ($ttl) must be a time to live of 1 second to 28 days, in seconds: a lock always ends
fence of what is not held: Strata\BusyException: database default: the lock is not held any more, or was not acquired: there is no fence for it
new: Error: Call to private Strata\Lock::__construct() from %s
clone: Error: Trying to clone an uncloneable object of class Strata\Lock
serialize: Exception: Serialization of 'Strata\Lock' is not allowed
unserialize: Exception: Unserialization of 'Strata\Lock' is not allowed
property: Error: Cannot create dynamic property Strata\Lock::$other
longest times: returned true
