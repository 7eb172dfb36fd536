--TEST--
Strata\Cache: an object whose class did not call parent::__construct() says so in every method
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Forgetful extends Strata\Cache
{
    public function __construct()
    {
    }
}
class Dutiful extends Strata\Cache
{
    public array $log = [];
    public function __construct()
    {
        parent::__construct('default');
    }
    public function get($key, $default = null): mixed
    {
        $this->log[] = $key;
        return parent::get($key, $default);
    }
}

$forgetful = new Forgetful();
$calls = ['get' => ['k'], 'set' => ['k', 1], 'delete' => ['k'], 'clear' => [], 'getMultiple' => [['k']],
    'setMultiple' => [['k' => 1]], 'deleteMultiple' => [['k']], 'has' => ['k'], 'fetch' => ['k'], 'add' => ['k', 1],
    'replace' => ['k', 1], 'touch' => ['k'], 'increment' => ['k'], 'decrement' => ['k'],
    'remember' => ['k', null, fn () => 1], 'rememberMultiple' => [['k'], null, fn () => []], 'fetchMultiple' => [['k']], 'namespace' => ['n'], 'invalidateTags' => ['t'], 'lock' => ['l', 1],
    'begin' => [], 'commit' => [], 'rollback' => [],
    'compareAndSet' => ['k', (new Strata\Cache())->fetch('k'), 1], 'compareAndDelete' => ['k', (new Strata\Cache())->fetch('k')]];
foreach ($calls as $method => $arguments) {
    $message = thrown(fn () => $forgetful->$method(...$arguments));
    $message === 'Error: Forgetful must call parent::__construct() before it is used' or print("$method: $message\n");
}
$methods = array_map(fn ($method) => $method->name, (new ReflectionClass('Strata\Cache'))->getMethods());
var_dump(array_diff($methods, array_keys($calls), ['__construct']));

$dutiful = new Dutiful();
$dutiful->set('key', 'value');
var_dump($dutiful->get('key'), $dutiful->log);
echo thrown(fn () => $forgetful->__construct()), "\n", thrown(fn () => $forgetful->get('key')), "\n";
?>
--EXPECT--
array(0) {
}
string(5) "value"
array(1) {
  [0]=>
  string(3) "key"
}
returned NULL
Error: Forgetful must call parent::__construct() before it is used
