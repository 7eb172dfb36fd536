--TEST--
strata.zero_copy: what was read can be written to in every way, and what is stored stays as it was
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways(<<<'CODE'
$stored = ['list' => range(1, 20), 'map' => ['a' => ['deep' => ['er' => 'x']], 'b' => 2], 'text' => str_repeat('text', 50)];
strata_set('key', $stored);
strata_set('text', $stored['text']);
$ways = [
    'write' => function ($v) { $v['list'][] = 21; $v['map']['a']['deep']['er'] = 'y'; $v['new'] = 1; return $v; },
    'unset' => function ($v) { unset($v['list'][3], $v['map']); return $v; },
    'reference' => function ($v) { foreach ($v['list'] as &$x) { $x *= 2; } $r = &$v['map']['a']; $r = 1; return $v; },
    'sort' => function ($v) { rsort($v['list']); ksort($v); array_walk_recursive($v, function (&$x) { $x = "$x!"; }); return $v; },
    'splice' => function ($v) { array_splice($v['list'], 1, 3, ['in']); array_pop($v['list']); array_shift($v['list']); return $v; },
    'pointer' => function ($v) { end($v['list']); prev($v['list']); next($v); return [current($v['list']), key($v)]; },
    'string' => function ($v) { $v['text'][0] = 'T'; $v['text'] .= 'end'; return $v; },
];
foreach ($ways as $name => $change) {
    echo $name, ' ', md5(serialize($change(strata_get('key')))), ' ';
    echo serialize($change(strata_get('key'))) === serialize($change($stored)) ? 'same' : 'different', ' ';
    echo strata_get('key') === $stored ? 'kept' : 'changed', "\n";
}
$text = strata_get('text');
$text[0] = 'X';
$text .= $text;
var_dump(strata_get('text') === $stored['text']);
CODE);
?>
--EXPECTF--
write %x same kept
unset %x same kept
reference %x same kept
sort %x same kept
splice %x same kept
pointer %x same kept
string %x same kept
bool(true)
