--TEST--
TLS: a server that asks for our certificate gets it, and one that gets none, or a wrong one, is not left unexplained
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

$both = tempnam(sys_get_temp_dir(), 'strata_tls_');
file_put_contents($both, file_get_contents(tls_file('client.pem')) . file_get_contents(tls_file('client.key')));
$demands = [
    'memcacheds' => ['-o', 'ssl_verify_mode=2,ssl_ca_cert=' . tls_file('authority.pem')],
    'rediss' => ['--tls-auth-clients', 'yes'],
];
foreach ($demands as $kind => $arguments) {
    $server = new OwnServer($kind, 'server', $arguments);
    $ours = ['strata.tls_certificate' => tls_file('client.pem'), 'strata.tls_key' => tls_file('client.key')];
    $wrong = ['strata.tls_certificate' => tls_file('stranger.pem'), 'strata.tls_key' => tls_file('stranger.key')];
    echo "$kind, given\n", try_server($server->dsn(), $ours);
    echo "given with the key in one file\n", try_server($server->dsn(), ['strata.tls_certificate' => $both]);
    echo "not given\n", try_server($server->dsn());
    echo "not one of theirs\n", try_server($server->dsn(), $wrong);
    unset($server);
}
unlink($both);
?>
--EXPECTREGEX--
memcacheds, given
stored, hit memcached: 'value'
given with the key in one file
stored, hit memcached: 'value'
not given
Warning: database default: memcached NODE: greeting: the server wants a certificate of ours, and tls_certificate names none
not stored, error memcached \(tls\)
not one of theirs
Warning: database default: memcached NODE: greeting: the server refuses: .*unknown ca
not stored, error memcached \(tls\)
rediss, given
stored, hit redis: 'value'
given with the key in one file
stored, hit redis: 'value'
not given
Warning: database default: redis NODE: greeting: the server wants a certificate of ours, and tls_certificate names none
not stored, error redis \(tls\)
not one of theirs
Warning: database default: redis NODE: greeting: the server refuses: .*unknown ca
not stored, error redis \(tls\)
