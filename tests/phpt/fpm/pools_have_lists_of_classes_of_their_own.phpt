--TEST--
php-fpm: each pool builds the classes of its own strata.unserialize_classes; a mistake there leaves none
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
skip_without_fpm();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$with = fn (string $list) => ['pm = static', 'pm.max_children = 1', "php_admin_value[strata.unserialize_classes] = $list"];
$fpm = fpm_start(
    [
        'ini' => ['pm = static', 'pm.max_children = 1'],
        'one' => $with('\\DateTimeImmutable'),
        'none' => $with('none'),
        'all' => $with('all'),
        'mistaken' => $with('stdClass,9a'),
    ],
    ['strata.unserialize_classes' => 'stdClass']
);
foreach (['ini', 'one', 'none', 'all', 'mistaken'] as $pool) {
    echo "$pool: ", fpm_get($fpm, $pool, __DIR__ . '/classes.inc'), "\n";
}
fpm_stop($fpm);
?>
--EXPECT--
ini: [true,"key \"key\": a value of type DateTimeImmutable (not named by strata.unserialize_classes) cannot be stored",true]
one: ["key \"key\": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored",true,true]
none: ["key \"key\": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored","key \"key\": a value of type DateTimeImmutable (not named by strata.unserialize_classes) cannot be stored",true]
all: [true,true,true]
mistaken: ["key \"key\": a value of type stdClass (not named by strata.unserialize_classes) cannot be stored","key \"key\": a value of type DateTimeImmutable (not named by strata.unserialize_classes) cannot be stored",true]
