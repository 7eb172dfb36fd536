--TEST--
php-fpm: a setting that a request may not have is said once in the log, and never leaves it with the values of another site
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$folder = sys_get_temp_dir() . '/strata_sites_' . getmypid();
mkdir($folder);
copy(__DIR__ . '/site.inc', "$folder/page.php");
file_put_contents("$folder/.user.ini", "strata.namespace = a\n");
$log = "$folder/php.log";
touch($log);
chmod($log, 0666);
$one = ['pm = static', 'pm.max_children = 1', "php_admin_value[error_log] = $log"];
$fpm = fpm_start(['sites' => $one, 'plain' => $one], ['log_errors' => '0']);
$site = fn (string $settings, string $query = '', string $page = __DIR__ . '/site.inc')
    => fpm_get($fpm, 'sites', $page, $query, ['PHP_ADMIN_VALUE' => $settings, 'DOCUMENT_ROOT' => dirname($page)]);

echo $site('strata.namespace = a', 'set=of-a'), "\n";
for ($i = 0; $i < 3; $i++) {
    echo $site('strata.namespace = "b:b"'), "\n";
}
echo $site('strata.namespace = a'), "\n";
echo $site("strata.namespace = b\nstrata.memory = 128M\nstrata.local_ttl = soon"), "\n";
echo $site("strata.redis = redis:/nowhere\nstrata.namespace = a"), "\n";

/* The site's own file may not choose. */
for ($i = 0; $i < 2; $i++) {
    echo fpm_get($fpm, 'plain', "$folder/page.php", '', ['DOCUMENT_ROOT' => $folder]), "\n";
}
fpm_stop($fpm);
echo preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
exec('rm -r ' . escapeshellarg($folder));
?>
--EXPECT--
"of-a"
"nothing"
"nothing"
"nothing"
"of-a"
"nothing"
"nothing"
"nothing"
"nothing"
PHP Warning:  strata.namespace: "b:b" holds a byte that is none of these; accepted: at most 64 of A-Z a-z 0-9 _ . -
PHP Warning:  strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
PHP Warning:  strata.local_ttl: "soon" is not a duration; accepted: 0 to 24h, such as 250ms
PHP Warning:  strata.redis: "redis:***" is not usable: it begins with no known scheme (memcached://, redis://, redis-cluster://, redis-sentinel://); accepted: redis://user:password@host:port/0, redis-cluster://host:port,host:port or redis-sentinel://host:port,host:port/master/0
PHP Warning:  strata.namespace: neither .htaccess, .user.ini nor a script may set it; accepted: in php.ini, or as php_admin_value of a pool or a virtual host
