<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use Symfony\Component\HttpFoundation\Tests\Session\Storage\PhpBridgeSessionStorageTest;

/**
 * Symfony's tests of a session that other code has started, which strata saves.
 *
 * @runTestsInSeparateProcesses
 *
 * @preserveGlobalState disabled
 */
final class PhpBridgeSessionTest extends PhpBridgeSessionStorageTest
{
    use Sessions;
}
