--TEST--
TLS: a file that is not what its directive wants is named once in the log, no server is asked, and nobody for a passphrase
--SKIPIF--
<?php
require __DIR__ . '/../../support/tls.inc';
skip_without_tls();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/tls.inc';

$text = tempnam(sys_get_temp_dir(), 'strata_tls_');
file_put_contents($text, "no certificate\n");
$locked = tempnam(sys_get_temp_dir(), 'strata_tls_');
exec('openssl ec -aes256 -passout pass:secret -in ' . tls_file('client.key') . " -out $locked 2>/dev/null");
$certificate = ['tls_certificate' => tls_file('client.pem')];
$cases = [
    ['tls_ca' => '/none/ca.pem'],
    ['tls_ca' => $text],
    ['tls_certificate' => '/none/client.pem'],
    ['tls_certificate' => $text],
    $certificate,
    ['tls_key' => tls_file('client.key')],
    $certificate + ['tls_key' => '/none/client.key'],
    $certificate + ['tls_key' => $text],
    $certificate + ['tls_key' => tls_file('server.key')],
    $certificate + ['tls_key' => $locked],
];
foreach ($cases as $options) {
    $ini = array_combine(array_map(fn ($name) => "strata.$name", array_keys($options)), $options);
    $said = php_with_server(tls_servers()['redis'], $ini, 'echo thrown(fn () => strata_get("key")), "\n";');
    echo str_replace([$text, $locked, getenv('STRATA_TEST_TLS')], ['TEXT', 'LOCKED', 'TLS'], $said);
}
echo php_with_server('redis://127.0.0.1:1', ['strata.tls_ca' => '/none/ca.pem'],
    'echo thrown(fn () => strata_get("key")), ": nobody asks for TLS\n";');
$said = php_with_server(tls_servers()['redis'], ['strata.tls_ca' => "$text.later"], '
    echo thrown(fn () => strata_set("key", "value")), "\n";
    copy("' . tls_file('authority.pem') . '", "' . $text . '.later");
    usleep(1_100_000);
    echo thrown(fn () => strata_set("key", "value")), "\n";
');
echo str_replace($text, "TEXT", $said);
array_map("unlink", [$text, "$text.later", $locked]);
?>
--EXPECT--
PHP Warning:  strata.tls_ca: "/none/ca.pem" cannot be read: No such file or directory
returned NULL
PHP Warning:  strata.tls_ca: "TEXT" holds no certificate in PEM
returned NULL
PHP Warning:  strata.tls_certificate: "/none/client.pem" cannot be read: No such file or directory
returned NULL
PHP Warning:  strata.tls_certificate: "TEXT" holds no certificate in PEM
returned NULL
PHP Warning:  strata.tls_certificate: "TLS/client.pem" holds no key in PEM
returned NULL
PHP Warning:  strata.tls_key: it is of no use without tls_certificate
returned NULL
PHP Warning:  strata.tls_key: "/none/client.key" cannot be read: No such file or directory
returned NULL
PHP Warning:  strata.tls_key: "TEXT" holds no key in PEM
returned NULL
PHP Warning:  strata.tls_key: "TLS/server.key" is not the key of tls_certificate
returned NULL
PHP Warning:  strata.tls_key: "LOCKED" is locked with a passphrase, and nobody is there to give it
returned NULL
returned NULL: nobody asks for TLS
PHP Warning:  strata.tls_ca: "TEXT.later" cannot be read: No such file or directory
returned false
returned true
