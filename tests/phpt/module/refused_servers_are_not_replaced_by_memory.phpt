--TEST--
php.ini: a database whose servers were refused answers Unconfigured, is no local cache, and is seen in status and phpinfo()
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$code = <<<'PHP'
set_error_handler(fn ($code, $text) => throw new ErrorException($text));
function thrown(callable $call): string
{
    try {
        return json_encode($call());
    } catch (Throwable $error) {
        return get_class($error) . ': ' . substr($error->getMessage(), 0, 60);
    }
}
$cache = new Strata\Cache();
$calls = [
    'set' => fn () => $cache->set('a', 1),
    'get' => fn () => $cache->get('a', 'default'),
    'reason' => fn () => $cache->fetch('a')->reason,
    'remember' => fn () => $cache->remember('a', 60, fn () => 1),
    'again' => fn () => $cache->remember('a', 60, fn () => 2),
    'setMultiple' => fn () => $cache->setMultiple(['a' => 1]),
    'clear' => fn () => $cache->clear(),
    'tags' => fn () => $cache->invalidateTags('t'),
    'lock' => fn () => $cache->lock('l', ttl: 1)->acquire(),
    'increment' => fn () => $cache->increment('n'),
    'begin' => fn () => $cache->begin(),
    'put off' => fn () => $cache->set('a', 1),
    'commit' => fn () => $cache->commit(),
    'other' => fn () => (new Strata\Cache('other'))->set('a', 1),
    'throwing' => fn () => (new Strata\Cache('throwing'))->get('a'),
];
foreach ($calls as $name => $call) {
    echo "$name: ", thrown($call), "\n";
}
$seen = strata_status()['configuration'];
foreach ($seen['refused'] as $refused) {
    echo $refused['directive'], ' in ', $refused['place'], ', ', $refused['count'], "\n";
}
echo implode(', ', array_keys($seen['unconfigured'])), ' ', $seen['not_kept'], "\n";
var_dump($seen['settings']['default']['redis'], $seen['settings']['other']['redis'], $seen['settings']['default']['password']);
ob_start();
phpinfo(INFO_MODULES);
$info = ob_get_clean();
var_dump(substr_count($info, 'refused in php.ini => strata.redis: '), substr_count($info, 'database default => not configured: '));
var_dump(str_contains($info . json_encode($seen), 'SECRET'));
PHP;
$said = php([
    'strata.databases' => 'other,throwing',
    'strata.redis' => 'redis://app:SECRET',
    'strata.password' => 'SECRET',
    'strata.other.redis' => '',
    'strata.throwing.on_error' => 'throw',
], $code);
echo preg_replace('/^Warning: .*\n/m', '', ltrim($said));
?>
--EXPECT--
set: false
get: "default"
reason: "unconfigured"
remember: 1
again: 2
setMultiple: false
clear: false
tags: false
lock: false
increment: Strata\ConnectionException: database default: strata.redis: "redis://app:***" is not usa
begin: null
put off: true
commit: false
other: true
throwing: Strata\ConnectionException: database throwing: strata.redis: "redis://app:***" is not us
strata.redis in php.ini, 1
default, throwing 0
NULL
string(0) ""
string(3) "***"
int(1)
int(1)
bool(false)
