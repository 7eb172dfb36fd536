--TEST--
strata.zero_copy: a large value that is read a thousand times is in memory once, or not at all
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

foreach (['on', 'auto'] as $way) {
    echo php(['strata.zero_copy' => $way], <<<'CODE'
        $rows = array_fill(0, 5000, ['id' => 1, 'name' => 'somebody']);
        $rows[17]['id'] = 2;
        strata_set('rows', $rows);
        unset($rows);
        $before = memory_get_usage();
        for ($i = 0; $i < 1000; $i++) {
            $all[] = strata_get('rows');
        }
        $used = memory_get_usage() - $before;
        echo $all[999][17]['id'], ' ', ini_get('strata.zero_copy') === 'on' ? $used < 100_000 : $used < 8_000_000, "\n";
CODE);
}
?>
--EXPECT--
2 1
2 1
