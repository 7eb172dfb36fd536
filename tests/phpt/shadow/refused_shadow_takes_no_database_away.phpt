--TEST--
shadow: one that is wrong is left out and told, with one sentence each, and the database goes on; in lead it is no database
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';

$redis = new OwnServer('redis');
$server = $redis->name();
$shadow = '127.0.0.1:1';
$wrong = [
    'of_nothing' => ['shadow_mode' => 'MODE'],
    'beside_nothing' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://$shadow", 'redis' => ''],
    'of_itself' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://app:SECRET@$server"],
    'of_plain' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://$shadow", 'format' => 'plain'],
    'of_foreign' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://$shadow", 'foreign' => 'read'],
    'malformed' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://app:SECRET@$shadow:port"],
    'of_a_kind' => ['shadow_mode' => 'MODE', 'shadow_redis' => "memcached://$shadow"],
    'unproven' => ['shadow_mode' => 'MODE', 'shadow_redis' => "rediss://$shadow", 'tls_ca' => '/nonexistent'],
    'sessions' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://$shadow"],
    'in_part' => ['shadow_mode' => 'MODE', 'shadow_redis' => "redis://$shadow", 'shadow_share' => '50%'],
];
foreach (['write', 'lead'] as $mode) {
    $ini = ['strata.databases' => implode(',', array_keys($wrong)), 'strata.redis' => "redis://$server", 'strata.local_ttl' => '0',
        'strata.namespace' => 'refused-shadow-' . getmypid(), 'strata.operation_timeout' => '5s', 'error_log' => '/dev/null'];
    foreach ($wrong as $name => $options) {
        foreach ($options as $option => $value) {
            $ini["strata.$name.$option"] = str_replace('MODE', $mode, $value);
        }
    }
    $said = php(['display_startup_errors' => '0'] + $ini, '
        require "' . __DIR__ . '/../../support/show.inc";
        foreach (' . var_export(array_keys($wrong), true) . ' as $name) {
            echo "$name: ", thrown(fn () => (new Strata\Cache($name))->set("k", 1)), "\n";
        }
        foreach (strata_status()["configuration"]["refused"] as $refused) {
            is_array($refused) ? print("- " . implode(" | ", array_filter($refused, "is_string")) . "\n") : print("- $refused\n");
        }
    ');
    echo "$mode\n", str_replace($server, 'SERVER', $said);
}
?>
--EXPECT--
write
of_nothing: returned true
beside_nothing: returned true
of_itself: returned true
of_plain: returned true
of_foreign: returned true
malformed: returned true
of_a_kind: returned true
unproven: returned true
sessions: returned true
in_part: returned true
- strata.malformed.shadow_redis | php.ini | "***" is not usable: an IPv6 address stands in brackets, as in [::1]:6379; accepted: as for redis, with the user and password in it
- strata.of_a_kind.shadow_redis | php.ini | "memcached://127.0.0.1:1" names the wrong kind of server; accepted: as for redis, with the user and password in it
- strata.of_nothing.shadow_mode | php.ini | no server of a shadow is named; accepted: off, or strata.shadow_redis or strata.shadow_memcached with servers
- strata.beside_nothing.shadow_mode | php.ini | no server is named that the shadow stands beside; accepted: off, or strata.redis or strata.memcached with servers
- strata.of_itself.shadow_redis | php.ini | SERVER is a server of strata.redis too, and a value would be in both places at once; accepted: other servers
- strata.of_plain.shadow_mode | php.ini | values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
- strata.of_foreign.shadow_mode | php.ini | values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
- strata.unproven.shadow_mode | php.ini | the place that follows is not used, by strata.tls_ca: "/nonexistent" cannot be read: No such file or directory
- strata.sessions.shadow_mode | php.ini | records of sessions are not mirrored, so that the database sessions stays where it is; accepted: strata.sessions.shadow_mode = off
lead
of_nothing: Strata\ConfigurationException: database of_nothing, strata.shadow_mode: no server of a shadow is named; accepted: off, or strata.shadow_redis or strata.shadow_memcached with servers
beside_nothing: Strata\ConfigurationException: database beside_nothing, strata.shadow_mode: no server is named that the shadow stands beside; accepted: off, or strata.redis or strata.memcached with servers
of_itself: Strata\ConfigurationException: database of_itself, strata.shadow_redis: SERVER is a server of strata.redis too, and a value would be in both places at once; accepted: other servers
of_plain: Strata\ConfigurationException: database of_plain, strata.shadow_mode: values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
of_foreign: Strata\ConfigurationException: database of_foreign, strata.shadow_mode: values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
malformed: returned false
of_a_kind: returned false
unproven: returned false
sessions: returned true
in_part: returned false
- strata.malformed.shadow_redis | php.ini | "***" is not usable: an IPv6 address stands in brackets, as in [::1]:6379; accepted: as for redis, with the user and password in it
- strata.of_a_kind.shadow_redis | php.ini | "memcached://127.0.0.1:1" names the wrong kind of server; accepted: as for redis, with the user and password in it
- strata.of_nothing.shadow_mode | php.ini | no server of a shadow is named; accepted: off, or strata.shadow_redis or strata.shadow_memcached with servers
- strata.beside_nothing.shadow_mode | php.ini | no server is named that the shadow stands beside; accepted: off, or strata.redis or strata.memcached with servers
- strata.of_itself.shadow_redis | php.ini | SERVER is a server of strata.redis too, and a value would be in both places at once; accepted: other servers
- strata.of_plain.shadow_mode | php.ini | values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
- strata.of_foreign.shadow_mode | php.ini | values under plain names have no version to be compared by, and strata.format or strata.foreign asks for such names; accepted: off
- strata.unproven.tls_ca | php.ini | "/nonexistent" cannot be read: No such file or directory
- strata.sessions.shadow_mode | php.ini | records of sessions are not mirrored, so that the database sessions stays where it is; accepted: strata.sessions.shadow_mode = off
- strata.in_part.shadow_share | php.ini | is 50%, so that the place that answered before is without the other keys when it answers again; accepted, and 100% keeps it whole
