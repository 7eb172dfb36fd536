<?php
/*
 * namespaces.php COUNT STORE — run by run.sh namespaces. So many namespaces, each with a value and one in a namespace
 * inside it, on two hosts that keep local copies. Under load each is cleared once, and its values written anew by no
 * one: after the documented second no process of either host may find one. Those that are not cleared stay.
 */

require __DIR__ . '/fleet.inc';
require __DIR__ . '/fleet_scenes.inc';

const READERS = 3, BOUND = 1.02;

$count = (int) ($argv[1] ?? 10000);
$stores = ($argv[2] ?? '') !== '' ? [$argv[2]] : ['redis', 'both', 'cluster', 'memcached'];
[$passed, $failed] = [0, 0];
foreach ($stores as $store) {
    [$is_right, $told] = namespaces_cleared($store, $count);
    printf("%s %-10s %s\n", $is_right ? 'ok    ' : 'FAILED', $store, $told);
    $is_right ? $passed++ : $failed++;
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);

/** Namespace $i is cleared when the file says so: eight bytes each, the moment at which the clear() had returned true. */
function namespaces_cleared(string $store, int $count): array
{
    [$servers, $ini] = store_of($store);
    $file = tempnam(sys_get_temp_dir(), 'strata_cleared_');
    file_put_contents($file, str_repeat(pack('E', 0), $count));
    $notes = new FleetNotes();
    $ini = ['strata.memory' => '64M', 'strata.local_ttl' => '60s'] + $ini;
    $fill = '$cache = new Strata\Cache();
        for ($i = 0; $i < ' . $count . '; $i++) {
            $space = $cache->namespace("of $i");
            $space->set("value", $i, 600);
            $space->namespace("inside")->set("value", $i, 600);
        }
        return true;';
    (new FleetHost($ini, $fill, '', $notes->file))->answer();
    $began = microtime(true);
    $read = 'return in_children(' . READERS . ', function () { return read_namespaces(' . "'$file', $count" . '); });';
    $hosts = [new FleetHost($ini, reader_code() . $read, '', $notes->file), new FleetHost($ini, reader_code() . $read, '', $notes->file)];
    $clear = reader_code() . "return clear_namespaces('$file', $count);";
    $failures = (new FleetHost($ini, $clear, '', $notes->file))->answer();
    [$wrong, $reads, $kept] = [0, 0, 0];
    foreach ($hosts as $host) {
        foreach ($host->answer() ?? [] as $answer) {
            if (!is_array($answer)) {
                return [false, 'a worker ended: ' . json_encode($answer)];
            }
            [$wrong, $reads, $kept] = [$wrong + $answer[0], $reads + $answer[1], $kept + $answer[2]];
        }
    }
    unlink($file);
    return [$wrong === 0 && $failures === 0 && $kept > 0, sprintf('%d namespaces cleared in %.1f s, %d not confirmed; %d reads, of cleared ones after the bound that found a value: %d; hits before a clear(): %d',
        $count, microtime(true) - $began, $failures, $reads, $wrong, $kept)];
}

function reader_code(): string
{
    return 'require_once getenv("FLEET_SUPPORT") . "/../chaos/namespaces.inc"; ';
}
