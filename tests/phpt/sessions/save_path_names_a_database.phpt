--TEST--
Sessions: session.save_path names a database with a shared tier, and what is wrong is told before anything is sent
--SKIPIF--
<?php
require __DIR__ . '/../../support/sessions.inc';
skip_without_sessions();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sessions.inc';

$start = 'foreach (warnings(function () { var_dump(session_start()); }) as $warning) { echo "$warning\n"; }';
$try = fn (array $ini, string $code = '') => print(session_php($ini, $code . $start));
$try(['session.save_path' => '/var/lib/php/sessions', 'strata.databases' => 'sessions,feed']);
$try(['strata.databases' => 'feed']);
$try([]);
$try(['session.save_path' => 'default']);
$try(['strata.sessions.redis' => 'redis://127.0.0.1:1', 'strata.sessions.tls_ca' => '/nowhere', 'strata.sessions.memcached' => 'memcacheds://127.0.0.1:1']);
$try(['strata.sessions.redis' => 'redis://127.0.0.1:1', 'strata.sessions.session_read_from' => 'old:PHPREDIS_SESSION:']);
$try(['strata.sessions.redis' => 'redi://127.0.0.1:1', 'strata.sessions.session_local' => 'on', 'strata.redis' => 'redis://127.0.0.1:1']);
$try(['session.save_path' => 'sessions', 'strata.sessions.session_local' => 'on']);
echo "before the script:\n";
$try(['session.auto_start' => '1'], 'var_dump(session_status() === PHP_SESSION_ACTIVE);');
$try(['session.auto_start' => '1', 'strata.sessions.session_local' => 'on'], 'var_dump(session_status() === PHP_SESSION_ACTIVE); $_SESSION["a"] = 1; session_write_close(); $_SESSION = []; session_start(); var_dump($_SESSION); session_write_close();');
?>
--EXPECT--
bool(false)
session_start(): session.save_path = "/var/lib/php/sessions" names no database of strata; accepted: default, sessions, feed (strata.databases names them)
session_start(): Failed to initialize storage module: strata (path: /var/lib/php/sessions)
bool(false)
session_start(): session.save_path = "", which stands for sessions, names no database of strata; accepted: default, feed (strata.databases names them)
session_start(): Failed to initialize storage module: strata (path: )
bool(false)
session_start(): database sessions, strata.sessions.redis: sessions need a shared tier: set it, or strata.sessions.memcached, or, where one host is all there is, strata.sessions.session_local = on
session_start(): Failed to initialize storage module: strata (path: )
bool(false)
session_start(): database default: sessions need a shared tier: strata.redis or strata.memcached of this database, or, where one host is all there is, session_local = on
session_start(): Failed to initialize storage module: strata (path: default)
PHP Warning:  strata.sessions.tls_ca: "/nowhere" cannot be read: No such file or directory
bool(false)
session_start(): database sessions: strata.sessions.tls_ca: "/nowhere" cannot be read: No such file or directory
session_start(): Failed to initialize storage module: strata (path: )
bool(false)
session_start(): database sessions, strata.session_read_from: database old is not there; strata.databases must name it
session_start(): Failed to initialize storage module: strata (path: )
Warning: strata.sessions.redis: "redi://127.0.0.1:1" is not usable: it begins with no known scheme (memcached://, redis://, redis-cluster://, redis-sentinel://); accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0 in Unknown on line 0
bool(false)
session_start(): database sessions: strata.sessions.redis: "redi://127.0.0.1:1" is not usable: it begins with no known scheme (memcached://, redis://, redis-cluster://, redis-sentinel://); accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0
session_start(): Failed to initialize storage module: strata (path: )
bool(true)
before the script:
Warning: PHP Request Startup: database sessions, strata.sessions.redis: sessions need a shared tier: set it, or strata.sessions.memcached, or, where one host is all there is, strata.sessions.session_local = on in Unknown on line 0
Warning: PHP Request Startup: Failed to initialize storage module: strata (path: ) in Unknown on line 0
bool(false)
bool(false)
session_start(): database sessions, strata.sessions.redis: sessions need a shared tier: set it, or strata.sessions.memcached, or, where one host is all there is, strata.sessions.session_local = on
session_start(): Failed to initialize storage module: strata (path: )
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
