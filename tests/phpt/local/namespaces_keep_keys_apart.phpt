--TEST--
Namespaces: the same key is another one in each, in every method, and no key of the root is one of a namespace
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$root = new Strata\Cache();
$spaces = ['root' => $root, 'posts' => new Strata\Cache('default', 'posts'), 'de' => $root->namespace('posts')->namespace('de'),
    'de of root' => $root->namespace('de'), 'one name' => $root->namespace('posts:de'), 'any bytes' => $root->namespace("\0{~\xFF")];
$keys = ['key', '~', '~:', '~:key', '~0123456789abcdef:key', '7', "{\0}", str_repeat('k', 250), str_repeat('k', 65536), str_repeat('~', 65536)];
$all = fn ($check) => array_filter($spaces, fn ($space, $name) => array_filter($keys, fn ($key) => !$check($space, $key, "$name/$key")),
    ARRAY_FILTER_USE_BOTH) === [];

var_dump($all(fn ($space, $key, $value) => $space->set($key, $value)));
var_dump($all(fn ($space, $key, $value) => $space->get($key) === $value && $space->has($key) && $space->fetch($key)->value === $value));
var_dump($all(fn ($space, $key, $value) => $space->getMultiple([$key, 'none']) == [$key => $value, 'none' => null]));
var_dump($all(fn ($space, $key, $value) => $space->remember($key, null, fn () => 'computed') === $value));
var_dump($all(fn ($space, $key, $value) => $space->compareAndSet($key, $space->fetch($key), [$value])));
var_dump($all(fn ($space, $key, $value) => $space->get($key) === [$value] && $space->fetchMultiple([$key])[$key]->value === [$value]));
var_dump($all(fn ($space, $key, $value) => $space->delete($key)));
var_dump($all(fn ($space, $key, $value) => $space->remember($key, null, fn () => $value) === $value));
var_dump($all(fn ($space, $key, $value) => $space->rememberMultiple([$key, 'all'], null, fn ($keys) => array_fill_keys($keys, $value))[$key] === $value));
var_dump($all(fn ($space, $key, $value) => $space->deleteMultiple([$key])));
var_dump($all(fn ($space, $key, $value) => $space->setMultiple([$key => $value]) && !$space->add($key, 1) && $space->replace($key, $value) && $space->touch($key, 60)));
var_dump($all(fn ($space, $key, $value) => $space->get($key) === $value && $space->delete($key) && $space->add($key, 1)));
var_dump($all(fn ($space, $key, $value) => $space->increment($key) === 2 && $space->decrement($key, 3) === -1));

echo "- a result is of one namespace\n";
$seen = $spaces['posts']->fetch('key');
echo thrown(fn () => $root->compareAndSet('key', $seen, 1)), "\n";
echo thrown(fn () => $spaces['de']->compareAndDelete('key', $seen)), "\n";
var_dump((new Strata\Cache(namespace: 'posts'))->compareAndDelete('key', $seen), $spaces['posts']->has('key'), $root->has('key'));

echo "- messages show the key of the script\n";
foreach ([$root, $spaces['de']] as $space) {
    echo thrown(fn () => $space->set('~key', fn () => 1)), "\n";
    $space->set('~key', 'text');
    echo thrown(fn () => $space->increment('~key')), "\n";
}
echo thrown(fn () => $root->namespace('n')->rememberMultiple(['a'], 1, fn () => ['~:b' => 1])), "\n";

echo "- names\n";
echo thrown(fn () => $root->namespace('')), "\n", thrown(fn () => $root->namespace(str_repeat('n', 256))), "\n";
echo thrown(fn () => new Strata\Cache('default', str_repeat('n', 256))), "\n";
$deep = array_reduce(range(1, 8), fn ($space, $name) => $space->namespace((string) $name), $root);
var_dump($deep->set('key', 'deep'), $deep->get('key'), (new Strata\Cache(namespace: ''))->get('~:key') === $root->get('~:key'));
echo thrown(fn () => $deep->namespace('9')), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
- a result is of one namespace
ValueError: Strata\Cache::compareAndSet(): Argument #2 ($seen) must be what fetch() returned for this key of this database and namespace
ValueError: Strata\Cache::compareAndDelete(): Argument #2 ($seen) must be what fetch() returned for this key of this database and namespace
bool(true)
bool(false)
bool(true)
- messages show the key of the script
Strata\SerializationException: key "~key": a value of type Closure cannot be stored
Strata\SerializationException: key "~key": the stored value is not an integer
Strata\SerializationException: key "~key": a value of type Closure cannot be stored
Strata\SerializationException: key "~key": the stored value is not an integer
ValueError: The function of rememberMultiple() returned a value under the key "~:b", which it was not given: values stand under their keys
- names
ValueError: Strata\Cache::namespace(): Argument #1 ($name) must be a name of 1 to 255 bytes, 0 bytes given
ValueError: Strata\Cache::namespace(): Argument #1 ($name) must be a name of 1 to 255 bytes, 256 bytes given
ValueError: Strata\Cache::__construct(): Argument #2 ($namespace) must be a name of 1 to 255 bytes, 256 bytes given
bool(true)
string(4) "deep"
bool(true)
ValueError: Strata\Cache::namespace(): Argument #1 ($name) must not lead deeper than 8 namespaces in one another
