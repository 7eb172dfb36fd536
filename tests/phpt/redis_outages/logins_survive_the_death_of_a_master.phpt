--TEST--
Redis Cluster: php-fpm and nginx know every user after a planned failover and after the death of a master
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
require __DIR__ . '/short.inc';
skip_without_own_cluster();
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/logins.inc';
require __DIR__ . '/../../support/troubled_cluster.inc';

$cluster = new TroubledCluster();
$site = new Site(['redis' => $cluster->dsn()], 24);
$site->visit();
echo "before: $site->failed failed, $site->strangers strangers\n";
$cluster->fail_over(0);
echo 'planned failover: ', $site->visit_until_well(), "\n";
$cluster->ask(1, 'WAIT', '1', '1000');
$cluster->kill(1);
$cluster->await_ok();
echo 'a master is dead: ', $site->visit_until_well(), "\n";
$site->stop();
?>
--EXPECT--
before: 0 failed, 0 strangers
planned failover: well, 0 strangers, 0 of 24 lost visits
a master is dead: well, 0 strangers, 0 of 24 lost visits
