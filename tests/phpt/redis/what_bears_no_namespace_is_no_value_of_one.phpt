--TEST--
Redis: what lies under a key of a namespace and does not bear it is foreign there, digits too: clear() would not reach it
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
require __DIR__ . '/../../support/hosts.inc';
require __DIR__ . '/../../support/envelope.inc';

/* As a client stores it that knows no tags. */
function without_tags(string $sealed): string
{
    $count = unpack('v', $sealed, 44)[1];
    return resealed(substr_replace(substr($sealed, 0, 44) . "\0\0" . substr($sealed, 46), '', ENVELOPE_SIZE, 16 * $count));
}

$server = new OwnServer('redis');
$host = new Host(['strata.redis' => $server->dsn()]);
$host->ask('$cache->namespace("n")->set("k", "mine", 60, ["t"])');
[$name] = redis($server->name(), 'KEYS', '*:~*:k');
$sealed = redis($server->name(), 'GET', $name);
$there = ['as it was' => $sealed, 'without tags' => without_tags($sealed), 'digits' => '42',
    'the tags of another place' => resealed(substr_replace($sealed, str_repeat("\7", 16), ENVELOPE_SIZE, 16))];
foreach ($there as $what => $bytes) {
    $put = fn (string $then) => json_encode([redis($server->name(), 'SET', $name, $bytes), $host->ask($then)][1]);
    echo "$what: ", $put('$cache->namespace("n")->get("k")'), ' ', $put('$cache->namespace("n")->fetch("k")->reason?->value'), ' ',
        $put('[$cache->namespace("n")->clear(), $cache->namespace("n")->get("k")]'), ' ',
        $put('$cache->namespace("n")->increment("k")'), ' ',
        $put('$cache->namespace("n")->remember("k", 60, fn () => "computed")'), ' ',
        json_encode($host->ask('$cache->namespace("n")->get("k")')), "\n";
}
echo json_encode([$host->ask('$cache->set("~0123456789abcdef:k", 41)'), $host->ask('$cache->increment("~0123456789abcdef:k")')]), "\n";
?>
--EXPECT--
as it was: "mine" null [true,null] 1 "computed" "computed"
without tags: null "foreign" [true,null] "Strata\\SerializationException: key \"k\": the stored value is not an integer" "computed" "computed"
digits: null "foreign" [true,null] "Strata\\SerializationException: key \"k\": the stored value is not an integer" "computed" "computed"
the tags of another place: null "foreign" [true,null] "Strata\\SerializationException: key \"k\": the stored value is not an integer" "computed" "computed"
[true,42]
