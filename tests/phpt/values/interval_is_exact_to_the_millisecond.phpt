--TEST--
Strata\Cache: a DateInterval with a fraction is exact to the millisecond, whatever the microsecond of the call
--INI--
strata.ttl_jitter=0
--FILE--
<?php
$cache = new Strata\Cache();

function interval(float $seconds): DateInterval
{
    $interval = new DateInterval('PT' . (int) $seconds . 'S');
    $interval->f = $seconds - (int) $seconds;
    return $interval;
}

foreach (['0.5' => 500, '1.25' => 1250, '1.9994' => 1999, '59.9996' => 60000, '0.0001' => 1, '0.001' => 1] as $seconds => $expected) {
    $seen = [];
    for ($i = 0; $i < 20; $i++) {
        $stored = $cache->set('key', 1, interval((float) $seconds));
        /* What is left is never more than was given. It is less by what this machine took meanwhile. */
        $left = $cache->fetch('key')->ttl ?? 0;
        $seen[] = $stored && $left * 1000 <= $expected + 0.001 && ($left * 1000 > $expected - 450 || $expected < 450);
        usleep(7100);
    }
    echo "$seconds s: ", in_array(false, $seen, true) ? 'not always' : 'always', "\n";
}

$touched = 0;
for ($i = 0; $i < 20; $i++) {
    $cache->set('touched', 1);
    $touched += (int) ($cache->touch('touched', interval(0.9)) && $cache->has('touched'));
    $touched += (int) ($cache->increment("count $i", 1, 0, interval(0.9)) === 1 && $cache->has("count $i"));
    usleep(7100);
}
echo "$touched of 40 touched and counted\n";

$half_back = interval(0.5);
$half_back->invert = 1;
$cache->set('key', 1);
var_dump($cache->set('key', 2, $half_back), $cache->has('key'), $cache->set('key', 2, interval(0.0)), $cache->has('key'));
$cache->set('key', 1, new DateInterval('P99999Y'));
var_dump($cache->fetch('key')->ttl > 99 * 365 * 86400);
var_dump($cache->set('key', 1, PHP_INT_MIN), $cache->has('key'));
?>
--EXPECT--
0.5 s: always
1.25 s: always
1.9994 s: always
59.9996 s: always
0.0001 s: always
0.001 s: always
40 of 40 touched and counted
bool(true)
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
bool(false)
