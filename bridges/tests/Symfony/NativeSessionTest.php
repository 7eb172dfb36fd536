<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use Symfony\Component\HttpFoundation\Session\Storage\Handler\StrictSessionHandler;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;
use Symfony\Component\HttpFoundation\Tests\Session\Storage\NativeSessionStorageTest;

/**
 * Symfony's tests of the sessions of PHP, with `handler_id: null` and strata as PHP's handler.
 *
 * @runTestsInSeparateProcesses
 *
 * @preserveGlobalState disabled
 */
final class NativeSessionTest extends NativeSessionStorageTest
{
    use Sessions;

    public function testHandlerOfPhpInsideOfOneOfSymfony(): void
    {
        $_COOKIE[session_name()] = '&~[';
        session_id('&~[');
        $storage = new NativeSessionStorage(['use_strict_mode' => 1], new StrictSessionHandler(new \SessionHandler()));
        $this->assertTrue($storage->start());
        $this->assertMatchesRegularExpression('/^[a-zA-Z0-9,-]{22,250}$/', $id = session_id());
        $_SESSION['user'] = 7;
        $storage->save();
        session_write_close();
        $_SESSION = [];
        session_id($id);
        $this->assertTrue(session_start());
        $this->assertSame([7, $id], [$_SESSION['user'] ?? null, session_id()]);
    }
}
