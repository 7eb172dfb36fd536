--TEST--
Tags: what is none is refused before anything is written, with the argument and what is accepted
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
$inner = $cache->namespace('a')->namespace('b');
$many = fn (int $count) => array_map(fn ($number) => "tag $number", range(1, $count));
$wrong = [[''], ['right', str_repeat('t', 65537)], [1.5], [null], [true], [['nested']], [new stdClass()], $many(65)];

echo "- set\n";
foreach ($wrong as $tags) {
    echo thrown(fn () => $cache->set('key', 1, null, $tags)), "\n";
}
echo "- elsewhere\n";
$calls = ['strata_set' => fn ($tags) => strata_set('key', 1, tags: $tags), 'add' => fn ($tags) => $cache->add('key', 1, tags: $tags),
    'replace' => fn ($tags) => $cache->replace('key', 1, tags: $tags), 'setMultiple' => fn ($tags) => $cache->setMultiple(['key' => 1], tags: $tags),
    'remember' => fn ($tags) => $cache->remember('key', 60, fn () => print('computed'), tags: $tags),
    'strata_remember' => fn ($tags) => strata_remember('key', 60, fn () => print('computed'), tags: $tags),
    'rememberMultiple' => fn ($tags) => $cache->rememberMultiple(['key'], 60, fn () => print('computed'), tags: $tags)];
foreach ($calls as $call) {
    echo thrown(fn () => $call([''])), "\n";
}
foreach ($calls as $name => $call) {
    $said = array_map(fn ($tags) => preg_replace('/.*\(\$/', '', thrown(fn () => $call($tags))), $wrong);
    $said === ($first ??= $said) or print("$name differs: " . implode("\n", $said) . "\n");
}
echo thrown(fn () => $cache->set('key', 1, tags: 'tag')), "\n";
echo thrown(fn () => $inner->set('key', 1, tags: $many(63))), "\n";
var_dump($cache->has('key'), $inner->has('key'));

echo "- invalidateTags\n";
echo thrown(fn () => $cache->invalidateTags('right', '')), "\n", thrown(fn () => $cache->invalidateTags(['tag'])), "\n";
echo thrown(fn () => $cache->invalidateTags(str_repeat('t', 65537))), "\n", thrown(fn () => $cache->invalidateTags(tags: 'tag')), "\n";
var_dump($cache->invalidateTags());

echo "- Computed::tag\n";
$said = fn (...$tags) => thrown(fn () => $cache->remember('key', 60, fn ($computed) => $computed->tag(...$tags) && false, tags: $many(63)));
echo $said(''), "\n", $said('right', []), "\n", $said('one', 'two'), "\n", $said(), "\n";

echo "- what is accepted\n";
$tags = [17, '17', str_repeat('t', 65536), "\0", ...$many(61), ...$many(61)];
var_dump($cache->set('key', 1, 60, $tags), $inner->set('key', 1, 60, $many(62)));
?>
--EXPECT--
- set
ValueError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 65537 bytes given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of type string, float given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of type string, null given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of type string, bool given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of type string, array given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must contain only tags of type string, stdClass given
ValueError: Strata\Cache::set(): Argument #4 ($tags) must not make more than 64 tags of one value, the namespaces around its key included
- elsewhere
ValueError: strata_set(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::add(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::replace(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::setMultiple(): Argument #3 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::remember(): Argument #6 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: strata_remember(): Argument #6 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
ValueError: Strata\Cache::rememberMultiple(): Argument #4 ($tags) must contain only tags of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::set(): Argument #4 ($tags) must be of type array, string given
ValueError: Strata\Cache::set(): Argument #4 ($tags) must not make more than 64 tags of one value, the namespaces around its key included
bool(false)
bool(false)
- invalidateTags
ValueError: Strata\Cache::invalidateTags(): Argument #2 must be a tag of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Cache::invalidateTags(): Argument #1 must be of type string, array given
ValueError: Strata\Cache::invalidateTags(): Argument #1 must be a tag of 1 to 65536 bytes, 65537 bytes given
ArgumentCountError: Strata\Cache::invalidateTags() does not accept unknown named parameters
bool(true)
- Computed::tag
ValueError: Strata\Computed::tag(): Argument #1 must be a tag of 1 to 65536 bytes, 0 bytes given
TypeError: Strata\Computed::tag(): Argument #2 must be of type string, array given
ValueError: Strata\Computed::tag(): Argument #2 must not make more than 64 tags of one value, the namespaces around its key included
returned false
- what is accepted
bool(true)
bool(true)
