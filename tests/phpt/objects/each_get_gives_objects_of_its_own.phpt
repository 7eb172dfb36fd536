--TEST--
objects: each get makes new ones; what a script does to them, and to the strings and arrays in them, changes neither the cache nor what others got
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers(comparing('
    function change(mixed &$value, array &$seen = []): void
    {
        if (is_string($value)) {
            $value[0] = "!";
            $value .= "changed";
        } elseif (is_array($value)) {
            foreach ($value as $key => &$element) {
                change($element, $seen);
            }
            unset($element);
            $value["added"] = new Plain();
            array_pop($value);
            $value = array_reverse($value, true);
            $value[] = "added";
        } elseif (is_object($value) && !isset($seen[spl_object_id($value)]) && !$value instanceof UnitEnum) {
            $seen[spl_object_id($value)] = $value;
            foreach ((new ReflectionObject($value))->getProperties() as $property) {
                if ($property->isStatic() || $property->isReadOnly() || !$property->isInitialized($value)) {
                    continue;
                }
                $held = $property->getValue($value);
                change($held, $seen);
                try {
                    $property->setValue($value, $held);
                } catch (TypeError) {
                }
            }
        }
    }

    $values = [
        "plain" => fn () => new Plain("text", ["a" => ["b" => ["c", "text"]]]),
        "shared" => fn () => [$p = new Plain(["x", new Plain("y", [])]), $p, "p" => [$p]],
        "stdClass" => fn () => (object) ["a" => "text", "list" => [1, "two", (object) ["z" => "z"]]],
        "dynamic" => fn () => with(new Dynamic(), ["x" => ["y"]]),
        "entities" => fn () => [new Entity(1, "name", Level::Low, new DateTimeImmutable("@5"), ["a", "b"]), new Card(Suit::Hearts, 5)],
        "dates" => fn () => new Plain([new DateTime("2024-01-01 UTC")]),
    ];
    foreach ($values as $name => $make) {
        $expected = expected_of($make);
        strata_set($name, $make());
        $kept = strata_get($name);
        for ($i = 0; $i < 3; $i++) {
            $got = strata_get($name);
            compare_drawn("$name, $i", $expected, $got);
            change($got);
            drawn($got) === $expected && print("$name: nothing was changed\n");
        }
        compare_drawn("$name, read before all that", $expected, $kept);
        $all = (new Strata\Cache())->getMultiple([$name, "none", $name]);
        compare_drawn("$name, in a batch", $expected, $all[$name]);
        $kept = null;
        $all = null;
    }
    $date = strata_get("dates");
    $date->a[0]->modify("+5 years")->setTimezone(new DateTimeZone("Asia/Tokyo"));
    compare_drawn("dates, modified", expected_of($values["dates"]), strata_get("dates"));
    var_dump(strata_get("plain") === strata_get("plain"));
    var_dump(strata_get("plain") == strata_get("plain"));
'));
?>
--EXPECT--
bool(false)
bool(true)
