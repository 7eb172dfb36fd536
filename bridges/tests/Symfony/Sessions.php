<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

/**
 * Tests of sessions run in processes of their own, which PHPUnit starts with a php.ini and not with what it was started
 * with: so this makes one, in which strata saves the sessions.
 */
trait Sessions
{
    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        self::$folder = sys_get_temp_dir() . '/' . uniqid('strata-sessions-');
        mkdir(self::$folder);
        file_put_contents(self::$folder . '/php.ini', self::settings());
        putenv('PHPRC=' . self::$folder . '/php.ini');
        putenv('PHP_INI_SCAN_DIR=');
    }

    public static function tearDownAfterClass(): void
    {
        putenv('PHPRC');
        putenv('PHP_INI_SCAN_DIR');
        unlink(self::$folder . '/php.ini');
        rmdir(self::$folder);
    }

    /** A database for sessions alone, on the servers of this backend; on memcached there are no others. */
    private static function settings(): string
    {
        $lines = array_map(fn ($name) => "extension=$name", ['ctype', 'dom', 'mbstring', 'phar', 'tokenizer', 'xml', 'xmlwriter', 'posix']);
        $servers = match (getenv('STRATA_TEST_BACKEND')) {
            'local' => 'session_local = on',
            'redis' => 'redis = "' . getenv('STRATA_TEST_REDIS_DSN') . '"',
            'memcached' => 'memcached = "' . getenv('STRATA_TEST_MEMCACHED_DSN') . '"',
            'cluster' => 'redis = "' . getenv('STRATA_TEST_CLUSTER_DSN') . '"',
        };
        $namespace = 'sessions-' . bin2hex(random_bytes(6));
        return implode("\n", [...$lines, 'extension = "' . getenv('STRATA_SO') . '"', 'strata.databases = sessions', "strata.sessions.$servers",
            "strata.namespace = $namespace", 'strata.operation_timeout = 10s', 'strata.connect_timeout = 10s', 'strata.connect_rate = 10000',
            'strata.session_lock_wait = 10s', 'session.save_handler = strata', 'session.save_path = ', 'include_path = "/usr/share/php"',
            'error_reporting = -1', 'display_errors = 1', '']);
    }

    /** Without the folder of the tests that these are made of. An empty path is the database sessions; some test files, too. */
    protected function setUp(): void
    {
        ini_set('session.save_handler', 'strata');
        ini_set('session.save_path', '');
    }

    protected function tearDown(): void
    {
        session_write_close();
    }
}
