--TEST--
Strata\Cache: increment() of anything but an integer throws and keeps what was there
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';

$cache = new Strata\Cache();
foreach (['string' => '5', 'double' => 5.0, 'null' => null, 'true' => true, 'array' => [5]] as $key => $value) {
    $cache->set($key, $value);
    echo thrown(fn () => $cache->increment($key)), "\n", thrown(fn () => $cache->decrement($key, 1, 9)), "\n";
    expect_same($value, $cache->get($key), $key);
}
$cache->set('string', 5);
var_dump($cache->increment('string'));
?>
--EXPECT--
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "string": the stored value is not an integer
Strata\SerializationException: key "double": the stored value is not an integer
Strata\SerializationException: key "double": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
Strata\SerializationException: key "null": the stored value is not an integer
Strata\SerializationException: key "true": the stored value is not an integer
Strata\SerializationException: key "true": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
Strata\SerializationException: key "array": the stored value is not an integer
int(6)
