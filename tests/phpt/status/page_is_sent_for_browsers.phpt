--TEST--
strata_status_page(): its headers, what it asks the browser for, and where there is no request
--SKIPIF--
<?php require __DIR__ . '/../../support/web.inc'; skip_without_web(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/web.inc';
$web = new Web(['strata.memory' => '1M', 'log_errors' => '0'], 'set_error_handler(fn ($code, $text) => print("[$text]"));
    if (isset($_GET["late"])) { echo "before"; flush(); }
    strata_status_page();');
$answer = $web->answer('');
[$headers, $page] = explode("\r\n\r\n", $answer, 2);
$headers = preg_grep('~^(HTTP|Host|Date|Connection|X-Powered-By)~i', explode("\r\n", $headers), PREG_GREP_INVERT);
echo implode("\n", $headers), "\n";
echo substr_count($page, 'http-equiv'), ' ', substr_count($page, '<form'), "\n";
foreach (['refresh=5', 'refresh=0', 'refresh=-1', 'refresh=99999999', 'refresh=<b>', 'refresh[]=5'] as $query) {
    preg_match('~<meta http-equiv="refresh" content="(.*?)">~', $web->answer($query), $found);
    echo "$query: ", $found[1] ?? 'none', "\n";
}
preg_match('~<a href="([^"]*)">renew~', $web->answer('key="><b>&refresh='), $found);
echo $found[1], "\n";
$late = $web->answer('late');
echo substr($late, strpos($late, 'before'), 60), "\n", substr_count($late, '</html>'), "\n";
/* On a command line it is only printed; and it ends in a page whatever is missing. */
foreach (['strata.memory' => '0', 'strata.segment' => '/proc/strata', 'strata.redis' => 'redis://127.0.0.1:1'] as $name => $value) {
    $page = php([$name => $value], 'error_reporting(0); strata_get("key"); strata_status_page(); strata_status_page();');
    echo "$name=$value: ", substr_count($page, '<!DOCTYPE html>'), ' ', substr_count($page, '</html>'), "\n";
}
?>
--EXPECT--
Content-Type: text/html; charset=utf-8
Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
Cache-Control: no-store
X-Content-Type-Options: nosniff
Referrer-Policy: same-origin
X-Robots-Tag: noindex
0 0
refresh=5: 5
refresh=0: none
refresh=-1: none
refresh=99999999: 3600
refresh=<b>: none
refresh[]=5: none
?key=&quot;&gt;&lt;b&gt;&amp;refresh=5
before[strata_status_page(): output has begun, so the page g
1
strata.memory=0: 2 2
strata.segment=/proc/strata: 2 2
strata.redis=redis://127.0.0.1:1: 2 2
