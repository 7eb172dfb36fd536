--TEST--
strata: keys, values and messages of others are one line without control characters, of the width that a terminal shows
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';
require __DIR__ . '/../../support/command_parts.inc';

use Strata\Command\{Json, Packing, Table, Terminal, Text};

echo "one by one\n";
$hostile = ["\e[2J\e]0;title\x07", "\u{9b}31m", "\x9b31m", "a\r\nb\tc\0", "abc\u{202e}cba", "\u{200b}\u{feff}zero", "\xc3(", "\xed\xa0\x80", "\xf4\x90\x80\x80",
    "\xc0\xaf", "plain", "grüße 日本", "e\u{301}", "del\x7f", "\u{2028}line", "\u{e000}\u{e0041}"];
foreach ($hostile as $text) {
    echo Text::clean($text), ' | ', Text::width(Text::clean($text)), "\n";
}

echo "what is left of all bytes, alone and in pairs\n";
$bad = 0;
for ($first = 0; $first < 256; $first++) {
    for ($second = 0; $second < 256; $second++) {
        $clean = Text::clean(chr($first) . chr($second) . 'x');
        $bad += preg_match('/^[^\x00-\x1f\x7f]*$/', $clean) && preg_match('/^[^\p{C}\p{Zl}\p{Zp}]+$/u', $clean) && str_ends_with($clean, 'x') ? 0 : 1;
        Text::$ascii = true;
        $bad += preg_match('/^[\x20-\x7e]+$/', Text::clean(chr($first) . chr($second) . 'x')) ? 0 : 1;
        Text::$ascii = false;
    }
}
echo "$bad are bad\n";

echo "cut to columns\n";
foreach (['abcdef' => 4, '日本語' => 4, '日本語日本' => 5, "e\u{301}e\u{301}e\u{301}" => 2, 'abc' => 3, 'ab' => 1, 'abcd' => 0] as $text => $width) {
    echo Text::cut((string) $text, $width), ' | ', Text::width(Text::cut((string) $text, $width)), "\n";
}
$table = new Table(['KEY', '>COUNT']);
$table->add(["日本\e[31m", 5]);
$table->add([str_repeat('long', 20), 12345]);
echo implode("\n", $table->lines(new Terminal(), 30)), "\n";

echo "to a worker and back\n";
$values = [['~', '~b', '~~x', "\xff\xfe", '', "a\0b", 1, 1.0, null, true, -0.5], ["\xff" => 1, '~k' => ['~' => "\x80"], 'n' => []]];
foreach ($values as $value) {
    var_dump(Packing::unpack(Packing::pack($value)) === $value);
}
foreach (['{', '[1', '"~b!"'] as $text) {
    try {
        var_dump(Packing::unpack($text));
    } catch (JsonException $refused) {
        echo get_class($refused), "\n";
    }
}
echo Json::text(['nodes' => [], 'list' => [], "k\xff" => "v\e\x7f\u{202e}"]);

echo "through a pool\n";
$fpm = fpm_start(['www' => debian_pool()], ['strata.memory' => '32M']);
copy(__DIR__ . '/use.inc', "{$fpm['folder']}/use.php");
echo fpm_get($fpm, 'www', "{$fpm['folder']}/use.php");
$run = fn (string ...$words) => command(['--fcgi', "{$fpm['folder']}/www.sock", ...$words]);
echo preg_replace('/^(age +).*/m', '$1...', $run('get', "hostile\e[2J\xff\u{202e}"));
echo $run('get', "hostile\e[2J\xff\u{202e}", '--value') === "line\e[31m\nline\u{9b}2J" ? "as it is for a program\n" : "changed for a program\n";
echo $run("\e[31mno"), $run('--no' . "\e"), $run('node', "\e[2J", 'disable'), $run('clear', "\e[2J");
fpm_stop($fpm);
?>
--EXPECT--
one by one
\e[2J\e]0;title\u{7} | 20
\u{9b}31m | 9
\x9b31m | 7
a\r\nb\tc\0 | 11
abc\u{202e}cba | 14
\u{200b}\u{feff}zero | 20
\xc3( | 5
\xed\xa0\x80 | 12
\xf4\x90\x80\x80 | 16
\xc0\xaf | 8
plain | 5
grüße 日本 | 10
é | 1
del\u{7f} | 9
\u{2028}line | 12
\u{e000}\u{e0041} | 17
what is left of all bytes, alone and in pairs
0 are bad
cut to columns
abc… | 4
日… | 3
日本… | 5
é… | 2
abc | 3
… | 1
 | 0
KEY                      COUNT
日本\e[31m                   5
longlonglonglonglonglo…  12345
to a worker and back
bool(true)
bool(true)
JsonException
JsonException
string(0) ""
{
    "nodes": {},
    "list": [],
    "k\\xff": "v\u001b\u007f\u202e"
}
through a pool
used
key     hostile\e[2J\xff\u{202e}
status  hit
tier    local
age     ...
ttl     no end, or not known
reason  -
node    -
type    string of 18 B
as it is for a program
! strata: there is no sub-command "\e[31mno"; accepted: status, top, nodes, node, keys, get, clear, purge, check, diff, metrics, version, help
exit code 3
! strata: no such option: --no\e; strata help lists them
exit code 3
! strata: \e[2J: no process of this host has used such a server; there are: none
exit code 1
! strata: there is no database "\e[2J": strata.databases must name it
exit code 2
