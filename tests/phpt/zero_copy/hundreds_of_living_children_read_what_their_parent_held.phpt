--TEST--
strata.zero_copy: of 300 children that live at a time the last 100 read what their parent held, after it and the first 200 were killed
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
require __DIR__ . '/../../support/fork.inc';
skip_without_child();
skip_without_fork();
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

in_all_ways('require "' . __DIR__ . '/../../support/fork.inc";' . <<<'CODE'
const FIRST = 200, LAST = 100;
$make = fn (int $n) => ['n' => $n, 'rows' => array_fill(0, 8, ["row $n", str_repeat(chr(65 + $n % 26), 40)])];
[$parent, $child] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
[$first, $early] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
[$last, $end] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$pid = pcntl_fork();
if ($pid === 0) {
    for ($i = 0; $i < 20; $i++) {
        strata_set("held $i", $make($i));
        $held[] = strata_get("held $i");
    }
    for ($n = 0, $forked = 1; $n < FIRST + LAST && $forked > 0; $n++) {
        $forked = pcntl_fork();
    }
    if ($forked > 0) {
        die_at_once();
    }
    if ($n <= FIRST) {
        stream_socket_recvfrom($early, 1);
        fwrite($early, 'd');
        die_at_once();
    }
    stream_socket_recvfrom($child, 1);
    $wrong = 0;
    foreach ($held as $i => $value) {
        $wrong += $value !== $make($i);
    }
    fwrite($child, $wrong === 0 ? 'y' : 'n');
    stream_socket_recvfrom($end, 1);
    die_at_once();
}
$answers = function ($socket, int $count): string {
    fwrite($socket, str_repeat('.', $count));
    for ($all = ''; strlen($all) < $count && (string) ($more = fread($socket, $count)) !== '';) {
        $all .= $more;
    }
    return $all;
};
pcntl_waitpid($pid, $status);
$answers($first, FIRST);
usleep(200_000);
for ($i = 0; $i < 20; $i++) {
    $i % 2 ? strata_delete("held $i") : strata_set("held $i", 'something else');
}
for ($i = 0; $i < 5000; $i++) {
    strata_set('filler ' . $i % 1500, $make($i + 7));
}
$said = $answers($parent, LAST);
echo strlen($said), ' answers, ', substr_count($said, 'n'), " wrong\n";
fwrite($last, str_repeat('.', LAST));
CODE, ['strata.memory' => '1M']);
?>
--EXPECT--
100 answers, 0 wrong
