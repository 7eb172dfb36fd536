--TEST--
Redis: late answers to ASKING, AUTH and SELECT are never taken for the answer to a get, in 10,000 of each
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/late.inc';

/* Every other key is on its way to the second node; a host follows so many redirects only. */
$nodes = FakeNodes::redis(2, fn (int $node, array $words, FakeNodes $nodes) => match (true) {
    $words[0] === 'CLUSTER' => $nodes->slots(0),
    $words[0] === 'ASKING' => late_at_times("+OK\r\n", 25),
    $node === 0 && preg_match('/:key-\d*[13579]$/', $words[1] ?? '') === 1 => $nodes->redirect('ASK', $words[1], 1),
    default => null,
});
echo 'ASKING: ', read_from($nodes, ['strata.redis' => "redis-cluster://{$nodes->address(0)}"]);

/* Connections live for thirty commands or so. */
foreach (['AUTH', 'SELECT'] as $late) {
    $nodes = FakeNodes::redis(1, fn (int $node, array $words) => match (true) {
        $words[0] === $late => late_at_times("+OK\r\n", 5),
        $words[0] === 'GET' && mt_rand(1, 30) === 1 => new LastWords(),
        default => null,
    });
    echo "$late: ", read_from($nodes, ['strata.redis' => "redis://somebody:open-sesame@{$nodes->address(0)}/3"]);
}
?>
--EXPECT--
ASKING: 0 wrong, most were there, many came late
AUTH: 0 wrong, most were there, many came late
SELECT: 0 wrong, most were there, many came late
