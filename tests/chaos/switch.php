<?php
/*
 * switch.php [SECONDS] — run by run.sh switch. Two hosts of php-fpm move between two Redis servers while they are used: by
 * timed files, and by edits. Is any request refused, does one see both servers, is a value older than a confirmed
 * change, and how far apart are the moments of the hosts?
 *
 * A value names its key, its writer and a number that rises with each change. Prints ok or FAILED for what has a bound.
 */

require __DIR__ . '/../support/own_server.inc';
require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/../support/topology.inc';
require __DIR__ . '/consistency.inc';

const KEYS = 40, CLIENTS = 3, APART = 1.0;

/** One host: a php-fpm of its own, with a topology file of its own. */
final class SwitchedHost
{
    public readonly string $file;
    public readonly array $fpm;

    public function __construct(public readonly string $name, string $text)
    {
        $this->file = topology_file($text);
        $this->fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = ' . CLIENTS]], [
            'strata.topology' => $this->file,
            'strata.local_ttl' => '0',
            'strata.operation_timeout' => '2s',
            'strata.connect_timeout' => '2s',
            'strata.request_budget' => '0',
        ]);
    }

    public function coming(string $text, int $moment): void
    {
        write_topology("$this->file.next", 'from = ' . gmdate('Y-m-d\TH:i:s\Z', $moment) . "\n$text");
    }

    /** The text of the coming file becomes that of the file. */
    public function fold(string $text): void
    {
        write_topology($this->file, $text);
        usleep(2_500_000);
        unlink("$this->file.next");
    }
}

/** Asks one host until it is told to stop, and notes each answer: host, began, place, and what was wrong. */
function load(SwitchedHost $host, string $page, string $log, string $stop): void
{
    $out = fopen($log, 'a');
    while (!file_exists($stop)) {
        $answer = fpm_get($host->fpm, 'shop', $page, "host=$host->name");
        fwrite($out, ($answer === '' ? "$host->name 0 none no-answer" : $answer) . "\n");
    }
}

function start_load(SwitchedHost $host, string $page, string $log, string $stop): int
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        load($host, $page, $log, $stop);
        posix_kill(getmypid(), KILLED); /* nothing of the parent's is to be stopped here */
    }
    return $pid;
}

/** When each host first answered from each place after a moment. */
function first_answers(array $rows, string $place, float $since): array
{
    $first = [];
    foreach ($rows as [$host, $began, $seen]) {
        if ($seen === $place && $began >= $since && $began < ($first[$host] ?? INF)) {
            $first[$host] = $began;
        }
    }
    return $first;
}

function rows(string $log): array
{
    return array_map(function (string $line) {
        [$host, $began, $place, $wrong] = explode(' ', $line, 4) + ['', '0', '', 'no-answer'];
        return [$host, (float) $began, $place, $wrong];
    }, file($log, FILE_IGNORE_NEW_LINES));
}

function page(string $truth): string
{
    return '<?php
require ' . var_export(__DIR__ . '/consistency.inc', true) . ';
$began = sprintf("%.6f", microtime(true));
$truth = new Truth(' . var_export($truth, true) . ', ' . KEYS . ');
$cache = new Strata\Cache();
$places = $wrong = [];
$writer = $_GET["host"] . getmypid();
for ($i = 0; $i < 6; $i++) {
    $key = mt_rand(0, ' . (KEYS - 1) . ');
    if (mt_rand(0, 3) === 0) {
        $truth->lock($key);
        $number = $truth->raise($key);
        $cache->delete("k$key") ? $truth->confirm($key, $number) : $wrong[] = "delete-refused";
        $truth->lock($key, LOCK_UN);
    }
    $confirmed = $truth->of($key)[1];
    $value = $cache->remember("k$key", 600, fn () => "k$key $writer " . $truth->of($key)[0]);
    [$name, , $number] = explode(" ", $value);
    $name === "k$key" || $wrong[] = "other-key";
    (int) $number >= $confirmed || $wrong[] = "old-$key-$number-$confirmed";
    $found = $cache->fetch("k$key");
    $found->status === Strata\Status::Error && $wrong[] = "error-{$found->reason->name}";
    $places[$found->node] = true;
    usleep(mt_rand(0, 3000));
}
echo $_GET["host"], " $began ", implode("+", array_keys($places)), " ", $wrong === [] ? "-" : implode(",", $wrong);';
}

$seconds = (int) ($argv[1] ?? 100);
[$a, $b] = [new OwnServer('redis'), new OwnServer('redis')];
$text = fn (OwnServer $server) => "[default]\nredis = {$server->dsn()}\n";
$hosts = [new SwitchedHost('one', $text($a)), new SwitchedHost('two', $text($a))];
[$truth, $log, $stop] = array_map(fn ($part) => "{$hosts[0]->file}.$part", ['truth', 'log', 'stop']);
$page = "{$hosts[0]->file}.php";
new Truth($truth, KEYS);
touch($log);
file_put_contents($page, page($truth));
$clients = [];
foreach ($hosts as $host) {
    for ($i = 0; $i < CLIENTS; $i++) {
        $clients[] = start_load($host, $page, $log, $stop);
    }
}

$ends = microtime(true) + $seconds;
$apart = [];
$switches = 0;
do {
    $to = $switches % 2 === 0 ? $b : $a;
    $moment = time() + 3;
    foreach ($hosts as $host) {
        $host->coming($text($to), $moment);
        usleep(400_000);
    }
    usleep((int) max(0, ($moment + 2 - microtime(true)) * 1e6));
    $first = first_answers(rows($log), $to->name(), $moment - 30);
    $apart[] = count($first) === 2 ? max($first) - min($first) : INF;
    array_map(fn ($host) => $host->fold($text($to)), $hosts);
    usleep(1_500_000);
    $switches++;
} while (microtime(true) < $ends && $switches < 6);

touch($stop);
array_map(fn ($pid) => pcntl_waitpid($pid, $status), $clients);
array_map(fn ($host) => fpm_stop($host->fpm), $hosts);
$rows = rows($log);
array_map('unlink', [...glob("$truth*"), $log, $stop, $page]);
$both = count(array_filter($rows, fn ($row) => str_contains($row[2], '+')));
$wrong = array_filter($rows, fn ($row) => $row[3] !== '-');
$checks = [
    ['requests were answered', count($rows) > 100, count($rows)],
    ['requests that saw both places', $both === 0, $both],
    ['errors, old and wrong values', $wrong === [], count($wrong) . ' ' . implode(' ', array_slice(array_unique(array_column($wrong, 3)), 0, 5))],
    ["moments of the hosts apart, of $switches switches", max($apart) < APART, sprintf('%.3f s', max($apart))],
];
$failed = 0;
foreach ($checks as [$what, $is_well, $told]) {
    printf("%s %-50s %s\n", $is_well ? 'ok    ' : 'FAILED', $what, $told);
    $failed += $is_well ? 0 : 1;
}
printf("%d passed, %d failed\n", count($checks) - $failed, $failed);
exit($failed > 0 ? 1 : 0);
