--TEST--
php-fpm: sites that share a worker and have settings of their own never get what the first of them had
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$one = ['pm = static', 'pm.max_children = 1'];
$folder = sys_get_temp_dir() . '/strata_sites_' . getmypid();
mkdir("$folder/c", 0755, true);
mkdir("$folder/d");
copy(__DIR__ . '/site.inc', "$folder/c/page.php");
copy(__DIR__ . '/site.inc', "$folder/d/page.php");
$fpm = fpm_start(['sent' => $one, 'hosts' => $one, 'own' => [...$one, 'php_admin_value[strata.namespace] = own']], php_ini: [
    '[HOST=a.example]', 'strata.namespace = a',
    '[HOST=b.example]', 'strata.namespace = b',
    "[PATH=$folder/c]", 'strata.namespace = c',
]);
$page = __DIR__ . '/site.inc';

/* As nginx does it, by fastcgi_param. PHP takes nothing of it back, so every site says it. */
$sent = fn (string $name, string $query = '') => fpm_get($fpm, 'sent', $page, $query, ['PHP_ADMIN_VALUE' => "strata.namespace = sent_$name"]);
echo "PHP_ADMIN_VALUE: ", $sent('a', 'set=of-a'), ' ', $sent('b'), ' ', $sent('b', 'set=of-b'), ' ', $sent('a'), ' ', $sent('b'), "\n";

$host = fn (string $name, string $query = '') => fpm_get($fpm, 'hosts', $page, $query, ['SERVER_NAME' => $name]);
echo 'HOST: ', $host('a.example', 'set=of-a'), ' ', $host('b.example'), ' ', $host('other.example'), ' ', $host('b.example', 'set=of-b'), ' ',
    $host('a.example'), ' ', $host('other.example', 'set=of-others'), ' ', $host('b.example'), ' ', $host('other.example'), "\n";

$path = fn (string $name, string $query = '') => fpm_get($fpm, 'hosts', "$folder/$name/page.php", $query);
echo 'PATH: ', $path('c', 'set=of-c'), ' ', $path('d'), ' ', $path('c'), "\n";

/* A host's values and those of a pool with the same namespace are the same ones. */
echo 'a pool: ', fpm_get($fpm, 'own', $page, 'set=of-own'), ' ', fpm_get($fpm, 'own', $page, '', ['SERVER_NAME' => 'a.example']), ' ',
    fpm_get($fpm, 'own', $page), "\n";

echo 'ini_set: ', $host('a.example', 'ini_set=b'), ' ', $host('b.example'), "\n";
fpm_stop($fpm);
exec('rm -r ' . escapeshellarg($folder));
?>
--EXPECT--
PHP_ADMIN_VALUE: "of-a" "nothing" "of-b" "of-a" "of-b"
HOST: "of-a" "nothing" "nothing" "of-b" "of-a" "of-others" "of-b" "of-others"
PATH: "of-c" "of-others" "of-c"
a pool: "of-own" "of-a" "of-own"
ini_set: false "of-a" "of-b"
