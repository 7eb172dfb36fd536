--TEST--
strata keys: those of the workers' local tier that begin in one way, hostile ones too, as many as are wanted
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
if (!function_exists('strata_keys')) {
    echo 'skip this extension has no strata_keys()';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$fpm = fpm_start(['www' => debian_pool()], ['strata.memory' => '32M']);
copy(__DIR__ . '/use.inc', "{$fpm['folder']}/use.php");
echo fpm_get($fpm, 'www', "{$fpm['folder']}/use.php");
$run = fn (string ...$words) => command(['--fcgi', "{$fpm['folder']}/www.sock", 'keys', ...$words]);
$first_words = fn (string $table) => implode("\n", array_map(fn ($line) => preg_replace('/ {2,}.*/', '', $line), explode("\n", rtrim($table)))) . "\n";

echo $first_words($run('user:1')), $first_words($run('hostile')), $run('none:');
echo substr_count($run('', '--limit', '5'), 'string'), " of five\n";
$json = json_decode($run('hostile', '--json'), true);
echo implode(' ', array_keys($json['keys'][0])), ', ', var_export($json['more'], true), ', ',
    base64_decode($json['keys'][0]['key_base64']) === "hostile\e[2J\xff\u{202e}" ? "the key in base64\n" : "another key\n";
echo $run('', '--database', 'none'), $run('user:1', '--namespace', 'shop');
fpm_stop($fpm);
?>
--EXPECT--
used
KEY
user:1
user:10
user:11
user:12
user:13
user:14
user:15
user:16
user:17
user:18
user:19
KEY
hostile\e[2J\xff\u{202e}
exit code 1
5 of five
key size bytes type ttl local_ttl age cost tags key_base64, false, the key in base64
! strata: there is no database "none": strata.databases must name it
exit code 2
exit code 1
