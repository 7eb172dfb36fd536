--TEST--
Strata\Cache and Strata\Lock: == and in_array() tell databases, namespaces and locks apart
--INI--
strata.databases=feeds
--FILE--
<?php
class Shop extends Strata\Cache
{
    public int $number = 0;
}

$cache = new Strata\Cache();
$shop = new Shop();
$german = $shop->namespace('de');
$lock = $cache->lock('one', 5);
$another = new Shop();
$another->number = 1;

echo 'the same place: ', json_encode([
    $cache == new Strata\Cache('default'),
    $cache->namespace('de')->namespace('at') == (new Strata\Cache('default', 'de'))->namespace('at'),
    $german == (new Shop())->namespace('de'),
    $lock == $lock,
    in_array($german, [$shop, new stdClass(), null, $shop->namespace('de')]),
]), "\n";
echo 'another place: ', json_encode([
    $cache == new Strata\Cache('feeds'),
    $cache == $cache->namespace('de'),
    $cache->namespace('de') == $cache->namespace('at'),
    $cache < $cache->namespace('de'),
    $cache > $cache->namespace('de'),
    $lock == $cache->lock('two', 5),
    in_array($german, [$shop, $shop->namespace('at')]),
]), "\n";
echo 'else: ', json_encode([$shop == $another, $cache == $shop, $cache == new stdClass(), $cache == null, $cache == true,
    $lock == $cache]), "\n";
?>
--EXPECT--
the same place: [true,true,true,true,true]
another place: [false,false,false,false,false,false,false]
else: [false,false,false,false,true,false]
