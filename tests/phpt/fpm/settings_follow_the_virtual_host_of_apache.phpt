--TEST--
Apache: virtual hosts that one process serves have the values of their own namespaces, and .htaccess cannot choose another
--SKIPIF--
<?php
require __DIR__ . '/../../support/sapis.inc';
skip_without_child();
apache_module() !== '' && !PHP_ZTS || print 'skip the module of this PHP for Apache is not installed (Debian and Ubuntu: apt-get install libapache2-mod-php)';
trim(shell_exec('id -u')) === '0' || print 'skip Apache is started as root';
?>
--FILE--
<?php
require __DIR__ . '/../../support/sapis.inc';

$apache = apache_start(['log_errors' => '0'], [
    'a.example' => ['php_admin_value strata.namespace a'],
    'b.example' => ['php_admin_value strata.namespace b', '<Location /inside>', 'php_admin_value strata.namespace a', '</Location>'],
    'plain.example' => [],
    'bad.example' => ['php_admin_value strata.namespace "b:d"'],
]);
copy(__DIR__ . '/site.inc', "$apache->folder/site.php");
mkdir("$apache->folder/own");
copy(__DIR__ . '/site.inc', "$apache->folder/own/site.php");
file_put_contents("$apache->folder/own/.htaccess", "php_value strata.namespace a\n");
file_put_contents("$apache->folder/virtual.php", '<?php
    echo json_encode(strata_get("key")), " ";
    virtual("/inside/site.php");
    echo " ", ini_get("strata.namespace"), json_encode(strata_get("key")), "\n";');
mkdir("$apache->folder/inside");
copy(__DIR__ . '/site.inc', "$apache->folder/inside/site.php");
fpm_await(fn () => $apache->ask('', 'plain.example', 'site.php') === '"nothing"', 'Apache');
$site = fn (string $host, string $query = '', string $page = 'site.php') => $apache->ask($query, "$host.example", $page);

echo $site('a', 'set=of-a'), ' ', $site('b'), ' ', $site('plain'), ' ', $site('b', 'set=of-b'), ' ', $site('a'), ' ', $site('plain', 'set=of-plain'), "\n";
echo $site('b'), ' ', $site('a'), ' ', $site('plain'), ' ', $site('a', 'ini_set=b'), "\n";
for ($i = 0; $i < 2; $i++) {
    echo $site('bad'), "\n";
}
echo $site('plain'), ' ', $site('plain', '', 'own/site.php'), ' ', $site('plain', '', 'own/site.php'), ' ', $site('b'), "\n";
/* In the middle of a request, Apache may have PHP run a page of other settings, which then stay until it ends. */
echo $site('b', '', 'virtual.php'), $site('b'), "\n";
$log = preg_grep('/PHP Warning/', file("$apache->folder/error.log"));
echo preg_replace('/^.*?(strata\..*?)(, referer.*)?$/m', '$1', implode('', $log));
$apache->stop();
?>
--EXPECT--
"of-a" "nothing" "nothing" "of-b" "of-a" "of-plain"
"of-b" "of-a" "of-plain" false "of-a"
"nothing"
"nothing"
"of-plain" "of-plain" "of-plain" "of-b"
"of-b" "of-a" a"of-a"
"of-b"
strata.namespace: "b:d" holds a byte that is none of these; accepted: at most 64 of A-Z a-z 0-9 _ . -
strata.namespace: neither .htaccess, .user.ini nor a script may set it; accepted: in php.ini, or as php_admin_value of a pool or a virtual host
