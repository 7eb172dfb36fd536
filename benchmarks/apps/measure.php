<?php
/*
 * measure.php APPLICATION CACHE: all pages of the application, once with the cache empty and three times with it
 * full. Adds what it saw to $STRATA_APPS_FOLDER/figures, one JSON a line, and keeps the pages for comparison.
 */

const ROUNDS = 3;

[, $application, $cache] = $argv;
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

/** @return array{string, float} the page, and the milliseconds that it took */
function page(string $url): array
{
    global $client;
    curl_setopt($client, CURLOPT_URL, getenv('STRATA_APPS_URL') . $url);
    $begun = hrtime(true);
    $page = curl_exec($client);
    $took = (hrtime(true) - $begun) / 1e6;
    $status = curl_getinfo($client, CURLINFO_RESPONSE_CODE);
    if ($status !== 200 || !str_contains($page, '</html>')) {
        fwrite(STDERR, "$url: status $status " . curl_error($client) . "\n" . substr((string) $page, 0, 2000) . "\n");
        exit(1);
    }
    return [$page, $took];
}

/** Waits until what is done after the responses is over as well. */
function queries(): array
{
    global $database;
    do {
        usleep(200_000);
        $busy = (int) $database->query("SELECT count(*) FROM information_schema.processlist WHERE user <> 'system user'")->fetch_row()[0];
    } while ($busy > 1);
    $counts = [];
    foreach ($database->query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_select', 'Questions')") as $row) {
        $counts[$row['Variable_name']] = (int) $row['Value'];
    }
    return $counts;
}

function median(array $values): float
{
    sort($values);
    $middle = intdiv(count($values), 2);
    return count($values) % 2 === 1 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

@mkdir("$folder/pages.$application");
$different = 0;
$figures = ['application' => $application, 'cache' => $cache, 'pages' => count($urls)];

/* Compiled by both workers, and connected to what they need. */
for ($n = 0; $n < 4; $n++) {
    page($urls[0]);
}

for ($round = 0; $round <= ROUNDS; $round++) {
    $before = queries();
    $idle = queries();
    $times = [];
    foreach ($urls as $n => $url) {
        [$page, $times[]] = page($url);
        $page = comparable($page);
        $kept = "$folder/pages.$application/$n.html";
        if (!file_exists($kept)) {
            file_put_contents($kept, $page);
        } elseif (file_get_contents($kept) !== $page) {
            $different++;
            file_put_contents("$folder/pages.$application/$n.$cache.$round.html", $page);
        }
    }
    $after = queries();
    /* The questions of this script are in the two others in equal number. */
    $selects = ($after['Com_select'] - $idle['Com_select']) - ($idle['Com_select'] - $before['Com_select']);
    $figures['rounds'][] = ['selects' => round($selects / count($urls), 1), 'median' => round(median($times), 2)];
}
$figures['different'] = $different;
file_put_contents("$folder/figures", json_encode($figures) . "\n", FILE_APPEND);
