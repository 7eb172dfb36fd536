--TEST--
strata top: a screen of 80x24 that q, Ctrl-C and signals end, and the terminal is as it was; --once for scripts
--SKIPIF--
<?php
require __DIR__ . '/../../support/command.inc';
skip_without_command();
$stty = is_executable('/usr/bin/stty') || is_executable('/bin/stty');
if (!$stty || @proc_open(['true'], [['pty'], ['pty'], ['pty']], $pipes) === false) {
    echo 'skip this PHP opens no terminals, or there is no stty';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/command.inc';

$fpm = fpm_start(['www' => debian_pool()], ['strata.memory' => '32M']);
copy(__DIR__ . '/use.inc', "{$fpm['folder']}/use.php");
fpm_get($fpm, 'www', "{$fpm['folder']}/use.php");
$php = (getenv('TEST_PHP_EXECUTABLE') ?: PHP_BINARY) . ' -n ' . escapeshellarg(realpath(COMMAND)) . " --fcgi {$fpm['folder']}/www.sock top --interval 0.2";

/* What a terminal of this size gets while the command runs in it, until what ends it. */
function watch(string $command, callable $end, array $environment = []): string
{
    $told = 'trap : INT; stty rows 24 cols 80; echo "<$(stty -g)>"; ' . $command . '; echo "code $?"; echo "<$(stty -g)>"';
    $process = proc_open(['setsid', '-w', '-c', 'sh', '-c', $told], [['pty'], ['pty'], ['pty']], $pipes, null,
        $environment + ['TERM' => 'xterm', 'LC_ALL' => 'C.UTF-8', 'NO_COLOR' => ''] + getenv());
    stream_set_blocking($pipes[1], false);
    $said = '';
    $is_over = false;
    fpm_await(function () use ($pipes, $process, $end, &$said, &$is_over) {
        $said .= @fread($pipes[1], 65536);
        if (!$is_over && substr_count($said, "\e[H") >= 3) {
            $is_over = true;
            $end($pipes[0], $process);
        }
        return preg_match('/code \d+\r\n<.*>/s', $said) === 1;
    }, 'the end of top');
    array_map(fclose(...), $pipes);
    proc_close($process);
    return $said;
}

function describe(string $said): string
{
    preg_match_all('/<([^>]+)>/', $said, $modes);
    $screens = explode("\e[H", $said);
    $lines = explode("\r\n", preg_replace('/\e\[[0-9;?]*[a-zA-Z]/', '', $screens[2] ?? ''));
    $widest = max(array_map(mb_or_bytes(...), $lines));
    return (count($modes[1]) === 2 && $modes[1][0] === $modes[1][1] ? 'as it was' : 'changed') . ', '
        . (str_contains($said, "\e[?1049h") && str_ends_with(strstr($said, 'code', true), "\e[?7h\e[?25h\e[?1049l") ? 'screen given back' : 'screen kept') . ', '
        . (count($lines) <= 24 && $widest <= 80 ? 'fits' : count($lines) . " lines of $widest") . ', '
        . (preg_match('/\e\[[0-9;]+m/', $said) ? 'colours' : 'no colours') . ', '
        . preg_replace('/.*(code \d+).*/s', '$1', $said) . "\n";
}

function mb_or_bytes(string $line): int
{
    return (int) preg_match_all('/./us', $line);
}

echo 'q: ', describe(watch($php, fn ($keys) => fwrite($keys, 'q')));
echo 'Ctrl-C: ', describe(watch($php, fn ($keys) => fwrite($keys, "\x03")));
echo 'NO_COLOR: ', describe(watch($php, fn ($keys) => fwrite($keys, "\e"), ['NO_COLOR' => '1']));
echo 'SIGTERM: ', describe(watch($php, function () use ($fpm) {
    foreach (glob('/proc/[0-9]*/cmdline') as $file) {
        $words = explode("\0", (string) @file_get_contents($file));
        if (in_array('top', $words, true) && in_array("{$fpm['folder']}/www.sock", $words, true)) {
            exec('kill -TERM ' . basename(dirname($file)));
        }
    }
}));
$screen = watch($php, fn ($keys) => fwrite($keys, 'q'));
preg_match_all('/^(strata|local|DATABASE|default|NODE)\b/m', preg_replace(['/\e\[[0-9;?]*[a-zA-Z]/', "/\r/"], '', explode("\e[H", $screen)[2]), $rows);
echo implode(' ', $rows[1]), "\n";

$once = command(['--fcgi', "{$fpm['folder']}/www.sock", 'top', '--once', '--interval', '0.2'], [], ['COLUMNS' => '40', 'LINES' => '10']);
echo 'once: ', substr_count($once, "\n") <= 10 && max(array_map(strlen(...), explode("\n", $once))) <= 42 ? 'fits' : $once, ', ',
    str_contains($once, "\e") ? 'escapes' : 'plain', ', ', str_contains($once, 'GETS/s') ? "rates\n" : "no rates\n";
foreach ([3, 7] as $height) {
    $once = command(['--fcgi', "{$fpm['folder']}/www.sock", 'top', '--once', '--interval', '0.2'], [], ['COLUMNS' => '80', 'LINES' => (string) $height]);
    echo "$height lines: ", substr_count($once, "\n") <= $height ? 'fits' : $once, "\n";
}
echo command(['--fcgi', "{$fpm['folder']}/www.sock", 'top']);
fpm_stop($fpm);
?>
--EXPECT--
q: as it was, screen given back, fits, colours, code 0
Ctrl-C: as it was, screen given back, fits, colours, code 130
NO_COLOR: as it was, screen given back, fits, no colours, code 0
SIGTERM: as it was, screen given back, fits, colours, code 143
strata local DATABASE default
once: fits, plain, rates
3 lines: fits
7 lines: fits
! strata: top needs a terminal; strata top --once prints one screen
exit code 3
