--TEST--
objects: what was read stays whole in a process, in its forked children and theirs, while the keys are replaced, deleted and evicted
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fork();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/object_runs.inc';

in_all_ways_and_serializers('require "' . dirname(__DIR__, 2) . '/support/fork.inc";' . comparing('
    $make = function (int $n): array {
        $point = new Point($n, -$n);
        return [$point, "text" => str_repeat("text $n ", 90), new Plain(["of $n", [$point, str_repeat(chr(65 + $n % 26), 700)]], Suit::Hearts),
            new Entity($n, "name $n", Level::Low, new DateTimeImmutable("@$n"), ["tag $n"])];
    };
    $wrong = function (array $held) use ($make): int {
        $wrong = 0;
        foreach ($held as $i => $value) {
            $wrong += (int) ($value != $make($i) || $value[0] !== $value[1]->a[1][0] || $value[1]->b !== Suit::Hearts);
        }
        return $wrong;
    };
    $held = [];
    for ($i = 0; $i < 60; $i++) {
        strata_set("held $i", $make($i));
        $held[] = strata_get("held $i");
    }
    $said = in_child(function () use (&$held, $make, $wrong) {
        $said = in_children(2, function (int $child) use (&$held, $make, $wrong) {
            for ($i = 0; $i < 60; $i++) {
                $i % 2 ? strata_delete("held $i") : strata_set("held $i", [new Plain("something else")]);
            }
            for ($i = 0; $i < 2000; $i++) {
                strata_set("filler $child " . $i % 500, $make($i + 7));
                $i % 5 || strata_get("filler $child " . $i % 400);
            }
            return $wrong($held);
        });
        return array_sum($said) + $wrong($held);
    });
    echo "$said wrong below, ", $wrong($held), " wrong here\n";
    for ($i = 0; $i < 60; $i++) {
        $value = strata_get("held $i");
        if ($value !== null && ($i % 2 || $value[0]->a !== "something else")) {
            echo "held $i is back\n";
        }
    }
'), ['strata.memory' => '4M']);
?>
--EXPECT--
0 wrong below, 0 wrong here
