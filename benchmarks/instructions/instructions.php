<?php
/*
 * Instructions of each operation, as callgrind counts them: instructions.php SECTIONS SO [OTHER-SO]. With another
 * build, the two side by side; the exit code is 1 when an operation takes over 2 % more than there.
 *
 * The servers are those of servers.sh. One operation is the difference of two lengths of run, less what a call of a
 * function takes that only returns a key. Of many runs of a length the least counts: what comes in between, such as a
 * reply that is read in more pieces, only adds.
 */

declare(strict_types=1);

require __DIR__ . '/../bench.inc';
require __DIR__ . '/../../tests/support/servers.inc';
require __DIR__ . '/../../tests/support/php.inc';

const GOAL = '<= 1.02';

/** Directives under which nothing happens by the clock alone. */
function quiet_directives(string $so): array
{
    $shared = [
        'front.memcached' => 'memcached://' . getenv('STRATA_TEST_MEMCACHED'),
        'single.redis' => 'redis://:' . getenv('STRATA_TEST_REDIS_PASSWORD') . '@' . getenv('STRATA_TEST_REDIS'),
        'cluster.redis' => 'redis-cluster://' . getenv('STRATA_TEST_CLUSTER'),
        'two.memcached' => 'memcached://' . getenv('STRATA_TEST_MEMCACHED'),
        'two.redis' => 'redis://:' . getenv('STRATA_TEST_REDIS_PASSWORD') . '@' . getenv('STRATA_TEST_REDIS'),
        'three.memcached' => 'memcached://' . getenv('STRATA_TEST_MEMCACHED'),
        'three.redis' => 'redis://:' . getenv('STRATA_TEST_REDIS_PASSWORD') . '@' . getenv('STRATA_TEST_REDIS'),
        'two.local_ttl' => '0', 'three.local_ttl' => '60s',
        'front.local_ttl' => '0', 'single.local_ttl' => '0', 'cluster.local_ttl' => '0', 'pinned.zero_copy' => 'on',
        'operation_timeout' => '5s', 'request_budget' => '0', 'max_lifetime' => '24h', 'idle_close' => '24h', 'check_after_idle' => '24h',
    ];
    $named = array_combine(array_map(fn ($name) => "strata.$name", array_keys($shared)), $shared);
    $sessions = ['session.use_cookies' => '0', 'session.cache_limiter' => '', 'session.gc_probability' => '0'];
    return $sessions + ['extension' => $so, 'opcache.enable_cli' => '0', 'strata.databases' => 'pinned,front,single,cluster,two,three'] + $named;
}

/** Runs the operations with this build, and returns the sections by name. @return array<string, int> */
function count_sections(string $sections, string $so): array
{
    $folder = sys_get_temp_dir() . '/strata_instructions_' . getmypid();
    mkdir($folder);
    $command = ['chrt', '--batch', '0', 'nice', '-n', '19', 'valgrind', '-q', '--tool=callgrind', "--callgrind-out-file=$folder/out", PHP_BINARY, '-n', '-d', 'extension=ffi',
        ...directives(quiet_directives($so)), __DIR__ . '/operations.php', $sections];
    $code = proc_close(proc_open($command, [], $pipes, env_vars: ['LD_PRELOAD' => $sections] + getenv()));
    $counted = [];
    $files = glob("$folder/out.*");
    natsort($files);
    foreach ($files as $file) {
        $text = file_get_contents($file);
        if (preg_match('/Client Request: (.+)$/m', $text, $name) && preg_match('/^summary: (\d+)/m', $text, $sum)) {
            $counted[$name[1]] = (int) $sum[1];
        }
    }
    array_map(unlink(...), glob("$folder/*"));
    rmdir($folder);
    if ($code !== 0) {
        exit(2);
    }
    return $counted;
}

/** Instructions of one call of each operation, in the order in which they were run. @return array<string, float> */
function instructions(string $sections, string $so): array
{
    $least = [];
    foreach (count_sections($sections, $so) as $name => $sum) {
        [$operation, $round, $calls] = explode('|', $name);
        if ($round !== '0') {
            $least[$operation][(int) $calls] = min($sum, $least[$operation][(int) $calls] ?? PHP_INT_MAX);
        }
    }
    $figures = array_map(function (array $lengths): float {
        [$short, $long] = [min(array_keys($lengths)), max(array_keys($lengths))];
        return ($lengths[$long] - $lengths[$short]) / ($long - $short);
    }, $least);
    return array_map(fn ($figure) => $figure - $figures['nothing'], array_diff_key($figures, ['nothing' => 0]));
}

[, $sections, $so] = $argv;
$ours = instructions($sections, $so);
if (!isset($argv[3])) {
    printf("instructions of one operation\n");
    foreach ($ours as $operation => $figure) {
        printf("  %-40s %12s\n", $operation, number_format($figure));
    }
    exit(0);
}
$theirs = instructions($sections, realpath($argv[3]));
heading('instructions of one operation', 'the other');
$missed = false;
foreach (array_intersect_key($ours, $theirs) as $operation => $figure) {
    $ratio = $figure / $theirs[$operation];
    line($operation, number_format($figure), number_format($theirs[$operation]), $ratio, GOAL);
    $missed = $missed || !is_met($ratio, GOAL);
}
exit($missed ? 1 : 0);
