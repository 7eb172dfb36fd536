--TEST--
TLS: a server whose certificate is for another name, or signed by nobody we know, is never asked anything
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

foreach (['memcacheds', 'rediss'] as $kind) {
    $elsewhere = new OwnServer($kind, 'elsewhere');
    $here = new OwnServer($kind);
    $by_name = str_replace('127.0.0.1', 'localhost', $here->dsn());
    echo "$kind, for another name\n", try_server($elsewhere->dsn());
    echo "with that name in tls_name\n", try_server($elsewhere->dsn(), ['strata.tls_name' => 'elsewhere.example']);
    echo "with a third name there\n", try_server($here->dsn(), ['strata.tls_name' => 'third.example']);
    echo "reached by its name\n", try_server($by_name);
    echo "signed by a stranger\n", try_server($here->dsn(), ['strata.tls_ca' => tls_file('stranger.pem')]);
    echo "signed by nobody whom the system trusts\n", try_server($here->dsn(), ['strata.tls_ca' => '']);
    echo "not verified\n", try_server($elsewhere->dsn(), ['strata.tls_verify' => 'off', 'strata.tls_ca' => '']);
    unset($elsewhere, $here);
}
?>
--EXPECTREGEX--
memcacheds, for another name
Warning: database default: memcached NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: IP address mismatch
not stored, error memcached \(tls\)
with that name in tls_name
stored, hit memcached: 'value'
with a third name there
Warning: database default: memcached NODE: TLS handshake: the certificate does not prove that it is third\.example: [Hh]ostname mismatch
not stored, error memcached \(tls\)
reached by its name
stored, hit memcached: 'value'
signed by a stranger
Warning: database default: memcached NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: unable to get local issuer certificate
not stored, error memcached \(tls\)
signed by nobody whom the system trusts
Warning: database default: memcached NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: unable to get local issuer certificate
not stored, error memcached \(tls\)
not verified
stored, hit memcached: 'value'
rediss, for another name
Warning: database default: redis NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: IP address mismatch
not stored, error redis \(tls\)
with that name in tls_name
stored, hit redis: 'value'
with a third name there
Warning: database default: redis NODE: TLS handshake: the certificate does not prove that it is third\.example: [Hh]ostname mismatch
not stored, error redis \(tls\)
reached by its name
stored, hit redis: 'value'
signed by a stranger
Warning: database default: redis NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: (unable to get local issuer|self.signed) certificate.*
not stored, error redis \(tls\)
signed by nobody whom the system trusts
Warning: database default: redis NODE: TLS handshake: the certificate does not prove that it is 127\.0\.0\.1: (unable to get local issuer|self.signed) certificate.*
not stored, error redis \(tls\)
not verified
stored, hit redis: 'value'
