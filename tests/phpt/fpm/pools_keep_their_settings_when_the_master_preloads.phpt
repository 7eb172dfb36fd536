--TEST--
php-fpm: a script of opcache.preload may use the cache; each pool keeps its own settings all the same
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
skip_without_opcache();
$file = escapeshellarg(strata_so());
if (trim(shell_exec('id -un')) === 'root' && !shell_exec("setpriv --reuid=nobody --clear-groups test -r $file && echo yes")) {
    echo 'skip for root the master does not preload itself, and nobody else can: install util-linux, or move to where others may read';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(
    [
        'a' => ['pm = static', 'pm.max_children = 1', 'php_admin_value[strata.namespace] = a'],
        'b' => ['pm = static', 'pm.max_children = 1', 'php_admin_value[strata.namespace] = b'],
    ],
    opcache() + ['opcache.preload' => __DIR__ . '/preload.inc'],
    'nobody'
);
$page = __DIR__ . '/preloaded.inc';
foreach ([['a', ''], ['a', 'of-a'], ['b', ''], ['a', '']] as [$pool, $value]) {
    echo fpm_get($fpm, $pool, $page, $value), "\n";
}
fpm_stop($fpm);
?>
--EXPECT--
[null,"own",null]
["of-a","own","of-a"]
[null,"own",null]
["of-a","own","of-a"]
