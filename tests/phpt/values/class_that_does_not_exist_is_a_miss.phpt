--TEST--
Strata\Cache: get() of an object whose class is unknown asks autoloaders, and is a miss
--SKIPIF--
<?php require __DIR__ . '/../../support/fork.inc'; skip_without_fork(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/fork.inc';

in_child(function () {
    eval('class Gone { public $name = "kept"; } enum GoneEnum { case Here; } class Loaded { public $x = 1; }');
    strata_set('object', [new Gone()]);
    strata_set('enum', GoneEnum::Here);
    strata_set('loaded', new Loaded());
    strata_set('throws', new Gone());
});
spl_autoload_register(function ($class) {
    echo "looking for $class\n";
    $class === 'Loaded' && eval('class Loaded { public $x = 0; }');
});
ini_set('error_log', '/dev/null');
echo told((new Strata\Cache())->fetch('object')), "\n";
var_dump(strata_has('object'), strata_get('object', 'a default'));
echo get_class(strata_get('loaded')), ' ', strata_get('loaded')->x, "\n";

echo told((new Strata\Cache())->fetch('enum')), "\n";
var_dump(strata_remember('enum', 60, fn () => 'computed, as it cannot be read'));

spl_autoload_register(fn () => throw new LogicException('in the autoloader'), true, true);
echo thrown(fn () => strata_get('throws')), "\n";
?>
--EXPECTF--
looking for Gone
miss local (corrupt)
looking for Gone
bool(true)
string(9) "a default"
looking for Loaded
Loaded 1
looking for GoneEnum
miss local (corrupt)
looking for GoneEnum
string(30) "computed, as it cannot be read"
LogicException: in the autoloader
