--TEST--
Sessions: where a serializer or a class fails, what was stored before stays
--SKIPIF--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';
skip_without_redis();
skip_without_sessions();
?>
--INI--
session.save_handler=strata
session.save_path=
session.use_cookies=0
session.cache_limiter=
session.serialize_handler=php
strata.databases=sessions
strata.sessions.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=sessions-whole-${STRATA_TEST_RUN}
--FILE--
<?php
require __DIR__ . '/../../support/servers.inc';
require __DIR__ . '/../../support/sessions.inc';

final class Bad
{
    public static string $fails = '';

    public function __serialize(): array
    {
        return self::$fails === 'serialize' ? throw new Exception('no') : [1];
    }

    public function __unserialize(array $data): void
    {
        self::$fails !== 'unserialize' || throw new Exception('no');
    }
}

$thrown = function (callable $work) {
    try {
        $work();
    } catch (Exception $exception) {
        return $exception->getMessage();
    }
};
$id = new_session(['count' => 1, 'bad' => new Bad()]);
Bad::$fails = 'serialize';
expect_same('no', $thrown(fn () => visit($id, fn () => $_SESSION['count']++)), 'it cannot be written');
expect_same('no', $thrown(function () use ($id) { session_id($id); session_start(); session_regenerate_id(true); }), 'nor taken along');
session_abort();
Bad::$fails = 'unserialize';
expect_same('no', $thrown(fn () => @look($id)), 'it cannot be read');
Bad::$fails = '';
expect_same(1, look($id)['count'], 'it is as it was');
session_id($id);
session_start();
$_SESSION['a|b'] = 1;
/* PHP 8.6 says so itself, and has nothing written. */
expect_same(PHP_VERSION_ID >= 80600 ? [] : ['session_write_close(): database sessions: the session "' . shown($id) . '" was not stored: '
    . 'session.serialize_handler cannot write it; where that is "php", no key may hold |; what was stored before stays'],
    warnings(session_write_close(...)), 'a key that the serializer does not take');
expect_same(1, look($id)['count'], 'it is as it was then, too');
ini_set('session.serialize_handler', 'php_serialize');
@look($id);
ini_set('session.serialize_handler', 'php');
expect_same([], look($id), 'what no code can read PHP destroys');
echo "done\n";
?>
--EXPECT--
done
