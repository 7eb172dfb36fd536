--TEST--
Redis: a new visitor costs no command, a page that reads two, a page that writes two, and no more
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

$server = new OwnServer('redis');
$code = <<<'CODE'
    require __DIR__ . '/tests/support/servers.inc';
    $server = getenv('SERVER');
    visit('0');
    foreach (['0', '1'] as $strict) {
        ini_set('session.use_strict_mode', $strict);
        foreach (['0', '1'] as $lazy) {
            ini_set('session.lazy_write', $lazy);
            asked($server);
            $say = function ($what) use ($server) { echo "$what: ", asked($server), "\n"; };
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
            session_id($id); session_start(); session_abort();
            $say('aborted');
            session_id($id); session_start(); session_regenerate_id(); session_write_close();
            $say('a new id');
            session_start(); session_regenerate_id(true); $_SESSION['count']++; session_write_close();
            $say('a new id in place of the old one');
            session_start(); session_destroy();
            $say('destroyed');
            session_id(''); session_start(); session_create_id(); session_abort();
            $say('an id beside it');
            visit('never-there');
            $say('an id that is not there');
        }
    }
    CODE;
putenv('SERVER=' . $server->name());
$lines = explode("\n", session_php(['strata.sessions.redis' => $server->dsn(), 'session.use_strict_mode' => '0'], $code));
$each = array_chunk(array_filter($lines), 11);
expect_same([$each[0], $each[2]], [$each[1], $each[3]], 'session.lazy_write changes nothing');
echo implode("\n", $each[0]), "\nstrict:\n", implode("\n", array_diff($each[2], $each[0])), "\n";
?>
--EXPECT--
new and empty: nothing
new: 1 scripts
read: 2 scripts
changed: 2 scripts
read and closed: get pttl
aborted: 2 scripts
a new id: 4 scripts
a new id in place of the old one: 4 scripts
destroyed: 1 scripts
an id beside it: get pttl
an id that is not there: 2 scripts
strict:
an id that is not there: 1 scripts
