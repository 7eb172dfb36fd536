--TEST--
shadow: a command line brings over what it changed before it ends, also where the other place was slow, and says what is lost
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
require __DIR__ . '/../../support/shadow.inc';

$servers = ['redis' => new OwnServer('redis'), 'memcached' => new OwnServer('memcached')];
$others = ['redis' => new OwnServer('redis'), 'memcached' => new OwnServer('memcached')];
$keys = array_map(fn ($i) => "k$i", range(1, 200));
$write = fn ($value) => "\$cache = new Strata\\Cache; foreach (range(1, 200) as \$i) { \$cache->set(\"k\$i\", '$value'); }";
foreach ($others as $kind => $other) {
    $from = $servers[$kind === 'redis' ? 'memcached' : 'redis'];
    echo php(moving($from->dsn(), $other->dsn()), $write('well'));
    expect_equal("$kind is well", $from->dsn(), $other->dsn(), $keys);

    /* It has been silent for all of the script, and goes on when that is over. */
    $other->signal(STOPPED);
    echo php(moving($from->dsn(), $other->dsn()), $write('late') . ' exec("kill -CONT ' . $other->pid() . '");');
    expect_equal("$kind was silent", $from->dsn(), $other->dsn(), $keys);

    $other->kill();
    echo php(['error_log' => ''] + moving($from->dsn(), $other->dsn()), $write('lost'));
    $other->start();
}
?>
--EXPECTF--
%Astrata: 200 changes were not brought over to the servers that follow: renew what they hold before they lead
%Astrata: 200 changes were not brought over to the servers that follow: renew what they hold before they lead
