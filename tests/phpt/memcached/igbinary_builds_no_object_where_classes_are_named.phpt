--TEST--
strata.unserialize_classes: igbinary writes and reads data, PHP objects; an object that igbinary wrote is never built
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/igbinary.inc';
skip_without_memcached();
skip_without_igbinary();
?>
--INI--
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=igbinary-classes-${STRATA_TEST_RUN}
strata.local_ttl=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/igbinary.inc';

$cache = new Strata\Cache();
$cache->set('known', 1);
$head = 'foreach (["show", "servers", "forgery"] as $file) { require "' . __DIR__ . '/../../support/$file.inc"; }
    error_reporting(E_ALL & ~E_DEPRECATED);
    $cache = new Strata\Cache();
    $node = getenv("STRATA_TEST_MEMCACHED");
    $stored = function (string $key) use ($cache) {
        foreach (servers_of("STRATA_TEST_MEMCACHED") as $node) {
            $bytes = memcached_read($node, remote_key($key));
            if ($bytes !== null) {
                return [$node, $bytes];
            }
        }
    };
    $codec = fn (string $key) => ord($stored($key)[1][AT_CODEC]);
    $held = new Plain();
    $held->held = [Suit::Hearts];
    $data = ["a" => [1, -300, 70000, 1 << 40, 0.5, "text", "text", "", true, null], 7 => str_repeat("x", 300)];
    $data["again"] = &$data["a"];
';
$with = ['strata.unserialize_classes' => 'Plain,Suit'] + strata_directives();

echo "with all\n", php_with_igbinary($with = ['strata.unserialize_classes' => 'all'] + $with, $head . '
    $cache->set("data", $data); $cache->set("object", $held); $cache->set("woken", [new Woken()]);
    $cache->set("case", Forbidden::One);
    echo json_encode(array_map($codec, ["data", "object", "woken", "case"])), "\n";
');
echo "with some\n", php_with_igbinary(['strata.unserialize_classes' => 'Plain,Suit'] + $with, $head . '
    expect_same($data, $cache->get("data"), "data");
    foreach (["object", "woken", "case"] as $key) {
        echo told($cache->fetch($key)), " ", Ran::told(), "\n";
    }
    $cache->set("data", $data); $cache->set("object", $held);
    expect_same($data, $cache->get("data"), "data");
    expect_same($held, $cache->get("object"), "object");
    echo json_encode(array_map($codec, ["data", "object"])), "\n";
    echo thrown(fn () => $cache->set("woken", [new Woken()])), "\n";

    /* Also while another function walks through the array, and however deep it is. */
    $walked = [1];
    $walked[] = new class($cache, $walked) implements JsonSerializable {
        public function __construct(private $cache, private array &$walked) {}
        public function jsonSerialize(): mixed
        {
            $this->walked[1] = new Plain();
            return $this->cache->set("object", $this->walked);
        }
    };
    $walks = &$walked;
    echo json_encode([&$walks]), " ";
    expect_same([1, new Plain()], $cache->get("object"), "walked");
    echo $codec("object"), "\n";
    for ($deep = 1, $i = 0; $i < 100000; $i++) {
        $deep = [$deep];
    }
    echo str_contains(thrown(fn () => $cache->set("deep", $deep)), "deep") ? "too deep\n" : "?\n";

    /* Whatever one byte of it becomes. */
    $found = [];
    [$node, $sealed] = $stored("data");
    $payload = substr($sealed, ENVELOPE_SIZE);
    mt_srand(4);
    for ($i = 0; $i < 600; $i++) {
        $at = mt_rand(4, 90);
        $other = substr_replace($payload, chr(mt_rand(0, 0x28)), $at, 1);
        memcached_write($node, remote_key("data"), forged($sealed, CODEC_IGBINARY, $other));
        $result = @$cache->fetch("data");
        $found[$result->reason?->value ?? "hit"] = true;
        $value = [$result->value];
        array_walk_recursive($value, fn ($held) => is_object($held) && print("an object at $at\n"));
    }
    ksort($found);
    echo implode(" ", array_keys($found)), "\n";

    $name = chr(0x17) . chr(5) . "Woken" . chr(0x14) . chr(0);
    foreach ([$name, "\x14\x01\x06\x00$name", "\x11\x05Woken\x1a\x00\x14\x00", "\x17\x05Woken\x1d\x00",
        "\x17\x09Forbidden\x27\x11\x03One", "\x25$name", "\x00$name"] as $bytes) {
        foreach ([1, 2] as $format) {
            memcached_write($node, remote_key("data"), forged($sealed, CODEC_IGBINARY, "\0\0\0" . chr($format) . $bytes));
            $told = told($cache->fetch("data")) . " " . Ran::told();
            $told === "miss memcached (foreign) nothing ran" || print(bin2hex($bytes) . ": $told\n");
        }
    }
    foreach (["", "\0\0\0\2", "\0\0\0\3\0", "\0\0\0\2\x11\xff", "\0\0\0\2\xff"] as $bytes) {
        memcached_write($node, remote_key("data"), forged($sealed, CODEC_IGBINARY, $bytes));
        echo told($cache->fetch("data")), " ", Ran::told(), "\n";
    }
');
echo "with none\n", php_with_igbinary(['strata.unserialize_classes' => 'none'] + $with, $head . '
    $cache->set("data", $data);
    expect_same($data, $cache->get("data"), "data");
    echo json_encode(array_map($codec, ["data"])), " ", told($cache->fetch("object")), "\n";
');
?>
--EXPECT--
with all
[8,8,8,8]
with some
strata: database default: key "object": a stored value does not fit the present code, and is a miss (said once in each process): an object of igbinary (not named by strata.unserialize_classes)
miss memcached (foreign) nothing ran
miss memcached (foreign) nothing ran
miss memcached (foreign) nothing ran
[8,7]
Strata\SerializationException: key "woken": a value of type Woken (not named by strata.unserialize_classes) cannot be stored
[[1,true]] 7
too deep
corrupt foreign hit
miss memcached (corrupt) nothing ran
miss memcached (corrupt) nothing ran
miss memcached (corrupt) nothing ran
miss memcached (corrupt) nothing ran
miss memcached (corrupt) nothing ran
with none
[8] strata: database default: key "object": a stored value does not fit the present code, and is a miss (said once in each process): Plain (not named by strata.unserialize_classes)
miss memcached (foreign)
