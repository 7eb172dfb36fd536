--TEST--
strata_set(): a value nested deeper than can be read again is refused, up to a million levels, in whatever way it is nested
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

$deep = 'ini_set("memory_limit", "2G"); ini_set("zend.exception_ignore_args", "1");'
    . 'require "' . __DIR__ . '/../../support/deep_values.inc";';
echo with_each_serializer("$deep tries(true);");

/* A fiber has a small stack of its own: what it cannot read is a miss there, and nowhere else. */
echo "in a fiber\n", with_each_serializer($deep . '
    $value = deep("Plain", 4000);
    strata_set("deep", $value);
    free($value);
    $value = deep("Plain", 500);
    strata_set("less deep", $value);
    free($value);
    (new Fiber(function () {
        $read = strata_get("less deep");
        echo "less deep: ", get_debug_type($read), "\n";
        free($read);
        (new Fiber(fn () => tries(false)))->start();
    }))->start();
    $read = strata_get("deep");
    echo "deep, outside of it: ", get_debug_type($read), "\n";
    free($read);
');
?>
--EXPECT--
arrays: stored, stored, refused, refused
references: stored, stored, refused, refused
Plain: stored, stored, refused, refused
Both: stored, stored, refused, refused
Sleeps: stored, stored, refused, refused
ArrayObject: stored, stored, refused
arrays that __serialize() returns: array nested too many levels deep cannot be stored
Nests: stored, Nests cannot be stored, Error
Endless: Endless nested too many levels deep cannot be stored
in a fiber
less deep: Plain
arrays: stored, refused, refused
references: stored, refused, refused
Plain: stored, refused, refused
Both: stored, refused, refused
Sleeps: stored, refused, refused
ArrayObject: stored, refused
arrays that __serialize() returns: array nested too many levels deep cannot be stored
Nests: stored, Nests cannot be stored, Error
Endless: Endless nested too many levels deep cannot be stored
deep, outside of it: Plain
