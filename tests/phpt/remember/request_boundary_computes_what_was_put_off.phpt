--TEST--
strata_request_boundary(): a program that serves many requests computes there what each of them put off
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/put_off.inc';
require __DIR__ . '/../../support/fork.inc';

$cache = new Strata\Cache;
leave_stale($cache, 'a', 'b', 'c', 'd');
final class Held
{
    public static int $count = 0;
    public function __construct() { self::$count++; }
    public function __destruct() { self::$count--; }
    public function get() { return 'new'; }
}
$show = fn () => print(json_encode($cache->getMultiple(['a', 'b', 'c', 'd'])) . ', held: ' . Held::$count . "\n");

echo put_off($cache, 'a', [new Held, 'get']), put_off($cache, 'b', (new Held)->get(...)), "\n";
$show();
strata_request_boundary();
$show();
strata_request_boundary();

/* Exceptions are for the log; the boundary itself goes well. */
put_off($cache, 'c', function () { $held = new Held; throw new Exception('into the log'); });
put_off($cache, 'd', function () {
    strata_request_boundary();
    return 'new';
});
strata_request_boundary();
$show();

/* What a parent put off is not its children's. */
$parent = getmypid();
put_off($cache, 'c', function () use ($parent) {
    echo 'computed by ', getmypid() === $parent ? 'the parent' : 'a child', "\n";
    return 'new';
});
in_children(2, fn () => strata_request_boundary());
$show();
strata_request_boundary();
$show();

/* More than can wait is computed at once. */
$keys = array_map(fn ($i) => "key $i", range(1, 1010));
leave_stale($cache, ...$keys);
$now = 0;
foreach ($keys as $key) {
    put_off($cache, $key, function () use (&$now) { $now++; return 'new'; });
}
echo "at once: $now, ";
strata_request_boundary();
echo "all: $now\n";

/* exit() ends the program, and the rest is computed when it is over. */
leave_stale($cache, 'a2', 'b2');
put_off($cache, 'a2', function () { exit("exit\n"); });
put_off($cache, 'b2', fn () => print("at the end\n"));
strata_request_boundary();
echo "not reached\n";
?>
--EXPECTF--
oldold
{"a":null,"b":null,"c":null,"d":null}, held: 2
{"a":"new","b":"new","c":null,"d":null}, held: 0
%A
Fatal error: Uncaught Exception: into the log in %s
Stack trace:
#0 [internal function]: {closure%S}()
#1 %s: strata_request_boundary()
#2 {main}
  thrown in %s on line %d
{"a":"new","b":"new","c":null,"d":"new"}, held: 0
{"a":"new","b":"new","c":null,"d":"new"}, held: 0
computed by the parent
{"a":"new","b":"new","c":"new","d":"new"}, held: 0
at once: 10, all: 1010
exit
at the end
