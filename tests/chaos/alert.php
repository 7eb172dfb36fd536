<?php
/*
 * As an operator has it: a site on nginx and php-fpm, whose metrics only the monitoring may read, a Prometheus that
 * scrapes it by the rules of docs/monitoring, and a Redis that is stopped. The rules are those of the page, but for
 * the minute that an alert waits: that is 5 s here.
 */
require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/../support/own_server.inc';

const DEADLINE = 60;

$passed = $failed = 0;
function check(bool $right, string $what): void
{
    global $passed, $failed;
    $right ? $passed++ : $failed++;
    echo $right ? 'ok ' : 'FAILED ', $what, "\n";
}

function free_port(): int
{
    $probe = stream_socket_server('tcp://127.0.0.1:0');
    $port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
    fclose($probe);
    return $port;
}

/** Seconds until the condition holds; null: it did not. */
function seconds_until(callable $condition): ?float
{
    $begun = microtime(true);
    do {
        if ($condition()) {
            return round(microtime(true) - $begun, 1);
        }
        usleep(200_000);
    } while (microtime(true) - $begun < DEADLINE);
    return null;
}

function prometheus_start(string $folder, string $metrics): array
{
    $port = free_port();
    $rules = str_replace('for: 1m', 'for: 5s', file_get_contents(__DIR__ . '/../../docs/monitoring/strata.rules.yml'));
    file_put_contents("$folder/strata.rules.yml", $rules);
    ['host' => $host, 'port' => $at, 'path' => $path] = parse_url($metrics);
    file_put_contents("$folder/prometheus.yml", <<<YAML
        global: { scrape_interval: 1s, evaluation_interval: 1s }
        rule_files: [strata.rules.yml]
        scrape_configs:
          - job_name: strata
            metrics_path: $path
            static_configs: [{ targets: ['$host:$at'] }]
        YAML);
    $quiet = ['file', "$folder/output", 'a'];
    $process = proc_open([getenv('STRATA_PROMETHEUS'), "--config.file=$folder/prometheus.yml",
        "--storage.tsdb.path=$folder/data", "--web.listen-address=127.0.0.1:$port"], [['file', '/dev/null', 'r'], $quiet, $quiet], $pipes);
    return ['process' => $process, 'url' => "http://127.0.0.1:$port/api/v1"];
}

function ask(array $prometheus, string $what): array
{
    return json_decode((string) @file_get_contents("{$prometheus['url']}/$what"), true)['data'] ?? [];
}

/** State of the alert for this node: '', 'pending' or 'firing'. */
function alert_of(array $prometheus, string $node): string
{
    foreach (ask($prometheus, 'alerts')['alerts'] ?? [] as $alert) {
        if ($alert['labels']['alertname'] === 'StrataNodeOut' && $alert['labels']['node'] === $node) {
            return $alert['state'];
        }
    }
    return '';
}

