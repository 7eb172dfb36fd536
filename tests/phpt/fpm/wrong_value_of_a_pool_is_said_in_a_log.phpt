--TEST--
php-fpm: what is wrong with a value of a pool is said at the first request of a worker, with a log of the pool or without
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$log = tempnam(sys_get_temp_dir(), 'strata');
$wrong = ['pm = static', 'pm.max_children = 1', 'php_admin_value[strata.local_ttl] = abc', 'php_admin_value[strata.memory] = 8M'];
$fpm = fpm_start(['without' => $wrong, 'with' => [...$wrong, "php_admin_value[error_log] = $log"]], ['strata.local_ttl' => '7s']);
foreach (['without', 'with'] as $pool) {
    foreach (['first', 'second'] as $request) {
        $said = '';
        $printed = fpm_finish(fpm_begin($fpm, $pool, __DIR__ . '/ttl.inc'), $said);
        preg_match_all('/PHP Warning:  ([a-z._]+: .*?)(; PHP|$)/m', $said, $to_server);
        preg_match_all('/PHP Warning:  (.*)/', file_get_contents($log), $to_log);
        sort($to_server[1]);
        sort($to_log[1]);
        echo "$pool, $request request: $printed\n", implode('', array_map(fn ($line) => "  server: $line\n", $to_server[1])),
            implode('', array_map(fn ($line) => "  log: $line\n", $to_log[1]));
        file_put_contents($log, '');
    }
}
fpm_stop($fpm);
unlink($log);
?>
--EXPECT--
without, first request: 7s
  server: strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms
  server: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
without, second request: 7s
with, first request: 7s
  server: strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms
  server: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
  log: strata.local_ttl: "abc" is not a duration; accepted: 0 to 24h, such as 250ms
  log: strata.memory: there is one for the whole host, taken when PHP starts; accepted: only in php.ini
with, second request: 7s
