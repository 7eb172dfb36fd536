--TEST--
Named segment: two releases with epochs of their own share one file and no local value; each clears and deletes its own
--SKIPIF--
<?php
require __DIR__ . '/../../support/segment.inc';
skip_without_segment();
?>
--FILE--
<?php
require __DIR__ . '/../../support/segment.inc';
in_own_run();

$ini = ['strata.segment' => SEGMENT_OF_USER, 'strata.memory' => '4M'];
$release = fn (string $epoch) => new Resident($ini + ['strata.epoch' => $epoch]);
$read = 'return strata_get("page");';
$told = '';

$old = [$release('r1'), $release('r1')];
$old[0]->ask('strata_set("page", ["of", "r1"], 60); strata_increment("visits"); strata_set("kept", "r1");');
/* The deployment: processes of both releases serve at the same time. */
$new = [$release('r2'), $release('r2')];
echo 'r1, r2: ', json_encode([$old[1]->ask($read), $new[0]->ask($read)]), "\n";
$new[0]->ask('strata_set("page", ["of", "r2"], 60); strata_increment("visits", 10); strata_set("kept", "r2");');
echo 'both stored: ', json_encode([$old[0]->ask($read), $old[1]->ask($read), $new[0]->ask($read), $new[1]->ask($read)]), "\n";
echo 'counters: ', json_encode([$old[1]->ask('return strata_increment("visits");'), $new[1]->ask('return strata_increment("visits");')]), "\n";
$new[1]->ask('strata_delete("page");');
echo 'r2 deletes: ', json_encode([$old[0]->ask($read), $new[0]->ask($read)]), "\n";
$new[0]->ask('strata_set("page", ["of", "r2 again"], 60);');
$old[1]->ask('(new Strata\Cache())->clear();');
$kept = 'return strata_get("kept");';
echo 'r1 clears: ', json_encode([$old[0]->ask($read), $old[0]->ask($kept), $new[1]->ask($read), $new[0]->ask($kept)]), "\n";

/* The old release ends, and the new one is reloaded: what it stored and what was cleared is known. */
array_map(function ($program) use (&$told) { $told .= $program->end(); }, [...$old, ...$new]);
$new = $release('r2');
$old = $release('r1');
echo 'later: ', json_encode([$old->ask($read), $old->ask($kept), $new->ask($read), $new->ask($kept)]), ', ', count(segment_files()), " file\n";
echo $told, $old->end(), $new->end();
?>
--EXPECT--
r1, r2: [["of","r1"],null]
both stored: [["of","r1"],["of","r1"],["of","r2"],["of","r2"]]
counters: [2,11]
r2 deletes: [["of","r1"],null]
r1 clears: [null,null,["of","r2 again"],"r2"]
later: [null,null,["of","r2 again"],"r2"], 1 file
