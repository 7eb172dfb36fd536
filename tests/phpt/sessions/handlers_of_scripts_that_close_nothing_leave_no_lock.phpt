--TEST--
Sessions: a handler of the script that throws, does not close, or removes or reconnects before it writes leaves no lock and loses nothing
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_memcached();
skip_without_sessions();
skip_without_fork();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
strata.databases=sessions,others
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.others.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=sessions-open-${STRATA_TEST_RUN}
strata.session_lock_wait=100ms
strata.operation_timeout=5s
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

final class Careless extends SessionHandler
{
    public bool $throws = false;

    public function read(string $id): string|false
    {
        $data = parent::read($id);
        return $this->throws ? throw new Exception('at read') : $data;
    }

    public function close(): bool
    {
        return true;
    }
}

final class Removing extends SessionHandler
{
    public function write(string $id, string $data): bool
    {
        return parent::destroy($id) && parent::write($id, $data);
    }
}

final class Reconnecting extends SessionHandler
{
    public function write(string $id, string $data): bool
    {
        return parent::close() && parent::open(session_save_path(), session_name()) && parent::write($id, $data);
    }
}

/* In a process of its own, as the one that left it would wait for itself. */
$is_free = function (string $id, string $database = '') {
    return in_child(function () use ($id, $database) {
        session_save_path($database);
        session_set_save_handler(new SessionHandler(), true);
        return count(warnings(fn () => visit($id))) === 0;
    });
};
$id = new_session(['count' => 1]);
$other = new_session(['other' => 1]);

$handler = new Careless();
session_set_save_handler($handler, true);
session_id($id);
session_start();
session_abort();
expect_same(['other' => 1], visit($other), 'the next one, over one that was not closed');
expect_same(true, $is_free($id), 'the lock of the former one');
session_id($id);
session_start();
session_abort();
session_save_path('others');
$elsewhere = new_session(['elsewhere' => 1]);
session_save_path('');
expect_same([true, ['elsewhere']], [$is_free($id), array_keys(in_child(function () use ($elsewhere) {
    session_save_path('others');
    session_set_save_handler(new SessionHandler(), true);
    return look($elsewhere);
}))], 'with another database');
visit($other);

$handler->throws = true;
session_id($id);
try {
    $message = session_start();
} catch (Exception $exception) {
    $message = $exception->getMessage();
}
expect_same('at read', $message, 'thrown');
$handler->throws = false;
expect_same(['count' => 2], visit($id, fn () => $_SESSION['count']++), 'no wait for itself');

foreach (['', 'others'] as $database) {
    session_save_path($database);
    session_set_save_handler(new Removing(), true);
    $id = new_session(['count' => 1]);
    visit($id, fn () => $_SESSION['count']++);
    expect_same([['count' => 2], true], [look($id), $is_free($id, $database)], "removed before it is written: $database");
    visit($id, fn () => session_destroy());
    expect_same([], look($id), 'a logout');
    session_set_save_handler(new Reconnecting(), true);
    $id = new_session(['count' => 1]);
    visit($id, fn () => $_SESSION['count']++);
    expect_same([['count' => 2], true], [look($id), $is_free($id, $database)], "opened anew to be written: $database");
}
echo "done\n";
?>
--EXPECT--
done
