<?php
/* page.php DOCUMENT FOLDER — does RESULTS.md in the folder say what the document does, and is there a chart of each group? */

declare(strict_types=1);

[, $file, $folder] = $argv;
$document = json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
$page = file_get_contents("$folder/RESULTS.md");
$wanted = [$document['commit'], $document['machine']['kernel'], 'APCu ' . $document['versions']['APCu']];
foreach ($document['figures'] as $entry) {
    $wanted[] = "| $entry[work]" . ($entry['sample'] === null ? ' |' : " ($entry[sample]) |");
    if ($entry['verdict'] !== 'ok') {
        $wanted[] = "* **$entry[work]**";
        $wanted[] = "**$entry[verdict]** |";
    }
}
foreach (array_unique(array_column($document['figures'], 'group')) as $group) {
    $wanted[] = "plots/$group.svg";
    $chart = (string) @file_get_contents("$folder/plots/$group.svg");
    foreach (['<title>', 'prefers-color-scheme: dark', 'class="bound"', 'class="whisker"'] as $part) {
        str_contains($chart, $part) || $wanted[] = "$part in the chart of $group";
    }
}
$missing = array_filter($wanted, fn ($text) => !str_contains($page, $text));
echo implode('', array_map(fn ($text) => "missing: $text\n", $missing));
exit($missing === [] ? 0 : 1);
