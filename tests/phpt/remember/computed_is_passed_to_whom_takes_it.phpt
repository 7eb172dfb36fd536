--TEST--
remember(): a function gets a Strata\Computed if its first parameter takes one, and else no argument
--FILE--
<?php
namespace App;

use Strata\Computed;

class Repository
{
    public function page(int $number = 1) { return "page $number"; }
    public function all() { return count(func_get_args()); }
    public static function one(Computed|int $c = 1) { return get_debug_type($c); }
    public function __call($name, $arguments) { return $name . ' ' . count($arguments); }
    public function __invoke(?object $c = null) { return get_debug_type($c); }
}

$cache = new \Strata\Cache;
$functions = [
    'none' => fn () => func_num_args(),
    'untyped' => fn ($c) => get_debug_type($c),
    'optional' => fn ($c = 1) => get_debug_type($c),
    'mixed' => fn (mixed $c = 1) => get_debug_type($c),
    'typed' => fn (computed $c) => get_debug_type($c),
    'nullable' => fn (?Computed $c = null) => get_debug_type($c),
    'another type' => fn (string|array|\Countable $c = 'default') => get_debug_type($c),
    'variadic' => fn (...$all) => count($all),
    'variadic of another type' => fn (int ...$all) => count($all),
    'second' => fn ($c, $d = 2) => $d,
    'method' => [new Repository, 'page'],
    'method without' => [new Repository, 'all'],
    'static' => Repository::class . '::one',
    'static array' => [Repository::class, 'one'],
    'magic' => [new Repository, 'anything'],
    'invokable' => new Repository,
    'first class' => (new Repository)->page(...),
    'of PHP, none' => 'pi',
    'of PHP, optional' => 'microtime',
    'of PHP, closure' => phpversion(...),
    'of PHP, takes it' => 'get_debug_type',
    'too many wanted' => fn ($c, $d) => 1,
    'an int wanted' => fn (int $c) => 1,
    'of PHP, wants a string' => strlen(...),
];
foreach ($functions as $name => $function) {
    try {
        $value = $cache->remember($name, 60, $function);
        echo "$name: ", $name === 'of PHP, optional' || $name === 'of PHP, closure' ? get_debug_type($value) : json_encode($value), "\n";
    } catch (\Error $error) {
        echo "$name: ", $error::class, ', ', explode(', called', $error->getMessage())[0], "\n";
    }
}
?>
--EXPECTF--
none: 0
untyped: "Strata\\Computed"
optional: "Strata\\Computed"
mixed: "Strata\\Computed"
typed: "Strata\\Computed"
nullable: "Strata\\Computed"
another type: "string"
variadic: 1
variadic of another type: 0
second: 2
method: "page 1"
method without: 0
static: "Strata\\Computed"
static array: "Strata\\Computed"
magic: "anything 0"
invokable: "Strata\\Computed"
first class: "page 1"
of PHP, none: %f
of PHP, optional: string
of PHP, closure: string
of PHP, takes it: "Strata\\Computed"
too many wanted: ArgumentCountError, Too few arguments to function %S{closure%S(), 1 passed%S
an int wanted: TypeError, %S{closure%S(): Argument #1 ($c) must be of type int, Strata\Computed given
of PHP, wants a string: TypeError, strlen(): Argument #1 ($string) must be of type string, Strata\Computed given
