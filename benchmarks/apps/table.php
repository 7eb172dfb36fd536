<?php
/* table.php FIGURES: what measure.php saw, as a table; fails where a page differed. */

$names = ['none' => 'none', 'apcu' => 'APCu', 'local' => 'strata, local tier', 'redis' => 'strata, local tier and Redis'];
$failed = false;
echo "| application | cache | queries a page, cache empty | queries a page, cache full | median | other pages |\n|---|---|---|---|---|---|\n";
foreach (file($argv[1]) as $line) {
    $figures = json_decode($line, true);
    printf("| %s | %s | %.1f | %.1f | %.1f ms | %d of %d |\n", $figures['application'] === 'wiki' ? 'MediaWiki' : 'WordPress', $names[$figures['cache']],
        $figures['empty'], $figures['full'], $figures['median'], $figures['different'], $figures['requests']);
    $failed = $failed || $figures['different'] > 0;
}
exit((int) $failed);
