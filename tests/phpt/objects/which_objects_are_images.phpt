--TEST--
objects: those of plain classes are images, which need the class as it was; what the rules send to a serializer comes back by another class, too
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('error_log', '/dev/null');

/*
 * The reader's classes have one property more. unserialize() takes that, an image does not: so a miss says that
 * it was an image, and a value that it was written by a serializer.
 */
function classes(string $more): void
{
    eval("
        class Plain { public \$a = 'a'; public \$next; $more }
        class Child extends Plain { private \$b = 'b'; $more }
        class Typed { public int \$never; public ?Plain \$plain = null; public ?Other \$other = null; $more }
        class_alias('Plain', 'Other');
        #[AllowDynamicProperties] class Dynamic { public \$a; $more }
        class Sleeps { public \$a = 'a'; private \$secret = 'default'; $more
            function keep(\$s) { \$this->secret = \$s; return \$this; } function secret() { return \$this->secret; }
            function __sleep() { return ['a']; } }
        class Wakes { public \$a = 'a'; function __wakeup() {} $more }
        class Writes { public \$a = 'a'; function __serialize(): array { return ['a' => 'b']; } $more }
        class Reads { public \$a = 'a'; function __unserialize(array \$data): void { \$this->a = \$data['a']; } $more }
        class Inherits extends Wakes { $more }
        class OfPhp extends ArrayObject { public \$a = 'a'; $more }
    ");
}

function with(object $object, array $properties): object
{
    foreach ($properties as $name => $value) {
        $object->$name = $value;
    }
    return $object;
}

/** So many of them, each in the last one. */
function chain(int $length): object
{
    for ($object = null, $i = 0; $i < $length; $i++) {
        $object = with(new Plain(), ['next' => $object]);
    }
    return $object;
}

function values(): array
{
    $plain = new Plain();
    $text = 'one';
    $unset = new Plain();
    unset($unset->a);
    $two = [&$text, &$text, new Plain()];
    return [
        'plain' => $plain, 'of a child' => new Child(), 'in arrays' => [[['x' => new Plain()]]], 'of stdClass' => [(object) ['a' => new Plain()]],
        'never initialized' => new Typed(), 'typed' => with(new Typed(), ['plain' => new Plain()]), 'dynamic' => with(new Dynamic(), ['x' => 1]),
        'cycle' => with($plain, ['next' => $plain]), 'with a date' => with(new Plain(), ['a' => new DateTimeImmutable()]), '512 deep' => chain(512),
        'alias in a type' => with(new Typed(), ['other' => new Plain()]), 'unset default' => $unset, 'references' => $two, '513 deep' => chain(513),
        '__sleep()' => (new Sleeps())->keep('a secret'), '__wakeup()' => new Wakes(), '__serialize()' => new Writes(), '__unserialize()' => new Reads(),
        'inherited' => new Inherits(), 'parent of PHP' => new OfPhp(), 'beside one' => [new Plain(), new ArrayObject()],
    ];
}

in_child(function () {
    classes('');
    foreach (values() as $name => $value) {
        strata_set($name, $value) || print("$name: not stored\n");
        serialize(strata_get($name)) === serialize(unserialize(serialize($value))) || print("$name: another value\n");
        strata_set('secret', (new Sleeps())->keep('a secret'));
    }
});
echo 'what was left out: ', in_child(function () { classes(''); return strata_get('secret')->secret(); }), "\n";

/* The values of this release name the keys; they are not stored. */
classes('public $more = 1;');
$ways = [];
foreach (array_keys(values()) as $name) {
    $ways[strata_get($name) === null ? 'images' : 'serialized'][] = $name;
}
foreach ($ways as $way => $names) {
    echo "$way: ", implode(', ', $names), "\n";
}
?>
--EXPECT--
what was left out: default
images: plain, of a child, in arrays, of stdClass, never initialized, typed, dynamic, cycle, with a date, 512 deep
serialized: alias in a type, unset default, references, 513 deep, __sleep(), __wakeup(), __serialize(), __unserialize(), inherited, parent of PHP, beside one
