--TEST--
memcached: a new visitor costs no command, a page one read and one write for the lock, one that changes it two
--SKIPIF--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_own_server();
skip_without_sessions();
skip_without_child();
?>
--FILE--
<?php
require __DIR__ . '/../../support/own_server.inc';
require __DIR__ . '/../../support/sessions.inc';

$server = new OwnServer('memcached');
putenv('SERVER=' . $server->name());
echo session_php(['strata.sessions.memcached' => $server->dsn(), 'session.use_strict_mode' => '1'], <<<'CODE'
    require __DIR__ . '/tests/support/servers.inc';
    $counts = fn () => array_map(fn ($name) => memcached_stat(getenv('SERVER'), $name), ['cmd_get', 'cmd_set', 'cmd_touch']);
    $before = $counts();
    $say = function ($what) use (&$before, $counts) {
        $now = $counts();
        echo "$what: ", json_encode(array_map(fn ($new, $old) => $new - $old, $now, $before)), "\n";
        $before = $now;
    };
    new_session([]);
    $say('new and empty');
    $id = new_session(['count' => 1]);
    $say('new');
    visit($id);
    $say('read');
    visit($id, fn () => $_SESSION['count']++);
    $say('changed');
    look($id);
    $say('read and closed');
    visit('never-there');
    $say('an id that is not there');
    CODE);
?>
--EXPECT--
new and empty: [0,0,0]
new: [0,1,0]
read: [1,1,0]
changed: [1,2,0]
read and closed: [1,0,0]
an id that is not there: [1,0,0]
