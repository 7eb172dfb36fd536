--TEST--
strata.unserialize_classes: what holds an object or a case of another class cannot be set, and is a miss where it is read under a shorter list
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$page = __DIR__ . '/named_classes.inc';
$with = fn (string $list) => ['pm = static', 'pm.max_children = 1', "php_admin_value[strata.unserialize_classes] = $list"];
foreach (['on', 'auto', 'off'] as $way) {
    $fpm = fpm_start([
        'all' => $with('all'), 'point' => $with('Point,stdClass'), 'suit' => $with('\\point,Suit,DateTimeImmutable'), 'none' => $with('none'),
    ], ['strata.zero_copy' => $way]);
    $lines = [];
    foreach (['all', 'point', 'suit', 'none', 'all'] as $pool) {
        $lines[] = "$pool: " . fpm_get($fpm, $pool, $page, $pool === 'all' && $lines === [] ? 'set' : '');
    }
    $lines[] = 'set: ' . fpm_get($fpm, 'point', $page, 'set');
    fpm_stop($fpm);
    $first ??= $lines;
    echo $lines === $first ? ($way === 'on' ? implode("\n", $lines) . "\n" : '') : "but $way: " . implode("\n", $lines) . "\n";
}
?>
--EXPECT--
all: point child suit std both deep date none
point: point std deep none
suit: point suit both date none
none: none
all: point child suit std both deep date none
set: point std deep none
