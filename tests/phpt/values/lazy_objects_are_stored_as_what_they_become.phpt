--TEST--
strata_set(): a lazy object is made and stored; what it turns out to hold is stored or refused
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
PHP_VERSION_ID >= 80400 || exit('skip lazy objects come with PHP 8.4');
?>
--FILE--
<?php
require __DIR__ . '/../../support/igbinary.inc';

echo with_each_serializer('
    error_reporting(E_ALL & ~E_DEPRECATED); /* igbinary has a word about the resource */
    class Lazy
    {
        public $a = 1;
        public function __construct(public $b = 2) {}
    }
    $class = new ReflectionClass("Lazy");
    $ghost = fn ($held) => $class->newLazyGhost(fn ($object) => $object->__construct($held));
    foreach ([
        "ghost" => $ghost(5),
        "proxy" => $class->newLazyProxy(fn () => new Lazy(6)),
        "made before" => $class->initializeLazyObject($ghost(7)),
        "in an array" => $ghost([$ghost(8)]),
        "with a closure" => $ghost(fn () => 1),
        "with a resource" => $ghost(fopen("php://memory", "r")),
        "that cannot be made" => $class->newLazyGhost(fn () => throw new DomainException("in the initializer")),
    ] as $name => $value) {
        try {
            strata_set("key", [$value]);
            echo "$name: ", json_encode(strata_get("key")), "\n";
        } catch (Strata\SerializationException $thrown) {
            echo "$name: ", get_class($thrown->getPrevious() ?? $thrown), "\n";
        }
    }
');
?>
--EXPECT--
ghost: [{"a":1,"b":5}]
proxy: [{"a":1,"b":6}]
made before: [{"a":1,"b":7}]
in an array: [{"a":1,"b":[{"a":1,"b":8}]}]
with a closure: Exception
with a resource: Strata\SerializationException
that cannot be made: DomainException
