--TEST--
php-fpm and nginx: no request fails while workers are recycled and php-fpm is reloaded, and nothing grows
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
skip_without_nginx();
?>
--FILE--
<?php
require __DIR__ . '/../../support/nginx.inc';

$seconds = (int) (getenv('STRATA_LOAD_SECONDS') ?: 6);
$fpm = fpm_start(
    ['shop' => ['pm = static', 'pm.max_children = 8', 'pm.max_requests = 50', 'listen.backlog = 512']],
    ['strata.memory' => '32M'],
    null,
    ['process_control_timeout = 20s']
);
$nginx = nginx_start($fpm, 'shop', __DIR__ . '/load.inc');
$master = proc_get_status($fpm['process'])['pid'];
$before = shared_by($master);

$said = wrk($nginx, $seconds, function () use ($fpm, $seconds) {
    for ($i = 0; $i < 2; $i++) {
        usleep($seconds * 300_000);
        proc_terminate($fpm['process'], 12 /* SIGUSR2 */);
    }
});
preg_match('/(\d+) requests in/', $said, $requests);
echo 'enough requests: ', var_export($requests[1] > 200, true), "\n";
echo 'failed: ', implode(' ', preg_grep('/Non-2xx|Socket errors/', explode("\n", $said))), "\n";

/* Workers that idle have let go a second after their last request; some still answer what wrk asked. */
fpm_await(function () use ($nginx, &$local) {
    $local = json_decode(file_get_contents($nginx['url'] . '?status'), true)['local'];
    return $local['pinned'] === 0;
}, 'the last pin to end');
echo 'used after the last reload: ', var_export($local['entries'] > 10 && $local['used'] + $local['free'] <= $local['size'], true), "\n";
echo "pinned, repaired, damaged: {$local['pinned']} {$local['repairs']} {$local['damages']}\n";
echo 'mappings and files of the master as before: ', var_export(shared_by($master) === $before, true), "\n";
nginx_stop($nginx);
fpm_stop($fpm);
?>
--EXPECT--
enough requests: true
failed: 
used after the last reload: true
pinned, repaired, damaged: 0 0 0
mappings and files of the master as before: true
