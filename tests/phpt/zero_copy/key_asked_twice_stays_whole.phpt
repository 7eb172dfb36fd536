--TEST--
strata.zero_copy: a key that getMultiple() is asked for twice stays whole when it is overwritten between its two places
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

/* What is unserialized between the two drops the key, and takes its place in the heap for something else. */
in_all_ways(<<<'CODE'
final class Meddler {
    public function __serialize(): array { return []; }
    public function __unserialize(array $data): void {
        strata_set('key', 'something else');
        for ($i = 0; $i < 3000; $i++) {
            strata_set("filler $i", ['n' => $i, 'text' => str_repeat('z', 400)]);
        }
    }
}
function keys() { yield from ['key']; yield 'meddler'; yield 'key'; }
$value = ['n' => 7, 'rows' => array_fill(0, 50, ['a', 'bb', str_repeat('q', 60)])];
strata_set('key', $value);
strata_set('meddler', new Meddler());
$found = (new Strata\Cache())->getMultiple(keys());
var_dump($found['key'] === $value);
CODE, ['strata.memory' => '1M']);
?>
--EXPECT--
bool(true)
