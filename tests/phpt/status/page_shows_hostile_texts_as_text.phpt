--TEST--
strata_status_page(): whatever stands in keys, names and files is text, and shows what it is
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';
$hostile = "<script>alert(1)</script>\"'&\x01\x7f\xff\xc0\xaf\u{202e}\u{feff}\u{ffff}\u{e4}";
putenv('HOSTILE=/' . str_replace('/', '|', $hostile));
$page = php(['strata.topology' => '"${HOSTILE}"', 'strata.memcached' => 'memcached:///nowhere/<script>x.sock',
    'strata.lease_wait' => 'so<on>'], 'for ($i = 0; $i < 2000; $i++) {
        strata_set("<i>\x27\xff:\x00:key", $i);
    } strata_status_page();');
/* Warnings at start come first. */
$page = (string) strstr($page, '<!DOCTYPE html>');
function tell(string $what, bool $is_so): void
{
    echo $what, ': ', $is_so ? 'yes' : 'no', "\n";
}
tell('a page', str_ends_with($page, "</html>\n"));
tell('valid UTF-8', preg_match('//u', $page) === 1);
tell('no script', !str_contains($page, '<script'));
tell('the prefix', str_contains($page, '<span class="key">&lt;i&gt;&#39;\xFF:\x00:</span>'));
tell('what was refused', preg_match('~id="refused".*strata.lease_wait.*so&lt;on&gt;~s', $page) === 1);
tell('the node', str_contains($page, '/nowhere/&lt;script&gt;x.sock'));
preg_match('~<dt>topology file</dt><dd>(.*)</dd>~', $page, $shown);
echo substr($shown[1], strpos($shown[1], '&lt;')), "\n";
tell('nothing that a browser would run or load', preg_match('~<[^>]* (on\w+|src|action|srcset|data)\s*=~i', $page) === 0
    && preg_match('~<(script|img|link|iframe|object|embed|base)\b~i', $page) === 0 && !str_contains($page, 'url('));
preg_match_all('~ (href)="([^"]*)"~', $page, $links);
tell('links to itself only', array_filter($links[2], fn ($to) => !in_array($to[0], ['#', '?'])) === []);
/* Nothing of these characters, but in markup: tags as they are written here. */
preg_match_all('~</?([a-zA-Z][a-zA-Z0-9]*)~', $page, $tags);
echo implode(' ', array_diff(array_unique($tags[1]), explode(' ', 'html head meta title style body header h1 h2 h3 p nav a '
    . 'main section span small ul li strong svg circle path rect text table thead tbody tr th td div dl dt dd footer br details summary code'))), "\n";
/* A long text is cut, also where a character has several bytes. */
$page = php(['strata.topology' => '/' . str_repeat("\u{e4}", 1000)], 'strata_status_page();');
preg_match('~<dt>topology file</dt><dd>(.*)</dd>~', $page, $shown);
echo preg_match_all("~.~u", $shown[1]), ' ', str_ends_with($shown[1], "\u{e4}\u{2026}") ? 'cut' : 'whole', "\n";
?>
--EXPECT--
a page: yes
valid UTF-8: yes
no script: yes
the prefix: yes
what was refused: yes
the node: yes
&lt;script&gt;alert(1)&lt;|script&gt;&quot;&#39;&amp;␁␡���\u{202E}\u{FEFF}�ä
nothing that a browser would run or load: yes
links to itself only: yes

161 cut
