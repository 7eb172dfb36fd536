--TEST--
strata_metrics(): hostile names are one label in one line each, in valid UTF-8, and no metric of their own
--INI--
strata.operator=on
strata.prefix_depth=1
--FILE--
<?php
$cache = new Strata\Cache();
$hostile = ["<script>\"'", "back\\", "end\r\n# EOF\n", "nul\0", "\xff\xfe\xc0", "\xed\xa0\x80", str_repeat("\u{e4}", 47) . 'x',
    "x\"} 1\nstrata_host_shared 7\ny{z=\"", "\u{202E}", "{}=,", '"', "\u{2028}"];
foreach ($hostile as $name) {
    for ($i = 0; $i < 2000; $i++) {
        $cache->get("$name:$i");
    }
}
foreach ([str_repeat('x', 65536), str_repeat("\xff", 65536)] as $key) {
    for ($i = 0; $i < 1000; $i++) {
        $cache->get($key);
    }
}

$text = strata_metrics();
echo preg_match('//u', $text) ? "UTF-8\n" : "no UTF-8\n";
echo preg_match_all('/^# EOF$/m', $text), " end, at byte ", strlen($text) - strpos($text, "\n# EOF\n"), " from the end\n";
$escaped = '"(?:[^"\\\\\n]|\\\\["\\\\n])*"';
$number = '[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]+)?';
$prefixes = [];
foreach (explode("\n", rtrim($text)) as $line) {
    if (!preg_match("/^(?:# .*|([a-z_]+)(?:\{[a-z_]+=$escaped(?:,[a-z_]+=$escaped)*\})? $number)$/D", $line, $found)) {
        echo "not valid: $line\n";
    }
    if (($found[1] ?? '') === 'strata_prefix_operations_total') {
        preg_match("/,prefix=($escaped)/", $line, $label);
        /* As the parser of Prometheus takes it back. */
        $prefixes[] = strtr(substr($label[1], 1, -1), ['\\\\' => '\\', '\\"' => '"', '\\n' => "\n"]);
    }
}
echo preg_match_all('/^strata_host_shared /m', $text), " strata_host_shared\n";
$status = array_unique(array_column(strata_status()['prefixes'], 'prefix'));
sort($status);
sort($prefixes);
echo $prefixes === $status ? count($status) . " prefixes, as in the status\n" : json_encode([$prefixes, $status]);
?>
--EXPECT--
UTF-8
1 end, at byte 7 from the end
1 strata_host_shared
13 prefixes, as in the status
