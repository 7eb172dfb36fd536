--TEST--
php-fpm, nginx: with Refresh::AfterResponse neither the visitor nor the next click of the session waits
--SKIPIF--
<?php
require __DIR__ . '/../../support/nginx.inc';
skip_without_nginx();
if (!function_exists('session_start')) {
    echo 'skip this PHP has no sessions';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/nginx.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 3', 'php_admin_value[session.save_path] = ' . sys_get_temp_dir()]], ['strata.ttl_jitter' => '0']);
$nginx = nginx_start($fpm, 'shop', __DIR__ . '/after_response.inc');
mkdir($folder = "{$nginx['folder']}/flags");
chmod($folder, 0777);
$cookie = '';
$ask = function (string $act) use ($nginx, $folder, &$cookie): string {
    $context = stream_context_create(['http' => ['header' => $cookie === '' ? [] : ["Cookie: $cookie"], 'timeout' => 15]]);
    $body = file_get_contents($nginx['url'] . "?act=$act&folder=$folder", context: $context);
    foreach (preg_grep('/^Set-Cookie:/i', $http_response_header) as $header) {
        $cookie = explode(';', trim(explode(':', $header, 2)[1]))[0];
    }
    return "$act: $body\n";
};
echo $ask('prime'), $ask('click');
usleep(1_100_000);

/* The function waits for a file that is made further down: who waited for it would wait in vain. */
echo $ask('click');
fpm_await(fn () => file_exists("$folder/begun"), 'the computation to begin');
echo $ask('look'), $ask('click'), $ask('look');
touch("$folder/go_on");
fpm_await(fn () => file_exists("$folder/ended"), 'the computation to end');
fpm_await(fn () => str_contains($ask('look'), 'true,true,true'), 'the new value');
echo $ask('look'), $ask('click');
nginx_stop($nginx);
fpm_stop($fpm);
?>
--EXPECT--
prime: old
click: old, shut down, click 101
click: old, shut down, click 202
look: [true,false,false]
click: old, shut down, click 303
look: [true,false,false]
look: [true,true,true]
click: new, shut down, click 404
