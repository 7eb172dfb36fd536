<?php

/* Debian's Symfony, and the tests of the same version from the source of its package. */

declare(strict_types=1);

require_once __DIR__ . '/../../autoload.php';
require_once __DIR__ . '/../Unbuildable.php';
require_once __DIR__ . '/Sessions.php';
require_once 'Psr/SimpleCache/autoload.php';
require_once 'Cache/IntegrationTests/autoload.php';
require_once 'Symfony/Component/Cache/autoload.php';
require_once 'Symfony/Component/DependencyInjection/autoload.php';
require_once 'Symfony/Component/HttpFoundation/autoload.php';
require_once 'Symfony/Component/Lock/autoload.php';

spl_autoload_register(function (string $class): void {
    if (preg_match('/^Symfony\\\\(Component\\\\(?:Cache|HttpFoundation|Lock)\\\\Tests\\\\.*)/', $class, $test)) {
        $file = getenv('STRATA_SOURCES') . '-symfony/src/Symfony/' . strtr($test[1], '\\', '/') . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    }
});
