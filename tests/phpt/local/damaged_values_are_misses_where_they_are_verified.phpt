--TEST--
With strata.verify=on a value that was damaged in memory is a miss, and nobody else's
--SKIPIF--
<?php
is_writable('/proc/self/mem') || die('skip /proc/self/mem cannot be written to');
?>
--INI--
strata.memory=2M
strata.verify=on
strata.zero_copy=on
--FILE--
<?php
/** Where the heap can be written. */
function heap(): array
{
    foreach (file('/proc/self/maps') as $line) {
        if (preg_match('/^(\w+)-(\w+) rw-s .*strata/', $line, $found) && hexdec($found[2]) - hexdec($found[1]) === 2 << 20) {
            return [hexdec($found[1]), 2 << 20];
        }
    }
    die('no heap');
}

/** Changes one byte of every place where the marker stands. */
function damage(string $marker): int
{
    [$start, $size] = heap();
    $memory = fopen('/proc/self/mem', 'r+b');
    stream_set_read_buffer($memory, 0);
    fseek($memory, $start);
    for ($bytes = ''; strlen($bytes) < $size;) {
        $bytes .= fread($memory, $size - strlen($bytes));
    }
    for ($at = $count = 0; ($at = strpos($bytes, $marker, $at)) !== false; $at++, $count++) {
        fseek($memory, $start + $at);
        fwrite($memory, '#');
    }
    return $count;
}

$rows = fn(string $name) => ['name' => "$name of the array", 'list' => range(1, 50), 'text' => str_repeat($name, 20)];
strata_set('array', $rows('first'));
strata_set('other', $rows('second'));
strata_set('short', 'third of the strings');
strata_set('long', str_repeat('fourth of the strings ', 100));
strata_set('number', 12345);

var_dump(strata_get('array') === $rows('first'), strata_get('number'));
var_dump(damage('first of the array'), damage('third of the'), damage('fourth of the') >= 100);
var_dump(strata_get('array'), strata_get('short'), strata_get('long'));
var_dump(strata_get('other') === $rows('second'), strata_increment('number'));
var_dump(strata_status()['local']['damages']);

strata_set('array', $rows('fifth'));
var_dump(strata_get('array') === $rows('fifth'));
?>
--EXPECT--
bool(true)
int(12345)
int(1)
int(1)
bool(true)
NULL
NULL
NULL
bool(true)
int(12346)
int(3)
bool(true)
