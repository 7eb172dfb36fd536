--TEST--
Strata\Cache: a DateInterval counts by the calendar, from now
--INI--
strata.ttl_jitter=0
date.timezone=UTC
--FILE--
<?php
$cache = new Strata\Cache();
$interval = DateInterval::createFromDateString('1 month');
$expected = (new DateTimeImmutable())->add($interval)->getTimestamp() - time();
$cache->set('month', 1, $interval);
var_dump(abs($cache->fetch('month')->ttl - $expected) < 60);
$cache->set('minute', 1, new DateInterval('PT1M'));
var_dump($cache->fetch('minute')->ttl <= 60, $cache->fetch('minute')->ttl > 30);
$cache->touch('minute', new DateInterval('PT2H'));
var_dump($cache->fetch('minute')->ttl > 7000);
$cache->remember('day', new DateInterval('P1D'), fn () => 1);
var_dump($cache->fetch('day')->ttl > 86000);
$cache->increment('count', 1, 0, new DateInterval('P1D'));
var_dump($cache->fetch('count')->ttl > 86000);
$cache->set('centuries', 1, new DateInterval('P9999Y'));
$cache->set('for ever', 1, PHP_INT_MAX);
var_dump($cache->has('centuries'), $cache->has('for ever'));
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
