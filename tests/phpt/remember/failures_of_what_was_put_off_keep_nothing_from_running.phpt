--TEST--
remember(): exceptions and exit() in what was put off are said in the log, and the rest is computed
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$support = __DIR__ . '/../../support/put_off.inc';
$try = function (string $code, array $ini = []) use ($support) {
    $setup = 'require ' . var_export($support, true) . '; $cache = new Strata\Cache; leave_stale($cache, "a", "b", "c", "d");
        $show = fn () => print(json_encode($cache->getMultiple(["a", "b", "c", "d"])) . " leases: " . strata_status()["host"]["leases"] . "\n");
        $last = new class($show) { function __construct(private $show) {} function __destruct() { ($this->show)(); } };
        set_exception_handler(fn ($e) => print("handler of the script\n"));';
    echo preg_replace(['~ in Command line code(:\d+| on line \d+)~', '~^ +thrown.*\n~m', '~^Stack trace:\n(#.*\n)+~m'], '', php($ini, $setup . $code)), "\n";
};
$try('put_off($cache, "a", fn () => throw new DomainException("a fails"));
    put_off($cache, "b", function () { echo "b exits\n"; exit(3); });
    put_off($cache, "c", fn () => no_such_function());
    put_off($cache, "d", fn () => "new");');
$try('put_off($cache, "b", function () { echo "b exits\n"; exit(3); }); put_off($cache, "c", fn () => "new");');
/* What cannot be computed is left stale, where that is asked for: nothing failed. */
$try('$cache->remember("a", 600, fn () => throw new DomainException("a fails"), 600, 1, [], Strata\Refresh::AfterResponse, Strata\OnError::Stale);
    put_off($cache, "b", fn () => "new");');
/* exit() in the script, an exception that ends it, and a fatal error do not keep it from being computed. */
$try('put_off($cache, "a", fn () => "new"); exit("bye\n");');
$try('put_off($cache, "a", fn () => "new"); restore_exception_handler(); throw new LogicException("the script fails");');
$try('put_off($cache, "a", fn () => print("computed\n")); ini_set("memory_limit", "8M"); $x = str_repeat("x", 1 << 27);');
/* A shutdown function that exits is the last one: nothing is computed, and the next script may. */
$try('put_off($cache, "a", fn () => "new"); register_shutdown_function(fn () => exit("exit\n"));');
/* A fatal error in one is the last of them. */
$try('put_off($cache, "a", fn () => str_repeat("x", 1 << 40)); put_off($cache, "b", fn () => "new");');
?>
--EXPECTF--
Fatal error: Uncaught DomainException: a fails
b exits
Fatal error: Uncaught Error: Call to undefined function no_such_function()
{"a":null,"b":null,"c":null,"d":"new"} leases: 0
exit code 255

b exits
{"a":null,"b":null,"c":"new","d":null} leases: 0
exit code 3

strata: key "a": what was stored before is served, since computing it failed: DomainException: a fails
{"a":null,"b":"new","c":null,"d":null} leases: 0

bye
{"a":"new","b":null,"c":null,"d":null} leases: 0

Fatal error: Uncaught LogicException: the script fails
{"a":"new","b":null,"c":null,"d":null} leases: 0
exit code 255

Fatal error: Allowed memory size of %d bytes exhausted%S (tried to allocate %d bytes)
computed
exit code 255

exit
{"a":null,"b":null,"c":null,"d":null} leases: 0

Fatal error: Allowed memory size of %d bytes exhausted%S (tried to allocate %d bytes)
exit code 255
