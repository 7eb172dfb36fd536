<?php
/*
 * measure.php APPLICATION CACHE...: all pages of the application, first with each cache empty and then with each full,
 * to count the queries; then every page with one cache after the other, to take the time, so that whatever else the
 * machine does slows all of them. Adds what it saw to $STRATA_APPS_FOLDER/figures, one JSON a line.
 */

$caches = array_slice($argv, 2);
$application = $argv[1];
$folder = getenv('STRATA_APPS_FOLDER');
$urls = file("$folder/$application.urls", FILE_IGNORE_NEW_LINES);
$database = mysqli_connect('localhost', 'root', '', '', 0, getenv('STRATA_APPS_MYSQL'));
$client = curl_init();
curl_setopt_array($client, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60]);

/** What differs from request to request whatever the cache: identifiers, and reports of how long things took. */
function comparable(string $page): string
{
    return preg_replace([
        '/"wgRequestId":"[^"]*"/', '/"wgBackendResponseTime":\d+/', '/"wgPageParseReport":\{.*?\}\}\}/s',
        '/<!-- \nNewPP limit report.*?-->/s', '/<!--\nTransclusion expansion time report.*?-->/s',
        '/<!-- Saved in parser cache.*?-->/s',
        '/(name="[^"]*nonce[^"]*" value=)"[0-9a-f]{10}"/', '/("nonce":)"[0-9a-f]{10}"/',
    ], '$1', $page);
}

/** The milliseconds that it took; whether the page is as the first one was is noted. */
function page(string $cache, int $number): float
{
    global $application, $client, $different, $folder, $urls;
    $url = $urls[$number];
    curl_setopt($client, CURLOPT_URL, getenv('STRATA_APPS_URL') . $url);
    curl_setopt($client, CURLOPT_HTTPHEADER, ["X-Cache: $cache"]);
    $begun = hrtime(true);
    $page = (string) curl_exec($client);
    $took = (hrtime(true) - $begun) / 1e6;
    $status = curl_getinfo($client, CURLINFO_RESPONSE_CODE);
    if ($status !== 200 || !str_contains($page, '</html>')) {
        fwrite(STDERR, "$url with $cache: status $status " . curl_error($client) . "\n" . substr($page, 0, 2000) . "\n");
        exit(1);
    }
    $page = comparable($page);
    $kept = "$folder/pages.$application/$number.html";
    if (!file_exists($kept)) {
        file_put_contents($kept, $page);
    } elseif (file_get_contents($kept) !== $page) {
        $different[$cache] = ($different[$cache] ?? 0) + 1;
        file_put_contents("$folder/pages.$application/$number.$cache.html", $page);
    }
    return $took;
}

/** SELECTs so far, once what is done after the responses is over as well. */
function selects(): int
{
    global $database;
    do {
        usleep(100_000);
        $busy = (int) $database->query("SELECT count(*) FROM information_schema.processlist WHERE user <> 'system user'")->fetch_row()[0];
    } while ($busy > 1);
    return (int) $database->query("SHOW GLOBAL STATUS LIKE 'Com_select'")->fetch_row()[1];
}

/** SELECTs for a page, on the average over all of them. */
function selects_a_page(string $cache): float
{
    global $urls;
    $first = selects();
    $before = selects();
    foreach ($urls as $number => $url) {
        page($cache, $number);
    }
    $after = selects();
    /* Those of this script are in both differences. */
    return (($after - $before) - ($before - $first)) / count($urls);
}

function median(array $values): float
{
    sort($values);
    $middle = intdiv(count($values), 2);
    return count($values) % 2 === 1 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

mkdir("$folder/pages.$application");
$figures = $different = $times = [];
foreach ($caches as $cache) {
    fwrite(STDERR, "$application: $cache\n");
    /* Compiled by both workers, and connected to what they need. */
    for ($n = 0; $n < 4; $n++) {
        page($cache, 0);
    }
    $figures[$cache] = ['empty' => selects_a_page($cache), 'full' => selects_a_page($cache)];
}
foreach ($urls as $number => $url) {
    foreach ($caches as $cache) {
        $times[$cache][] = page($cache, $number);
    }
}
foreach ($caches as $cache) {
    $line = ['application' => $application, 'cache' => $cache, 'pages' => count($urls), 'requests' => 3 * count($urls) + 4]
        + $figures[$cache] + ['median' => median($times[$cache]), 'different' => $different[$cache] ?? 0];
    file_put_contents("$folder/figures", json_encode($line) . "\n", FILE_APPEND);
}
