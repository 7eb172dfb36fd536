--TEST--
strata_metrics_page(): content type, the older format, HEAD, what was written before, headers that were sent
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

/** Headers and body, as the web server gets them; what went to its log, too. */
function page(array $fpm, string $script, array $besides = []): array
{
    $connection = fpm_request(fpm_connect($fpm, 'www'), $script, '', $besides);
    [$output, $said] = ['', ''];
    while (strlen($head = (string) stream_get_contents($connection, 8)) === 8) {
        ['type' => $type, 'size' => $size, 'padding' => $padding] = unpack('Cversion/Ctype/nid/nsize/Cpadding', $head);
        $content = $size + $padding === 0 ? '' : stream_get_contents($connection, $size + $padding);
        $output .= $type === 6 ? substr($content, 0, $size) : '';
        $said .= $type === 7 ? substr($content, 0, $size) : '';
    }
    return [...explode("\r\n\r\n", $output, 2), trim($said)];
}

function header_of(string $head, string $name): string
{
    return preg_match("/^$name: (.*?)\r?$/mi", $head, $found) ? $found[1] : 'none';
}

function tell(array $page): void
{
    [$head, $body, $said] = $page;
    $length = header_of($head, 'Content-Length');
    echo header_of($head, 'Content-Type'), ', ', $length === 'none' ? 'no' : ($length === (string) strlen($body) ? 'its' : 'a'), ' length, ',
        $body === '' ? 'nothing' : strtok($body, "\n"), ' ... ', strtok(strrev(rtrim($body)), "\n") === 'FOE #' ? '# EOF' : '', "\n";
    echo $said === '' ? '' : preg_replace('~/\S+/~', '', $said) . "\n";
}

$fpm = fpm_start(['www' => ['pm = static', 'pm.max_children = 1', 'php_admin_value[log_errors] = On', 'php_admin_value[error_log] = /dev/null',
    'catch_workers_output = no']], ['display_errors' => '0', 'log_errors' => '1', 'html_errors' => '0']);
$folder = $fpm['folder'];
$scripts = [
    'page' => 'strata_metrics_page();',
    'buffered' => 'ob_start(); ob_start(); echo "hello"; strata_metrics_page();',
    'late' => 'set_error_handler(fn ($level, $message) => print(preg_replace("~/\S+/~", "", "$level $message\n"))); echo "hello\n"; flush(); strata_metrics_page();',
    'noted' => 'set_error_handler(fn ($level, $message) => header("X-Warning: $message") ?? true); ob_start(); echo "hello"; strata_metrics_page();',
];
foreach ($scripts as $name => $code) {
    file_put_contents("$folder/$name.php", "<?php $code");
}
tell(page($fpm, "$folder/page.php"));
echo '-- Prometheus: ';
tell(page($fpm, "$folder/page.php", ['HTTP_ACCEPT' => 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1']));
echo '-- a browser: ';
tell(page($fpm, "$folder/page.php", ['HTTP_ACCEPT' => 'text/html,*/*;q=0.8']));
echo '-- an old client: ';
tell(page($fpm, "$folder/page.php", ['HTTP_ACCEPT' => 'Text/Plain; version=0.0.4']));
echo '-- HEAD: ';
tell(page($fpm, "$folder/page.php", ['REQUEST_METHOD' => 'HEAD']));
echo '-- output before: ';
tell(page($fpm, "$folder/buffered.php"));
echo header_of(page($fpm, "$folder/noted.php")[0], 'X-Warning'), "\n";
echo '-- headers sent: ';
echo page($fpm, "$folder/late.php")[1];
fpm_stop($fpm);
?>
--EXPECT--
application/openmetrics-text; version=1.0.0; charset=utf-8, its length, # TYPE strata_build info ... # EOF
-- Prometheus: application/openmetrics-text; version=1.0.0; charset=utf-8, its length, # TYPE strata_build info ... # EOF
-- a browser: application/openmetrics-text; version=1.0.0; charset=utf-8, its length, # TYPE strata_build info ... # EOF
-- an old client: text/plain; version=0.0.4; charset=utf-8, its length, # TYPE strata_build_info gauge ... 
-- HEAD: application/openmetrics-text; version=1.0.0; charset=utf-8, a length, nothing ... 
-- output before: application/openmetrics-text; version=1.0.0; charset=utf-8, its length, # TYPE strata_build info ... # EOF
strata_metrics_page(): 5 bytes that were written before are dropped: nothing but the metrics may be in this response
-- headers sent: hello
2 strata_metrics_page(): the metrics are not sent: output was begun by late.php:1; accepted: a call before any output
