--TEST--
strata.unserialize_classes: of one host too; set() of another class says why; per database; bad lists are told
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$code = 'require "' . __DIR__ . '/../../support/show.inc"; require "' . __DIR__ . '/../../support/forgery.inc";
    error_reporting(E_ALL & ~E_DEPRECATED);
    $cache = new Strata\Cache();
    $held = new Plain();
    $held->held = [new Woken()];
    foreach (["plain" => new Plain(), "case" => Suit::Hearts, "date" => new DateTimeImmutable("@0"), "std" => new stdClass(),
        "held" => $held, "other case" => Forbidden::One, "data" => [[1.5, "O:5:\"Woken\":0:{}", null]]] as $key => $value) {
        $stored = thrown(fn () => $cache->set($key, $value));
        echo $stored, $stored === "returned true" ? "" : "; " . told($cache->fetch($key)), "\n";
        $stored === "returned true" && expect_same($value, $cache->get($key), $key);
    }
    echo json_encode($cache->getMultiple(array_keys(["plain" => 1, "held" => 1, "data" => 1]))), "\n";
    echo thrown(fn () => $cache->setMultiple(["a" => 1, "b" => [new Woken()]])), " ", json_encode($cache->get("a")), "\n";
    echo thrown(fn () => $cache->remember("r", 60, fn () => new Woken())), "\n", Ran::told(), "\n";';

$ini = ['strata.memory' => '4M', 'strata.unserialize_classes' => 'App\Nothing, \plain,SUIT,DateTimeImmutable'];
echo "names\n", php($ini, $code);
foreach (['none' => 'none', 'none without quotes' => ''] as $what => $list) {
    echo "\n$what\n", php(['strata.unserialize_classes' => $list] + $ini, $code);
}
echo "\nby databases\n", php(['strata.unserialize_classes' => 'none', 'strata.databases' => 'feed,shop',
    'strata.feed.unserialize_classes' => 'stdClass', 'strata.shop.unserialize_classes' => 'all'], '
    foreach (["default", "feed", "shop"] as $name) {
        try {
            var_dump((new Strata\Cache($name))->set("k", [new stdClass()]));
        } catch (Strata\SerializationException $e) {
            echo $e->getMessage(), "\n";
        }
    }');

echo "\nwhat is no list\n";
foreach (['9a', 'App\\', 'A,,B', 'A,', 'all,A', 'A B', 'A;B'] as $list) {
    echo php(['strata.unserialize_classes' => $list], 'echo json_encode([strata_set("k", [1]), ini_get("strata.unserialize_classes")]), "\n";
        try {
            var_dump(strata_set("k", new stdClass()));
        } catch (Strata\SerializationException $e) {
            echo $e->getMessage(), "\n";
        }');
}
foreach (['strata.unserialize_classes[]', 'strata.feed.unserialize_classes[]'] as $directive) {
    $ini = ['strata.databases' => 'feed', 'strata.unserialize_classes' => 'all', $directive => 'stdClass'];
    echo php($ini, 'foreach (["default", "feed"] as $name) {
        try {
            var_dump((new Strata\Cache($name))->set("k", new stdClass()));
        } catch (Strata\SerializationException $e) {
            echo "$name: ", $e->getMessage(), "\n";
        }
    }');
}
?>
--EXPECT--
names
returned true
returned true
returned true
Strata\SerializationException: key "std": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "held": a value of type Woken (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "other case": a value of type Forbidden (not named by strata.unserialize_classes) cannot be stored; miss local
returned true
{"plain":{"held":null},"held":null,"data":[[1.5,"O:5:\"Woken\":0:{}",null]]}
Strata\SerializationException: key "b": a value of type Woken (not named by strata.unserialize_classes) cannot be stored null
Strata\SerializationException: key "r": a value of type Woken (not named by strata.unserialize_classes) cannot be stored
nothing ran

none
Strata\SerializationException: key "plain": a value of type Plain (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "case": a value of type Suit (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "date": a value of type DateTimeImmutable (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "std": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "held": a value of type Plain (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "other case": a value of type Forbidden (not named by strata.unserialize_classes) cannot be stored; miss local
returned true
{"plain":null,"held":null,"data":[[1.5,"O:5:\"Woken\":0:{}",null]]}
Strata\SerializationException: key "b": a value of type Woken (not named by strata.unserialize_classes) cannot be stored null
Strata\SerializationException: key "r": a value of type Woken (not named by strata.unserialize_classes) cannot be stored
nothing ran

none without quotes
Strata\SerializationException: key "plain": a value of type Plain (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "case": a value of type Suit (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "date": a value of type DateTimeImmutable (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "std": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "held": a value of type Plain (not named by strata.unserialize_classes) cannot be stored; miss local
Strata\SerializationException: key "other case": a value of type Forbidden (not named by strata.unserialize_classes) cannot be stored; miss local
returned true
{"plain":null,"held":null,"data":[[1.5,"O:5:\"Woken\":0:{}",null]]}
Strata\SerializationException: key "b": a value of type Woken (not named by strata.unserialize_classes) cannot be stored null
Strata\SerializationException: key "r": a value of type Woken (not named by strata.unserialize_classes) cannot be stored
nothing ran

by databases
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
bool(true)
bool(true)

what is no list
Warning: strata.unserialize_classes: "9a" is no list: 9a is no name of a class; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"9a"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "App\" is no list: App\ is no name of a class; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"App\\"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "A,,B" has a comma too many; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"A,,B"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "A," has a comma too many; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"A,"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "all,A" is no list: all has no place among other names; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"all,A"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "A B" is no list: A B is no name of a class; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"A B"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: "A;B" is no list: A;B is no name of a class; accepted: all, none, or names of classes such as App\User,DateTimeImmutable; with a mistake it counts as none in Unknown on line 0
[true,"A;B"]
key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.unserialize_classes: [] makes it an array; accepted: one value, without [] in Unknown on line 0
default: key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
feed: key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
Warning: strata.feed.unserialize_classes: [] makes it an array; accepted: one value, without [] in Unknown on line 0
bool(true)
feed: key "k": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored
