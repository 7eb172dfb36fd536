--TEST--
strata.replicas = 2: sessions survive the loss of each of three memcached servers, and what one that was stopped holds is not believed
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_own_server();
skip_without_child();
skip_without_sessions();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';

const MANY = 10;

$servers = [];
foreach (['a', 'b', 'c'] as $name) {
    $servers[$name] = new OwnServer('memcached');
}
$ring = implode(',', array_map(fn ($name, $server) => "$name={$server->name()}", array_keys($servers), $servers));
$ini = ['strata.sessions.memcached' => "memcached://$ring", 'strata.sessions.replicas' => '2'];
$ids = array_map(fn () => bin2hex(random_bytes(16)), array_fill(0, MANY, null));
$list = var_export($ids, true);

/* Each of the sessions counts its requests, in another PHP. */
$count = fn (string $first = ''): string => session_php($ini, "$first
    \$counts = array_map(fn (\$id) => visit(\$id, function () { \$_SESSION['n'] = (\$_SESSION['n'] ?? 0) + 1; }), $list);
    echo json_encode(array_unique(array_column(\$counts, 'n'))), count(\$counts), \"\\n\";");
$look = fn (): string => session_php($ini, "
    \$counts = array_map('look', $list);
    echo json_encode(array_count_values(array_map(fn (\$data) => \$data['n'] ?? 'none', \$counts))), \"\\n\";");

echo 'new: ', $count();
foreach ($servers as $name => $server) {
    $server->kill();
    echo "without $name: ", $count();
    $server->start();
    echo "$name is back, empty: ", $count();
}
/* It keeps what it has, and is not asked any more. */
echo 'a is stopped: ', $count("
    array_map('look', $list);
    exec('kill -STOP {$servers['a']->pid()}');
    echo json_encode(strata_node('{$servers['a']->name()}', 'disable', 60)), ' ';
    register_shutdown_function(function () {
        foreach (array_slice($list, 0, 5) as \$id) {
            session_id(\$id);
            session_start();
            echo json_encode(session_destroy()), ' ';
        }
    });");
echo "\n";
$servers['a']->signal(CONTINUED);
echo 'a goes on: ', $look();
echo 'and is locked and stored: ', $count();
$servers['b']->kill();
echo 'without b: ', $look();
$servers['b']->start();
?>
--EXPECT--
new: [1]10
without a: [2]10
a is back, empty: [3]10
without b: [4]10
b is back, empty: [5]10
without c: [6]10
c is back, empty: [7]10
a is stopped: true [8]10
true true true true true 
a goes on: {"none":5,"8":5}
and is locked and stored: {"0":1,"5":9}10
without b: {"1":5,"9":5}
