--TEST--
Pictures of loads are well-formed, say the same of the same figures, and show hostile names as text
--SKIPIF--
<?php
exec('command -v xmllint', $output, $code);
$code === 0 || exit('skip there is no xmllint: install libxml2-utils');
?>
--FILE--
<?php
require __DIR__ . '/../../chaos/timeline.inc';
require __DIR__ . '/../../chaos/table.inc';

/* A peer that answers nothing for ten seconds of a minute. */
function picture(int $seconds): string
{
    [$ours, $theirs] = [new Seconds($seconds), new Seconds($seconds)];
    for ($second = 0; $second < $seconds; $second++) {
        for ($request = 1; $request <= 4; $request++) {
            $ours->add($second, $request, ['local' => 3, 'redis' => 1]);
            $second % 60 >= 20 && $second % 60 < 30 || $theirs->add($second, 100 * $request);
        }
    }
    $timeline = new Timeline('What <script>alert(1)</script> & "others" do', $seconds, "with a \0 in it");
    $timeline->shade(20, 30, 'DROP');
    $timeline->mark(40, 'reshard & back');
    $timeline->panel('requests a second')->line('strata', $ours->rates())->line('peer', $theirs->rates());
    $timeline->panel('milliseconds', Scale::Powers)->line('strata p50', $ours->percentiles(50))
        ->line('strata p99', $ours->percentiles(99))->line('peer p99', $theirs->percentiles(99), 'dashed');
    $timeline->panel('answered by', Scale::Shares)->line('local', $ours->shares('local'))->line('<b>redis</b>', $ours->shares('redis'));
    return $timeline->svg();
}

$file = tempnam(sys_get_temp_dir(), 'strata_picture_');
foreach ([60, 600] as $seconds) {
    file_put_contents($file, picture($seconds));
    exec("xmllint --nonet --noout $file 2>&1", $said, $code);
    $texts = (int) shell_exec("xmllint --nonet --xpath 'count(//*[local-name()=\"text\"])' $file");
    echo "$seconds s: ", $code === 0 ? 'well-formed' : implode("\n", $said), ', the same again: ', json_encode(picture($seconds) === file_get_contents($file)),
        ', text: ', json_encode($texts > 20), ', at most 60 KB: ', json_encode(filesize($file) < 60_000), "\n";
}
$all = file_get_contents($file);
unlink($file);
foreach (['strata', 'peer', 'strata p50', 'strata p99', 'peer p99', 'local', '&lt;b&gt;redis&lt;/b&gt;', 'DROP', 'reshard &amp; back'] as $name) {
    str_contains($all, ">$name</text>") || print("not in the picture: $name\n");
}
echo 'scripts: ', substr_count($all, '<script'), ', lines: ', preg_match_all('/<path class="line/', $all), ', areas: ', preg_match_all('/<path class="area/', $all), "\n";

/* What nobody counted is a gap, and so is a second without requests. */
$seconds = new Seconds(3);
$seconds->add(0.5, 7);
$seconds->add(2.5, 9, ['a' => 1]);
echo json_encode([$seconds->rates(), $seconds->percentiles(50), $seconds->shares('a')]), "\n";

echo table_of([['fault' => 'DROP | REJECT', 'longest' => '12 ms', 'hits' => '97 %'], ['fault' => 'KILL', 'longest' => '1,204 ms', 'hits' => '–']]);
?>
--EXPECT--
60 s: well-formed, the same again: true, text: true, at most 60 KB: true
600 s: well-formed, the same again: true, text: true, at most 60 KB: true
scripts: 0, lines: 5, areas: 2
[[[0.5,1],[1.5,0],[2.5,1]],[[0.5,7],[1.5,null],[2.5,9]],[[0.5,null],[1.5,null],[2.5,100]]]
| fault          |  longest | hits |
|----------------|---------:|-----:|
| DROP \| REJECT |    12 ms | 97 % |
| KILL           | 1,204 ms |    – |
