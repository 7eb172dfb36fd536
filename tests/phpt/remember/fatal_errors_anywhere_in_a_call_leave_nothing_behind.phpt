--TEST--
Strata\Cache: processes that end at their memory limit or their time limit, in whatever call, leave no lease, no lock and no wrong value
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
getenv('USE_ZEND_ALLOC') !== '0' || die('skip only PHP\'s own allocator keeps to memory_limit');
?>
--INI--
strata.memory=8M
strata.zero_copy=on
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

/** A value that says whose it is, a little larger each time so that the limit strikes elsewhere. */
function value_of(int $number, int $size): array
{
    return ['number' => $number, 'rows' => array_fill(0, $size, "row of $number"), 'check' => crc32("$number $size"), 'size' => $size];
}

function is_value_of(mixed $value, int $number): bool
{
    return $value === null || $value === value_of($number, $value['size']);
}

/** Until PHP ends it: each kind of call in turn, keeping what it got. */
function work(int $seed): never
{
    $cache = new Strata\Cache();
    mt_srand($seed);
    for ($kept = [], $i = 0;; $i++) {
        $number = mt_rand(0, 19);
        $value = value_of($number, 1 + mt_rand(0, 400));
        match ($i % 7) {
            0 => $cache->set("key $number", $value),
            1 => $kept[] = $cache->fetch("key $number"),
            2 => $kept[] = $cache->getMultiple(["key $number", 'key 1', 'nothing']),
            3 => $cache->setMultiple(["key $number" => $value, 'scalar' => $i]),
            4 => $kept[] = $cache->remember("key $number", 60, fn () => [$value, str_repeat('x', 1000)][0]),
            5 => $cache->compareAndSet("key $number", $cache->fetch("key $number"), $value),
            6 => [$cache->increment('count'), $cache->delete('key ' . mt_rand(0, 19))],
        };
        $kept[] = (object) ['copy' => unserialize(serialize($value))];
    }
}

fclose(STDERR);
ini_set('display_errors', '0');
ini_set('log_errors', '0');
$ends = [];
for ($child = 0; $child < 24; $child++) {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $child < 22 ? ini_set('memory_limit', (string) (memory_get_usage(true) + (4 << 20) + $child * 7919)) : set_time_limit(1);
        $child < 22 || ini_set('memory_limit', '-1');
        work($child);
    }
    pcntl_waitpid($pid, $status);
    $ends[] = pcntl_wifexited($status) ? pcntl_wexitstatus($status) : 'killed';
}
echo 'ends: ', implode(' ', array_unique($ends)), "\n";

$cache = new Strata\Cache();
$wrong = array_filter(range(0, 19), fn ($number) => !is_value_of($cache->get("key $number"), $number));
echo 'wrong values: ', count($wrong), "\n";
$status = strata_status();
echo "leases: {$status['host']['leases']}, repairs: {$status['local']['repairs']}, damages: {$status['local']['damages']}\n";
var_dump(array_filter(range(0, 19), fn ($number) => !$cache->set("key $number", value_of($number, 5))));
var_dump($cache->remember('fresh', 60, fn () => 'computed'), $cache->increment('count') > 10);
?>
--EXPECT--
ends: 255
wrong values: 0
leases: 0, repairs: 0, damages: 0
array(0) {
}
string(8) "computed"
bool(true)
