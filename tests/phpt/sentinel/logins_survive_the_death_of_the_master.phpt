--TEST--
Sentinel: php-fpm and nginx know every user after the death of the master
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/nginx.inc';
skip_without_sentinels();
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/logins.inc';
require __DIR__ . '/../../support/sentinels.inc';

$watched = new Watched();
$site = new Site(['redis' => sentinel_dsn($watched->sentinels)]);
$site->visit();
echo "before: $site->failed failed, $site->strangers strangers\n";
wait_until(fn () => ask($watched->master->port, 'WAIT', '1', '1000') === 1, 'the replica to have all');
$watched->master->kill();
wait_until(fn () => $watched->sentinels[0]->names() === $watched->replica->port, 'an election');
echo 'the master is dead: ', $site->visit_until_well(), "\n";
$watched->master->start(['--replicaof', '127.0.0.1', (string) $watched->replica->port]);
$site->stop();
?>
--EXPECT--
before: 0 failed, 0 strangers
the master is dead: well, 0 strangers, 0 of 12 lost visits
