--TEST--
strata_keys(): no key of another database is listed, and no session
--SKIPIF--
<?php
require __DIR__ . '/../../support/check.inc';
skip_without_own_server();
skip_without_child();
extension_loaded('session') || exit('skip no session');
?>
--FILE--
<?php
require __DIR__ . '/../../support/check.inc';
$server = new OwnServer('redis');

echo php(['strata.databases' => 'other,sessions', 'strata.sessions.redis' => $server->dsn(), 'session.save_handler' => 'strata', 'session.save_path' => 'sessions', 'session.use_cookies' => '0',
    'session.cache_limiter' => ''] + PATIENT, '
    (new Strata\Cache("default"))->set("mine", 1);
    (new Strata\Cache("other"))->set("elsewhere", 1);
    echo implode(" ", array_keys(strata_keys())), "|", implode(" ", array_keys(strata_keys("", 100, "other"))), "\n";
    session_start();
    $_SESSION["a"] = "secret";
    session_write_close();
    session_start();
    session_write_close();
    var_dump(strata_keys("", 100, "sessions"));
    echo $_SESSION["a"], "\n";
');
?>
--EXPECT--
mine|elsewhere
array(0) {
}
secret
