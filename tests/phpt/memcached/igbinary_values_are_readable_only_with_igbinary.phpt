--TEST--
memcached: a host without igbinary misses what igbinary wrote, of reason unknown_codec, and is read by all itself
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/igbinary.inc';
skip_without_memcached();
skip_without_igbinary();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=igbinary-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.serializer=php
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/igbinary.inc';

$cache = new Strata\Cache();
$cache->set('by php', ['by php']);
$with_igbinary = ['strata.serializer' => 'auto'] + strata_directives();
echo php_with_igbinary($with_igbinary, '
    strata_set("by igbinary", ["by igbinary"]);
    strata_set("text", "text");
    echo json_encode([strata_get("by php"), strata_get("by igbinary"), strata_get("text")]), "\n";
');
echo told($cache->fetch('by igbinary')), "\n";
echo json_encode($cache->getMultiple(['by igbinary', 'by php', 'text'])), "\n";
echo json_encode($cache->remember('by igbinary', 60, fn () => ['computed again'])), "\n";
echo php_with_igbinary($with_igbinary, 'echo json_encode(strata_get("by igbinary")), "\n";');
print_r(strata_status()['databases']['default']['memcached']['reasons']);
?>
--EXPECT--
[["by php"],["by igbinary"],"text"]
miss memcached (unknown_codec)
{"by igbinary":null,"by php":["by php"],"text":"text"}
["computed again"]
["computed again"]
Array
(
    [unknown_codec] => 3
)
