--TEST--
plain: settings that cannot be had together, keys that memcached cannot name, and sessions are refused in one sentence
--SKIPIF--
<?php
require __DIR__ . '/../../support/plain.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/plain.inc';

$memcached = new OwnServer('memcached');
$redis = new OwnServer('redis');
$get = 'try { $cache->get("key"); return "fine"; } catch (Throwable $thrown) { return get_class($thrown) . ": " . $thrown->getMessage(); }';
$plain = ['strata.memcached' => $memcached->dsn(), 'strata.format' => 'plain'];
$read = ['strata.memcached' => $memcached->dsn(), 'strata.foreign' => 'read'];
$both = ['strata.redis' => $redis->dsn()];

foreach ([
    $read + ['strata.fingerprint_key' => 'secret'],
    $plain + ['strata.fingerprint_key' => 'secret'],
    ['strata.foreign' => 'read_unsealed'] + $read + ['strata.fingerprint_key' => 'secret'],
    $plain + $both,
    $read + $both,
    ['strata.memcached' => $memcached->dsn() . ',127.0.0.1:1'] + $plain + ['strata.replicas' => '2'],
    ['strata.format' => 'plain'],
] as $ini) {
    echo by_strata($ini, $get), "\n";
}
echo by_strata($plain + ['strata.databases' => 'sessions'], '$told = "";
    try { (new Strata\Cache("sessions"))->get("key"); } catch (Throwable $thrown) { $told = $thrown->getMessage() . "\n"; }
    ini_set("session.save_handler", "strata");
    ini_set("session.save_path", "default");
    ini_set("session.use_cookies", "0");
    set_error_handler(function ($type, $message) use (&$told) { $told .= "$message\n"; return true; });
    session_start();
    return $told;');

/* An option for all databases that only reads leaves the sessions that are there. */
$look = '$store = new Strata\\Cache("sessions"); return [$store->get("key"), $store->set("key", "kept")];';
foreach ([[], ['strata.foreign' => 'read']] as $more) {
    echo json_encode(by_strata(['strata.memcached' => $memcached->dsn(), 'strata.databases' => 'sessions'] + $more, $look)), "\n";
}

$name = 'foreach ([str_repeat("x", 245), str_repeat("x", 246), "a b", "a\n", "\u{e9}"] as $key) {
        try { $cache->set($key, 1); $told[] = strlen($key) . " bytes"; } catch (ValueError $thrown) { $told[] = $thrown->getMessage(); }
    }
    return implode("\n", $told);';
echo by_strata($plain + ['strata.foreign_prefix' => 'shop:'], $name), "\n";
echo by_strata(['strata.redis' => $redis->dsn(), 'strata.format' => 'plain'], $name), "\n";
?>
--EXPECT--
Strata\ConfigurationException: database default, strata.foreign: what other programs write bears no MAC, and strata.fingerprint_key asks for one; accepted: read_unsealed, which believes both, or no fingerprint_key
Strata\ConfigurationException: database default, strata.foreign: what other programs write bears no MAC, and strata.fingerprint_key asks for one; accepted: read_unsealed, which believes both, or no fingerprint_key
fine
Strata\ConfigurationException: database default, strata.format: plain takes one shared tier, and both strata.memcached and strata.redis name servers; accepted: one of them, or envelope
fine
Strata\ConfigurationException: database default, strata.format: plain keeps each value at one place, and strata.replicas is 2; accepted: strata.replicas = 1, or envelope
fine
database sessions, strata.format: plain holds no lock of a session, so that it is not for the database sessions; accepted: strata.sessions.format = envelope
session_start(): database default: strata.format = plain holds no lock of a session; accepted: format = envelope of this database
session_start(): Failed to initialize storage module: strata (path: default)
[null,true]
["kept",true]
245 bytes
The key must be one that memcached can name, since strata.foreign or strata.format makes names plain: at most 250 bytes with the prefix in front, no space and no control character; 251 bytes given
The key must be one that memcached can name, since strata.foreign or strata.format makes names plain: at most 250 bytes with the prefix in front, no space and no control character; 8 bytes given
The key must be one that memcached can name, since strata.foreign or strata.format makes names plain: at most 250 bytes with the prefix in front, no space and no control character; 7 bytes given
2 bytes
245 bytes
246 bytes
3 bytes
2 bytes
2 bytes
