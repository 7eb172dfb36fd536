--TEST--
Strata\Cache: an error handler that throws, or calls the cache, meets no half-done operation
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

class Noisy
{
    public $name = 'noisy';
    public function __sleep()
    {
        trigger_error('while writing', E_USER_WARNING);
        return ['name'];
    }
    public function __wakeup()
    {
        trigger_error('while reading', E_USER_WARNING);
    }
}

$cache = new Strata\Cache();
set_error_handler(function ($level, $message) use ($cache) {
    $cache->increment($message);
    $cache->set('key', "overwritten $message");
    return true;
});
$cache->set('key', new Noisy());
var_dump($cache->get('while writing'), $cache->get('key')->name, $cache->get('while reading'), $cache->get('key'));

set_error_handler(fn ($level, $message) => throw new ErrorException($message));
$cache->set('key', 'old');
try {
    $cache->set('key', [new Noisy()]);
} catch (Throwable $thrown) {
    echo get_class($thrown), ' < ', get_class($thrown->getPrevious()), ': ', $thrown->getPrevious()->getMessage(), "\n";
}
var_dump($cache->get('key'));
set_error_handler(fn () => true);
$cache->set('key', new Noisy());
set_error_handler(fn ($level, $message) => throw new ErrorException($message));
echo thrown(fn () => $cache->get('key')), "\n";
echo thrown(fn () => $cache->getMultiple(['none', 'key'])), "\n";
restore_error_handler();
restore_error_handler();
restore_error_handler();
var_dump($cache->get('while writing'));
?>
--EXPECT--
int(1)
string(5) "noisy"
int(1)
string(25) "overwritten while reading"
Strata\SerializationException < ErrorException: while writing
string(3) "old"
ErrorException: while reading
ErrorException: while reading
int(1)
