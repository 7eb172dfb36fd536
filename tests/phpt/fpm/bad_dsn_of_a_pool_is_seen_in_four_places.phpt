--TEST--
php-fpm behind nginx: a bad DSN of a pool is in nginx's log, in status, in phpinfo() and in PHP's log, and no handler of a script sees it
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/nginx.inc';

$log = tempnam(sys_get_temp_dir(), 'strata');
$wrong = ['pm = static', 'pm.max_children = 1', 'php_admin_value[strata.redis] = redis://:SECRET;rest@127.0.0.1'];
$fpm = fpm_start(['debian' => $wrong, 'logging' => [...$wrong, "php_admin_value[error_log] = $log"]], ['strata.redis' => 'redis://127.0.0.1:1']);
foreach (['debian', 'logging'] as $pool) {
    $nginx = nginx_start($fpm, $pool, __DIR__ . '/refused.inc');
    echo "$pool: ", file_get_contents($nginx['url']), "\n";
    $lines = fn (string $file) => substr_count(file_get_contents($file), 'strata.redis: "redis://:***" is not usable');
    echo 'nginx: ', $lines("{$nginx['folder']}/error.log"), ', PHP: ', $lines($log), "\n";
    var_dump(str_contains(file_get_contents("{$nginx['folder']}/error.log") . file_get_contents($log), 'SECRET'));
    nginx_stop($nginx);
}
fpm_stop($fpm);
unlink($log);
?>
--EXPECT--
debian: unconfigured; refused in pool: strata.redis; phpinfo: 1; handler: 0
nginx: 1, PHP: 0
bool(false)
logging: unconfigured; refused in pool: strata.redis; phpinfo: 1; handler: 0
nginx: 1, PHP: 1
bool(false)
