<?php
/* document.php FILE [BEGINNING...] — is this a document of ./dev bench --json, in which figures whose ids begin so were measured? */

declare(strict_types=1);

require __DIR__ . '/../../benchmarks/results/figures.inc';

[, $file] = $argv;
$beginnings = array_slice($argv, 2);
$document = json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
$wrong = [];
$check = function (bool $is_well, string $sentence) use (&$wrong): void {
    $is_well || $wrong[] = $sentence;
};
foreach (['date', 'commit', 'mode', 'seconds', 'machine', 'versions', 'figures'] as $key) {
    $check(isset($document[$key]), "the document has no $key");
}
foreach (['model', 'cores', 'kernel', 'memory', 'load_before', 'load_after'] as $key) {
    $check(isset($document['machine'][$key]), "the machine has no $key");
}
foreach (['PHP', 'strata', 'APCu', 'php-memcached', 'phpredis', 'memcached', 'Redis', 'gcc'] as $name) {
    $check(array_key_exists($name, $document['versions']), "$name has no version");
}
$check(array_column($document['figures'], 'id') === array_keys(figure_rows()), 'the figures are others than those of figures.inc');
foreach ($document['figures'] as $entry) {
    foreach (['id', 'group', 'work', 'peer', 'asked', 'measured', 'spread', 'rounds', 'method', 'command', 'verdict'] as $key) {
        $check(array_key_exists($key, $entry), "$entry[id] has no $key");
    }
    $check(array_keys($entry['asked']) === ['relation', 'bound', 'unit'], "$entry[id] does not say what is asked");
    $is_wanted = array_filter($beginnings, fn ($beginning) => str_starts_with($entry['id'], $beginning)) !== [];
    /* Where there is one processor, there is one place. */
    if ($is_wanted && !(str_ends_with($entry['id'], '.two') && $document['machine']['cores'] === 1)) {
        $check($entry['rounds'] >= 9 && $entry['measured'] > 0 && $entry['spread'][0] <= $entry['measured']
            && $entry['measured'] <= $entry['spread'][1], "$entry[id] was not measured in nine rounds");
        $check(in_array($entry['verdict'], ['ok', 'falls short'], true), "$entry[id] has no verdict");
    } elseif (str_starts_with($entry['id'], 'local.')) {
        $check($entry['measured'] === null && $entry['verdict'] === 'not measured', "$entry[id] was measured by nothing");
    }
}
echo implode("\n", $wrong), $wrong === [] ? '' : "\n";
exit($wrong === [] ? 0 : 1);
