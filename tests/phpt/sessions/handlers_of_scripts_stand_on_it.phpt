--TEST--
Sessions: a handler of the script that calls this one has its locks, its new ids and its short reads
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
skip_without_fork();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=sessions-sub-${STRATA_TEST_RUN}
strata.sessions.session_lock_wait=100ms
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

final class Reversing extends SessionHandler
{
    public function read(string $id): string|false
    {
        $data = parent::read($id);
        return $data === false ? false : strrev($data);
    }

    public function write(string $id, string $data): bool
    {
        return parent::write($id, strrev($data));
    }
}

$handler = new Reversing();
session_set_save_handler($handler, true);
$id = new_session(['count' => 1]);
visit($id, fn () => $_SESSION['count']++);
expect_same(['count' => 2], look($id), 'through the handler');
expect_same(['count' => 2], while_held($id, look(...)), 'read_and_close takes no lock');
expect_same(1, while_held($id, fn ($id) => count(warnings(fn () => visit($id)))), 'and another one waits');
session_id($id);
session_start();
$_SESSION['count']++;
session_regenerate_id();
$new = session_id();
session_write_close();
expect_same([['count' => 3], ['count' => 3]], [look($new), look($id)], 'a new id, to which the old one leads');
session_id($new);
session_start();
session_regenerate_id(true);
$newer = session_id();
session_write_close();
expect_same([['count' => 3], []], [look($newer), look($new)], 'a new id in place of the old one');

$other = new_session(['other' => 1]);
session_id($newer);
session_start();
expect_same(['count|i:3;', 'other|i:1;'], [$handler->read($newer), $handler->read($other)], 'read() by hand');
expect_same(true, $handler->write($other, 'other|i:2;'), 'write() by hand');
expect_same(true, $handler->write($newer, 'count|i:4;'), 'of its own');
$_SESSION['count'] = 5;
session_write_close();
expect_same([['count' => 5], ['other' => 2]], [look($newer), look($other)], 'both');
session_id($newer);
session_start();
expect_same(true, $handler->destroy($other), 'destroy() by hand');
session_write_close();
expect_same([['count' => 5], []], [look($newer), look($other)], 'that one is gone');
echo "done\n";
?>
--EXPECT--
done
