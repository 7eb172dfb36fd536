<?php
/* fill_wiki.php FOLDER: writes the texts of 20 templates and 200 pages that use them, for importTextFiles.php. */

[, $folder] = $argv;
mkdir("$folder/templates");
mkdir("$folder/pages");

for ($n = 1; $n <= 20; $n++) {
    file_put_contents("$folder/templates/Template:Box $n", "{| class=\"wikitable\"\n! Box $n !! {{{1|nothing}}}\n|-\n"
        . "| {{#if:{{{2|}}}|{{{2}}}|none}} || {{lc:{{{1|}}}}}\n|}<noinclude>[[Category:Templates]]</noinclude>");
}
for ($n = 1; $n <= 200; $n++) {
    $text = "'''Page $n''' stands between [[Page " . ($n > 1 ? $n - 1 : 200) . "]] and [[Page " . ($n % 200 + 1) . "]].\n\n";
    for ($section = 1; $section <= 6; $section++) {
        $text .= "== Section $section ==\n{{Box " . (($n + $section) % 20 + 1) . "|Page $n|''section'' $section}}\n"
            . str_repeat("Some words about [[Page " . (($n * $section) % 200 + 1) . "]] and [[Absent $n]]. ", 8) . "\n"
            . "* one\n* two [https://example.org/$n outside]\n\n";
    }
    file_put_contents("$folder/pages/Page $n", $text . "[[Category:Group " . $n % 12 . "]]");
    file_put_contents(dirname($folder) . '/wiki.urls', "/wiki/Page_$n\n", FILE_APPEND);
}
