--TEST--
php-fpm and nginx: with replicas the loss of one memcached of three ends no session and loses no visit
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
require __DIR__ . '/../../support/own_server.inc';
skip_without_own_server();
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/logins.inc';
require __DIR__ . '/../../support/own_server.inc';

$servers = [new OwnServer('memcached'), new OwnServer('memcached'), new OwnServer('memcached')];
$names = implode(',', array_map(fn ($server) => $server->name(), $servers));
$site = new Site(['memcached' => "memcached://$names", 'replicas' => '2'], 24);
$site->visit();
echo "before: $site->failed failed, $site->strangers strangers\n";
$servers[1]->kill();
echo 'one is dead: ', $site->visit_until_well(), "\n";
$site->visit();
$before = $site->confirmed;
$site->visit();
$counted = array_filter($before, fn ($visits, $i) => $site->confirmed[$i] === $visits + 1, ARRAY_FILTER_USE_BOTH);
echo "$site->strangers strangers, ", count($counted), " of 24 counted each visit\n";
$servers[1]->start();
echo 'it is back, and empty: ', $site->visit_until_well(), "\n";
$site->stop();
?>
--EXPECT--
before: 0 failed, 0 strangers
one is dead: well, 0 strangers, 0 of 24 lost visits
0 strangers, 24 of 24 counted each visit
it is back, and empty: well, 0 strangers, 0 of 24 lost visits
