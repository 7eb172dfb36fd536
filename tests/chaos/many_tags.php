<?php
/*
 * many_tags.php COUNT — run by run.sh tags many. So many tags in use on one host, far more than its table has records:
 * slower, and as right as few. Four workers read values at random, and a fifth of all tags is invalidated meanwhile.
 */

require __DIR__ . '/fleet.inc';
require __DIR__ . '/fleet_scenes.inc';

$count = (int) ($argv[1] ?? 100_000);
[$passed, $failed] = [0, 0];
foreach (['redis', 'memcached'] as $store) {
    foreach ([1000, $count] as $tags) {
        [$is_right, $told] = many_tags($store, $tags);
        printf("%s %-10s %7d tags: %s\n", $is_right ? 'ok    ' : 'FAILED', $store, $tags, $told);
        $is_right ? $passed++ : $failed++;
    }
}
echo "$passed passed, $failed failed\n";
exit($failed > 0 ? 1 : 0);

function many_tags(string $store, int $tags): array
{
    [$servers, $ini] = store_of($store);
    $notes = new FleetNotes();
    $code = 'require_once getenv("FLEET_SUPPORT") . "/../chaos/many_tags.inc"; return use_many_tags(' . $tags . ');';
    $answer = (new FleetHost(['strata.memory' => '256M', 'strata.local_ttl' => '60s'] + $ini, $code, '', $notes->file))->answer();
    if (!is_array($answer)) {
        return [false, 'the host ended'];
    }
    [$old, $missed, $reads, $nanoseconds, $status] = $answer;
    return [$old === 0 && $missed < $reads / 100, sprintf('%d reads, %d of them old, %d missed; %.1f us a read; %s', $reads, $old, $missed,
        $nanoseconds / 1000, json_encode($status))];
}
