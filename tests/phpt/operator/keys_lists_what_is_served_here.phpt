--TEST--
strata_keys(): keys of the local tier by prefix, with size, ends, type and tags, and nothing that is not served
--INI--
strata.memory=16M
strata.memcached=
strata.redis=
--FILE--
<?php
$names = function (array $keys): string {
    $names = array_map('strval', array_keys($keys));
    sort($names);
    return implode(' ', $names);
};
$cache = new Strata\Cache();
$cache->clear();
$cache->set('user:1', 'x', 60);
$cache->set('user:2', [1, 2, 3]);
$cache->set('user:3', 3);
$cache->set('user:4', new ArrayObject([1]));
$cache->set('user:5', null);
$cache->set('users', str_repeat('y', 100));
$cache->set('~odd', true);
$cache->set('17', 1.5, tags: ['news']);
echo $names(strata_keys()), "\n", $names(strata_keys('user:')), "\n", $names(strata_keys('users')), "|", $names(strata_keys('~')), '|', $names(strata_keys('none')), "\n";

echo "-- what is told\n";
foreach (strata_keys() as $key => $about) {
    $lines[] = "$key $about[type] $about[tags] " . ($about['ttl'] === null ? 'for ever' : ($about['ttl'] > 50 && $about['ttl'] <= 60 ? 'about 60 s' : $about['ttl']))
        . ($about['bytes'] >= $about['size'] + 96 && $about['bytes'] % 16 === 0 ? '' : ' bytes?') . ($about['age'] < 50 ? '' : ' age?');
}
sort($lines);
echo implode("\n", $lines), "\n";
var_dump(strata_keys('users')['users']['size'], strata_keys('user:3')['user:3']['size']);

echo "-- what is not there any more\n";
$cache->delete('user:1');
$cache->invalidateTags('news');
$cache->set('user:2', 'another');
echo $names(strata_keys()), ' ', strata_keys('user:2')['user:2']['type'], "\n";

echo "-- namespaces\n";
$space = $cache->namespace('wp:posts');
$space->set('17', 'post');
$space->set('~18', 'post');
$space->namespace('de')->set('19', 'beitrag');
echo $names(strata_keys()), '|', $names(strata_keys('', 100, 'default', 'wp:posts')), '|', $names(strata_keys('~', 100, 'default', 'wp:posts')), '|',
    $names(strata_keys('', 100, 'default', 'wp')), "\n";
$space->clear();
echo $names(strata_keys('', 100, 'default', 'wp:posts')), "\n";

echo "-- clear\n";
$cache->clear();
var_dump(strata_keys());

echo "-- refused\n";
foreach ([['', 0], ['', 10001], ['', 1, 'nowhere'], ['', 1, 'default', str_repeat('n', 256)]] as $arguments) {
    try {
        strata_keys(...$arguments);
    } catch (Throwable $thrown) {
        echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
    }
}
$cursor = 'word';
try {
    strata_keys('', 1, 'default', '', $cursor);
} catch (Throwable $thrown) {
    echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
}
?>
--EXPECT--
17 user:1 user:2 user:3 user:4 user:5 users ~odd
user:1 user:2 user:3 user:4 user:5
users|~odd|
-- what is told
17 double 1 for ever
user:1 string 0 about 60 s
user:2 image 0 for ever
user:3 integer 0 for ever
user:4 php 0 for ever
user:5 null 0 for ever
users string 0 for ever
~odd true 0 for ever
int(100)
int(8)
-- what is not there any more
user:2 user:3 user:4 user:5 users ~odd string
-- namespaces
user:2 user:3 user:4 user:5 users ~odd|17 ~18|~18|

-- clear
array(0) {
}
-- refused
ValueError: strata_keys(): Argument #2 ($limit) must be between 1 and 10000
ValueError: strata_keys(): Argument #2 ($limit) must be between 1 and 10000
Strata\ConfigurationException: there is no database "nowhere": strata.databases must name it
ValueError: strata_keys(): Argument #4 ($namespace) must be at most 255 bytes
ValueError: strata_keys(): Argument #5 ($cursor) must be null, or what the last call left there
