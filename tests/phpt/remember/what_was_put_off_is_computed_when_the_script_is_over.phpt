--TEST--
remember(): Refresh::AfterResponse returns what is stale, and computes it in order when the script is over
--FILE--
<?php
require __DIR__ . '/../../support/put_off.inc';

use Strata\Refresh;

final class Page
{
    public function __construct(private string $name) {}
    public function __destruct() { echo "($this->name is gone)\n"; }
    public function remember(Strata\Cache $cache) { return $cache->remember('private', 600, [$this, 'load'], refresh: Refresh::AfterResponse); }
    private function load() { echo "private method of $this->name\n"; return 'new'; }
    public static function text() { echo "static method\n"; return 'new'; }
    public function __call($name, $arguments) { echo "$name() of $this->name\n"; return 'new'; }
}

$cache = new Strata\Cache;
$keys = ['closure', 'private', 'static', 'magic', 'function', 'fiber', 'nested', 'failing'];
leave_stale($cache, ...$keys);
$say = fn (string $text) => function () use ($text) { echo "$text\n"; return 'new'; };

register_shutdown_function(function () use ($cache, $say) {
    echo "shutdown function of the script\n";
    register_shutdown_function(function () use ($cache, $say) {
        echo "shutdown function that another one registered\n";
        echo put_off($cache, 'closure', $say('never')), "\n";
    });
});
ob_start(fn ($output) => $output === '' ? '' : "[buffer]\n{$output}[/buffer]\n");

/* What is missing, and what is new, has nothing to wait for. */
echo put_off($cache, 'missing', $say('at once')), put_off($cache, 'missing', $say('never')), "\n";
echo put_off($cache, 'closure', $say('closure')), ' ', put_off($cache, 'closure', $say('never')), "\n";
echo (new Page('page 1'))->remember($cache), ' ', put_off($cache, 'static', 'Page::text'), ' ',
    put_off($cache, 'magic', [new Page('page 2'), 'anything']), ' ', put_off($cache, 'function', 'phpversion'), "\n";
(new Fiber(fn () => print(put_off($cache, 'fiber', $say('from a fiber')) . "\n")))->start();
put_off($cache, 'nested', function () use ($cache, $say) {
    leave_stale($cache, 'inner');
    echo put_off($cache, 'inner', $say('at once, because it is after the response')) . " inside\n";
    return 'new';
});
/* One of the values came meanwhile. */
put_off($cache, 'failing', $say('never'));
$cache->set('failing', 'set');
register_shutdown_function(function () { echo "the last shutdown function\n"; });

/* Destructors of objects that live on come when all is over. */
$last = new class($cache, $keys, $say) {
    public function __construct(private $cache, private $keys, private $say) {}
    public function __destruct()
    {
        leave_stale($this->cache, 'late');
        echo put_off($this->cache, 'late', ($this->say)('too late for later')), "\n";
        echo json_encode($this->cache->getMultiple([...$this->keys, 'late', 'inner'])), "\n";
    }
};
echo "the script is over\n";
?>
--EXPECTF--
[buffer]
at once
newnew
old old
old old old old
old
the script is over
shutdown function of the script
the last shutdown function
shutdown function that another one registered
old
[/buffer]
closure
private method of page 1
(page 1 is gone)
static method
anything() of page 2
(page 2 is gone)
from a fiber
at once, because it is after the response
old inside
too late for later
old
{"closure":"new","private":"new","static":"new","magic":"new","function":"%s","fiber":"new","nested":"new","failing":"set","late":"new","inner":"new"}
