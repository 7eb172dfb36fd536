--TEST--
Sessions: a write that is too large for memcached leaves what was stored before, also the first one of a host
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_own_server();
skip_without_child();
skip_without_sessions();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';

/* Each size is tried by a host that knows nothing of the server: by one PHP of its own. */
$memcached = new OwnServer('memcached');
$try = fn (int $size, string $more = '') => session_php(['strata.sessions.memcached' => $memcached->dsn(),
    'display_errors' => '0'], '
    $id = new_session(["count" => 1]);
    ' . $more . '
    $all = warnings(fn () => visit($id, fn () => $_SESSION["large"] = random_bytes(' . $size . ')));
    echo preg_match("/takes \d+ bytes.* at most 1048576/", $all[0] ?? ""), " ", json_encode(array_keys(look($id))), "\n";
');
foreach ([2000, 1_000_000, 1_048_576, 3_000_000] as $size) {
    echo "$size: ", $try($size);
}
/* Also those that no header of an item leaves room for. */
$lost = 0;
for ($size = 1_048_576 - 250; $size < 1_048_576 - 50; $size += 40) {
    $lost += !str_contains($try($size), '"count"');
}
echo "$lost lost near the limit\n";
echo 'a new id: ', $try(3_000_000, 'session_id($id); session_start(); $_SESSION["large"] = random_bytes(3_000_000);
    warnings(fn () => thrown(fn () => session_regenerate_id()));');
?>
--EXPECT--
2000: 0 ["count","large"]
1000000: 0 ["count","large"]
1048576: 1 ["count"]
3000000: 1 ["count"]
0 lost near the limit
a new id: 1 ["count"]