/** As docs/metrics.md has it: the site for all, and the metrics for one address. */
function nginx_begin(string $folder, array $fpm): array
{
    $port = free_port();
    $user = trim(shell_exec('id -un')) . ' ' . trim(shell_exec('id -gn'));
    $temporary = implode("\n", array_map(fn ($name) => "{$name}_temp_path $folder/$name;", ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']));
    file_put_contents("$folder/nginx.conf", <<<CONF
        user $user;
        worker_processes 1;
        daemon off;
        pid $folder/nginx.pid;
        error_log $folder/error.log;
        events {}
        http {
            access_log off;
            $temporary
            server {
                listen 127.0.0.1:$port;
                location = /strata-metrics {
                    allow 127.0.0.1;
                    deny all;
                    include /etc/nginx/fastcgi_params;
                    fastcgi_param SCRIPT_FILENAME $folder/metrics.php;
                    fastcgi_pass unix:{$fpm['folder']}/www.sock;
                }
                location / {
                    include /etc/nginx/fastcgi_params;
                    fastcgi_param SCRIPT_FILENAME $folder/site.php;
                    fastcgi_pass unix:{$fpm['folder']}/www.sock;
                }
            }
        }
        CONF);
    $quiet = ['file', '/dev/null', 'a'];
    $process = proc_open(['/usr/sbin/nginx', '-c', "$folder/nginx.conf", '-e', "$folder/error.log"], [['file', '/dev/null', 'r'], $quiet, $quiet], $pipes);
    return ['process' => $process, 'url' => "http://127.0.0.1:$port"];
}

/** Headers and body; from another address of this machine, if one is named. */
function fetch(string $url, string $method = 'GET', string $accept = '', string $from = '127.0.0.1'): array
{
    $http = ['method' => $method, 'ignore_errors' => true, 'header' => $accept === '' ? '' : "Accept: $accept"];
    $body = @file_get_contents($url, false, stream_context_create(['http' => $http, 'socket' => ['bindto' => "$from:0"]]));
    return [implode("\n", $http_response_header ?? []), (string) $body];
}

$redis = new OwnServer('redis');
$node = "127.0.0.1:$redis->port";
$folder = sys_get_temp_dir() . '/strata_alert_' . getmypid();
mkdir($folder);
file_put_contents("$folder/site.php", '<?php strata_set("page", time(), 60); echo strata_get("page");');
file_put_contents("$folder/metrics.php", "<?php\nstrata_metrics_page();\n");
$fpm = fpm_start(['www' => ['pm = static', 'pm.max_children = 2']], [
    'strata.redis' => "redis://$node", 'strata.memory' => '8M',
]);
$nginx = nginx_begin($folder, $fpm);
$metrics = "{$nginx['url']}/strata-metrics";
check(seconds_until(fn () => str_contains(fetch($nginx['url'])[0], '200')) !== null, 'the site answers');

[$head, $body] = fetch($metrics);
check(str_contains($head, 'application/openmetrics-text; version=1.0.0; charset=utf-8') && str_ends_with($body, "# EOF\n"), 'OpenMetrics');
[$head, $body] = fetch($metrics, 'GET', 'text/plain');
check(str_contains($head, 'text/plain; version=0.0.4') && !str_contains($body, '# EOF'), 'the older format where only that is accepted');
[$head, $body] = fetch($metrics, 'HEAD');
check(str_contains($head, '200') && str_contains($head, 'openmetrics') && $body === '', 'HEAD gets the headers alone');
check(str_contains(fetch($metrics, 'GET', '', '127.0.0.2')[0], '403'), 'another address is refused');

$prometheus = prometheus_start($folder, $metrics);
$up = seconds_until(fn () => (ask($prometheus, 'query?query=' . rawurlencode('strata_node_up'))['result'][0]['value'][1] ?? '') === '1');
check($up !== null, "Prometheus has scraped that the node is up, after $up s");
$target = ask($prometheus, 'targets')['activeTargets'][0] ?? [];
check(($target['lastError'] ?? '-') === '', 'without an error: ' . ($target['lastError'] ?? 'there is no target'));

$visits = proc_open([PHP_BINARY, '-n', '-r', 'while (true) { @file_get_contents($argv[1]); usleep(20000); }', $nginx['url']], [], $pipes);
$redis->signal(STOPPED);
$fires = seconds_until(fn () => alert_of($prometheus, $node) === 'firing');
check($fires !== null, "Redis is stopped: the alert fires, after $fires s");
$redis->signal(CONTINUED);
$ends = seconds_until(fn () => alert_of($prometheus, $node) === '');
check($ends !== null, "Redis goes on: the alert ends, after $ends s");

foreach ([$visits, $prometheus['process'], $nginx['process']] as $process) {
    proc_terminate($process);
    proc_close($process);
}
fpm_stop($fpm);
exec('rm -r ' . escapeshellarg($folder));
echo "$passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
