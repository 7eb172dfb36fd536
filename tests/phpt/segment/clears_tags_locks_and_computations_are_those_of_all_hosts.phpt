--TEST--
Named segment: clear(), tags, locks and remember() hold for every PHP on it, and for those that come later
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../support/segment.inc';
in_own_run();

$host = fn () => new Resident(['strata.segment' => SEGMENT_OF_USER, 'strata.memory' => '4M']);
[$one, $other] = [$host(), $host()];
$ask = fn (Resident $who, string $code) => json_encode($who->ask($code));

$one->ask('$GLOBALS["cache"] = new Strata\Cache();');
$other->ask('$GLOBALS["cache"] = new Strata\Cache();');
$one->ask('$GLOBALS["cache"]->set("post", "text", 60, ["posts"]); $GLOBALS["cache"]->namespace("de")->set("k", 1); $GLOBALS["cache"]->set("k", 2);');
$read = 'return [$GLOBALS["cache"]->get("post"), $GLOBALS["cache"]->namespace("de")->get("k"), $GLOBALS["cache"]->get("k")];';
echo 'seen: ', $ask($other, $read), "\n";
$other->ask('$GLOBALS["cache"]->invalidateTags("posts");');
echo 'tag: ', $ask($one, $read), "\n";
$one->ask('$GLOBALS["cache"]->namespace("de")->clear();');
echo 'namespace: ', $ask($other, $read), "\n";
$other->ask('$GLOBALS["cache"]->clear();');
echo 'all: ', $ask($one, $read), ' ', $ask($other, $read), "\n";

$lock = 'return ($GLOBALS["lock"] = $GLOBALS["cache"]->lock("report", ttl: 30))->acquire(0);';
echo 'lock: ', $ask($one, $lock), ' ', $ask($other, $lock);
$one->end(9);
echo ', after the holder was killed: ', $ask($other, 'return ($GLOBALS["lock"] = $GLOBALS["cache"]->lock("report", ttl: 30))->acquire(5);'), "\n";

$one = $host();
$other->begin('return strata_remember("slow", 60, function () { usleep(300000); return "by the other"; });');
usleep(100_000);
echo 'computed: ', $ask($one, 'return strata_remember("slow", 60, fn () => "by one");'), ' ', json_encode($other->finish()), "\n";
$other->begin('return strata_remember("dies", 60, function () { sleep(10); });');
usleep(100_000);
$other->end(9);
$began = microtime(true);
echo 'its computer died: ', $ask($one, 'return strata_remember("dies", 60, fn () => "by one");'), microtime(true) - $began < 2 ? '' : ' late', "\n";
echo $one->end();
$one = $host();
echo 'later: ', $ask($one, 'return [strata_get("slow"), strata_get("dies"), strata_get("k")];'), "\n";
?>
--EXPECT--
seen: ["text",1,2]
tag: [null,1,2]
namespace: [null,null,2]
all: [null,null,null] [null,null,null]
lock: true false, after the holder was killed: true
computed: "by the other" "by the other"
its computer died: "by one"
later: ["by the other","by one",null]
