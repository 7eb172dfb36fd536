--TEST--
objects: get, getMultiple, fetch, fetchMultiple, remember, compareAndSet, add, replace, setMultiple and transactions give the same
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers(comparing('
    $cache = new Strata\Cache();
    $names = ["plain", "readonly class", "ring of 2", "shared, deep", "references between properties", "enums everywhere",
        "__sleep() leaves a secret out", "stdClass, names like numbers", "dates", "unset, with a default"];
    $values = object_values();
    ini_get("strata.serializer") === "php" && ini_get("strata.zero_copy") !== "off" && $names[] = "10000";
    $values["10000"] = fn () => array_map(fn ($i) => new Plain($i, $i % 7 ? "x" : new Point($i, 0)), range(1, 10_000));
    $says = fn (mixed $value): string => is_array($value) && count($value) === 10_000
        ? hash("xxh3", serialize($value)) . $value[9999]->a . count(array_unique(array_map("spl_object_id", $value))) : drawn($value);
    $check = function (string $name, string $how, string $expected, mixed $value) use ($says): void {
        $difference = first_difference($expected, $says($value));
        echo $difference === "" ? "" : "$name, $how: $difference\n";
    };
    $count = 0;
    foreach ($names as $name) {
        $value = $values[$name]();
        $expected = $says(unserialize(serialize($value)));
        $as_is = $says($value);
        $cache->add($name, $value);
        $check($name, "added", $expected, $cache->get($name));
        $check($name, "fetched", $expected, $cache->fetch($name)->value);
        $check($name, "remembered", $expected, $cache->remember($name, 60, fn () => "computed"));
        $check($name, "in a batch", $expected, $cache->getMultiple(["other", $name])[$name]);
        $check($name, "fetched in a batch", $expected, $cache->fetchMultiple([$name, "other"])[$name]->value);
        $seen = $cache->fetch($name);
        $cache->compareAndSet($name, $seen, $value) || print("$name: not compared and set\n");
        $cache->compareAndSet($name, $seen, 1) && print("$name: set over another one\n");
        $check($name, "compared and set", $expected, strata_get($name));
        $cache->replace($name, [$name => $value]);
        $check($name, "replaced", $expected, strata_get($name)[$name]);
        $cache->setMultiple(["$name 1" => $value, "$name 2" => [$value]]);
        $check($name, "of several", $expected, strata_get("$name 1"));
        $check($name, "of several, the other one", $expected, strata_get("$name 2")[0]);
        $cache->begin();
        $cache->set($name, [1, $value]);
        $check($name, "in a transaction", $expected, $cache->get($name)[1]);
        $cache->commit();
        $check($name, "after it", $expected, $cache->get($name)[1]);
        $cache->begin();
        $check($name, "read in one", $expected, $cache->get($name)[1]);
        $cache->rollback();
        $cache->delete($name);
        $check($name, "computed", $as_is, $cache->remember($name, 60, fn () => $value));
        $check($name, "computed before", $expected, $cache->remember($name, 60, fn () => "computed twice"));
        $all = $cache->rememberMultiple([$name, "$name 1"], 60, fn () => []);
        $check($name, "remembered with another", $expected, $all["$name 1"]);
        $check($name, "another", $expected, $all[$name]);
        try {
            $cache->increment($name);
            echo "$name: incremented\n";
        } catch (Strata\StrataException) {
            $count++;
        }
        $cache->compareAndDelete($name, $cache->fetch($name)) && strata_has($name) && print("$name: still there\n");
    }
    echo $count === count($names) ? "all kinds" : $count, "\n";
'), ['strata.memory' => '128M', 'memory_limit' => '256M']);
?>
--EXPECT--
all kinds
