--TEST--
shadow: with shadow_fill what reads find is copied where it lacks, numbers with their end, and nothing is replaced
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_own_server();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/shadow.inc';

$alone = fn (OwnServer $server, string $code) => print(php(place($server->dsn()) + ['strata.local_ttl' => '0'] + PATIENT,
    '$cache = new Strata\Cache; ' . $code));
$keys = ['text', 'number', 'tagged', 'outdated', 'remembered', 'other', 'unread'];
foreach (['redis', 'memcached'] as $kind) {
    [$redis, $shadow] = [new OwnServer('redis'), new OwnServer($kind)];
    $alone($redis, '$cache->set("text", "a", 1000); $cache->increment("number", 7, 0, 2000); $cache->set("tagged", "b", tags: ["t"]);
        $cache->set("outdated", "c", tags: ["u"]); $cache->invalidateTags("u"); $cache->remember("remembered", 3000, fn () => "d");
        $cache->set("other", "of this place"); $cache->set("unread", "e");');
    /* The numbers of clear() are in step from here on. */
    php(moving($redis->dsn(), $shadow->dsn()), '(new Strata\Cache)->set("first", 1);');
    $alone($shadow, '$cache->set("other", "of the shadow");');
    echo php(moving($redis->dsn(), $shadow->dsn(), 'write', ['strata.shadow_fill' => 'on']), '
        $cache = new Strata\Cache;
        $cache->getMultiple(["text", "number", "tagged", "outdated", "remembered", "other", "nothing"]);
        strata_request_boundary();
        echo strata_status()["databases"]["default"]["shadow"]["counts"]["filled"], " filled\n";');
    foreach (held($shadow->dsn(), $keys) as $key => $held) {
        echo "  $key: $held\n";
    }
}
?>
--EXPECT--
4 filled
  text: hit "a" ends in 1000
  number: hit 7 ends in 2000
  tagged: hit "b"
  outdated: miss null
  remembered: hit "d" ends in 3000
  other: hit "of the shadow"
  unread: miss null
4 filled
  text: hit "a" ends in 1000
  number: hit 7 ends in 2000
  tagged: hit "b"
  outdated: miss null
  remembered: hit "d" ends in 3000
  other: hit "of the shadow"
  unread: miss null
