<?php
/*
 * load.php SECONDS SCRAPES — three processes of one host read, write, count and remove in two databases over servers
 * of their own, while a fourth one scrapes them: for so long (0: until there are so many scrapes). For check.py each
 * scrape is a line with its length, and the text. A line "end" follows, and one of JSON with what the processes asked
 * for and what the servers counted before and after.
 */
require __DIR__ . '/../support/fork.inc';
require __DIR__ . '/../support/php.inc';
require __DIR__ . '/../support/own_server.inc';

const DATABASES = ['default', 'feed'];

/* What the server at this address says of itself, and how many bytes that took. */
function counts_of(string $address, string $question, string $pattern): array
{
    $socket = open_server($address);
    fwrite($socket, $question);
    $answer = '';
    while (!preg_match('/^END\r\n$/m', $answer) && !is_whole_reply($answer)) {
        $answer .= fread($socket, 65536);
    }
    preg_match_all($pattern, $answer, $found, PREG_SET_ORDER);
    return array_map(floatval(...), array_column($found, 2, 1)) + ['answer' => strlen($answer)];
}

function is_whole_reply(string $answer): bool
{
    return preg_match('/^\$(\d+)\r\n/', $answer, $found) && strlen($answer) >= strlen($found[0]) + (int) $found[1] + 2;
}

function counts(string $redis, string $memcached): array
{
    return [
        'redis' => counts_of($redis, "INFO everything\r\n", '/^(\w+):(?:calls=)?(\d+)[,\r]/m'),
        'memcached' => counts_of($memcached, "stats\r\n", '/^STAT (\w+) (\d+)\r$/m'),
    ];
}

/* One request of a worker: returns how many keys it got. */
function request(Strata\Cache $cache, int $number): int
{
    $key = 'page:product:' . $number % 500;
    $cache->set($key, str_repeat('v', 1 << mt_rand(0, 15)), 60);
    $cache->get($key);
    $cache->get("page:none:$number");
    $cache->getMultiple([$key, "user:$number", 'user:1']);
    $cache->increment('count:' . $number % 7, 1, 0);
    $cache->delete('page:product:' . mt_rand(0, 499));
    return 5;
}

/* In a child: until the file is gone. Returns the keys it got from each database. */
function work(string $running): array
{
    $caches = array_map(fn (string $name) => new Strata\Cache($name), array_combine(DATABASES, DATABASES));
    $gets = array_fill_keys(DATABASES, 0);
    for ($number = 0; file_exists($running); $number++) {
        $database = DATABASES[$number % 2];
        $gets[$database] += request($caches[$database], $number);
        strata_request_boundary();
        clearstatcache();
    }
    return $gets;
}

/* In a PHP that is configured with these servers. */
function scrape(string $redis, string $memcached, float $seconds, int $scrapes): void
{
    $running = tempnam(sys_get_temp_dir(), 'strata_metrics');
    $before = counts($redis, $memcached);
    $children = array_map(fn (int $number) => begin_child($number, fn () => work($running)), [0, 1, 2]);
    array_map(fn (array $child) => fwrite($child[1], '.'), $children);
    $until = $seconds > 0 ? microtime(true) + $seconds : INF;
    for ($i = 0; $i < $scrapes && microtime(true) < $until; $i++) {
        tell();
        usleep(20_000);
    }
    unlink($running);
    $answers = collect($children);
    tell();
    $gets = array_map(fn (string $name) => array_sum(array_column($answers, $name)), array_combine(DATABASES, DATABASES));
    echo "end\n", json_encode(['gets' => $gets, 'before' => $before, 'after' => counts($redis, $memcached)]), "\n";
}

function tell(): void
{
    $text = strata_metrics();
    echo strlen($text), "\n", $text;
}

if ($argc === 5) {
    scrape($argv[1], $argv[2], (float) $argv[3], (int) $argv[4]);
    exit;
}
$redis = new OwnServer('redis');
$memcached = new OwnServer('memcached');
$ini = ['extension' => strata_so(), 'strata.redis' => $redis->dsn(), 'strata.memcached' => $memcached->dsn(),
    'strata.databases' => 'feed', 'strata.feed.shadow_redis' => 'redis://127.0.0.1:1',
    'strata.operation_timeout' => '5s', 'strata.request_budget' => '0', 'display_errors' => 'stderr'];
/* Scripts make the generations, and Redis counts the commands in them as well: so not while it is counted. */
run_php($ini, ['-r', 'foreach (["default", "feed"] as $name) { (new Strata\Cache($name))->set("first", 1); }']);
$command = [PHP_BINARY, '-n', ...directives($ini), __FILE__, $redis->name(), $memcached->name(), $argv[1], $argv[2]];
proc_close(proc_open($command, [['file', '/dev/null', 'r'], STDOUT, STDERR], $pipes));
