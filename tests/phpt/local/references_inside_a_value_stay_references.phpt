--TEST--
Strata\Cache: set() keeps references inside an array together and lets go of those outside
--FILE--
<?php
$number = 1;
$value = ['x' => &$number, 'y' => &$number, 'z' => 1];
$alias = &$value;
strata_set('array', $alias);
$number = 2;

$read = strata_get('array');
$read['x'] = 9;
echo json_encode($read), "\n";
echo json_encode(strata_get('array')), "\n";
echo $number, "\n";

$self = ['name' => 'itself'];
$self['self'] = &$self;
strata_set('cycle', $self);
$read = strata_get('cycle');
echo $read['self']['self']['self']['name'], "\n";

$scalar = 5;
$reference = &$scalar;
strata_set('scalar', $reference);
$scalar = 6;
var_dump(strata_get('scalar'));
?>
--EXPECT--
{"x":9,"y":9,"z":1}
{"x":1,"y":1,"z":1}
2
itself
int(5)
