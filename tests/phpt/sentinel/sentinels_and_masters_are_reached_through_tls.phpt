--TEST--
Sentinel: rediss-sentinel:// reaches the sentinels and the master through TLS, and both must prove their names
--SKIPIF--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/tls.inc';
skip_without_sentinels();
skip_without_tls();
?>
--FILE--
<?php
require __DIR__ . '/../../support/sentinels.inc';
require __DIR__ . '/../../support/tls.inc';

$master = new OwnServer('rediss');
$lines = ['tls-cert-file ' . tls_file('server.pem'), 'tls-key-file ' . tls_file('server.key'),
    'tls-ca-cert-file ' . tls_file('authority.pem'), 'tls-auth-clients no', 'tls-replication yes'];
$sentinels = [new Sentinel($master->port, $lines, tls: true), new Sentinel($master->port, $lines, tls: true)];
$dsn = 'rediss-' . substr(sentinel_dsn($sentinels), strlen('redis-'));
foreach (['authority.pem', 'stranger.pem'] as $authority) {
    echo php_with_sentinels(['strata.tls_ca' => tls_file($authority)] + sentinel_ini($dsn), <<<'PHP'
        $cache = new Strata\Cache();
        @$cache->set('key', 'value', 60);
        echo told($cache->fetch('key')), ' ', implode(' ', array_column(strata_status()['nodes'], 'protocol')), "\n";
    PHP);
}
?>
--EXPECT--
hit redis: 'value' sentinel sentinel redis
error redis (tls) sentinel sentinel
