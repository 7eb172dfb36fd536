--TEST--
Strata\Cache: get() returns a copy, and set() keeps one: changing either changes nothing stored
--FILE--
<?php
$given = ['list' => [1, 2], 'text' => 'abc'];
strata_set('array', $given);
$given['list'][] = 3;
$given['text'][0] = 'X';

$first = strata_get('array');
$first['list'][] = 4;
$first['text'][0] = 'Y';
sort($first['list']);
echo json_encode(strata_get('array')), "\n";

$text = str_repeat('a', 100);
strata_set('text', $text);
$read = strata_get('text');
$read[0] = 'X';
echo substr(strata_get('text'), 0, 3), "\n";

$object = new stdClass();
$object->name = 'first';
strata_set('object', $object);
$object->name = 'changed';
$read = strata_get('object');
$read->name = 'changed too';
echo strata_get('object')->name, "\n";
?>
--EXPECT--
{"list":[1,2],"text":"abc"}
aaa
first
