<?php
/* table.php FIGURES: what measure.php saw, as a table; fails where a page differed. */

$names = ['none' => 'without', 'apcu' => 'APCu', 'local' => 'strata, local tier', 'redis' => 'strata, local tier and Redis'];
$failed = false;
echo "| application | cache | queries a page, cache empty | queries a page | median, ms | pages that differ |\n|---|---|---|---|---|---|\n";
foreach (file($argv[1]) as $line) {
    $figures = json_decode($line, true);
    $warm = array_slice($figures['rounds'], 1);
    printf("| %s | %s | %.1f | %.1f | %.1f | %d of %d |\n", $figures['application'] === 'wiki' ? 'MediaWiki' : 'WordPress', $names[$figures['cache']],
        $figures['rounds'][0]['selects'], array_sum(array_column($warm, 'selects')) / count($warm), min(array_column($warm, 'median')),
        $figures['different'], $figures['pages'] * count($figures['rounds']));
    $failed = $failed || $figures['different'] > 0;
}
exit((int) $failed);
