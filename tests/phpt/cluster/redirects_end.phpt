--TEST--
strata.max_redirects: a command is sent at most once more than that, and a loop is seen at its second round
--SKIPIF--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';
skip_without_fake_nodes();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fake_nodes.inc';
require __DIR__ . '/../../support/php.inc';

$nodes = FakeNodes::redis(6, function (int $node, array $words, FakeNodes $nodes) {
    if ($words[0] === 'CLUSTER') {
        return $nodes->slots(0);
    }
    $to = match (substr(strrchr($words[1] ?? '', ':'), 1)) {
        'itself' => $node,
        'two' => 1 - $node,
        'chain' => ($node + 1) % 6,
        'ask' => -1 - ($node + 1) % 6,
        default => null,
    };
    if ($to !== null) {
        return $nodes->redirect($to < 0 ? 'ASK' : 'MOVED', $words[1], $to < 0 ? -1 - $to : $to);
    }
});
foreach ([0, 1, 3, 16] as $limit) {
    $ini = ['strata.redis' => "redis-cluster://{$nodes->address(0)}", 'strata.local_ttl' => '0',
        'strata.operation_timeout' => '5s', 'strata.connect_timeout' => '5s', 'strata.request_budget' => '0', 'strata.max_redirects' => (string) $limit];
    echo "strata.max_redirects=$limit\n";
    foreach (['itself', 'two', 'chain', 'ask'] as $key) {
        echo trim(php($ini, 'require "' . __DIR__ . '/../../support/show.inc"; echo told((new Strata\Cache())->fetch("' . $key . '"));')), ' ';
        $sent = count($nodes->heard_of(":$key"));
        $most = ['itself' => 2, 'two' => 3, 'chain' => 7, 'ask' => 7][$key];
        echo $key, ' ', $sent >= 1 && $sent <= min($limit + 1, $most) ? 'ends' : "is sent $sent times", "\n";
    }
}
echo preg_replace('/127\.0\.0\.1:\d+/', 'NODE', php(['strata.on_error' => 'throw'] + $ini, '
    try {
        strata_get("two");
    } catch (Strata\ConnectionException $exception) {
        echo $exception->getMessage(), "\n";
    }
    var_dump(strata_get("usable"));
'));
?>
--EXPECTF--
strata.max_redirects=0
error redis (redirects) itself ends
error redis (redirects) two ends
error redis (redirects) chain ends
error redis (redirects) ask ends
strata.max_redirects=1
error redis (redirects) itself ends
error redis (redirects) two ends
error redis (redirects) chain ends
error redis (redirects) ask ends
strata.max_redirects=3
error redis (redirects) itself ends
error redis (redirects) two ends
error redis (redirects) chain ends
error redis (redirects) ask ends
strata.max_redirects=16
error redis (redirects) itself ends
error redis (redirects) two ends
error redis (redirects) chain ends
error redis (redirects) ask ends
database default: redis NODE: redirect loop: MOVED %d NODE
NULL
