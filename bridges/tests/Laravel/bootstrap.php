<?php

/* Debian's Laravel, or the one whose folder STRATA_LARAVEL names. */

declare(strict_types=1);

require_once __DIR__ . '/../../autoload.php';
if (getenv('STRATA_LARAVEL')) {
    require_once getenv('STRATA_LARAVEL') . '/autoload.php';
} else {
    require_once 'Carbon/autoload.php';
    require_once 'Illuminate/Cache/autoload.php';
    require_once 'Illuminate/Config/autoload.php';
    require_once 'Illuminate/Container/autoload.php';
    require_once 'Illuminate/Encryption/autoload.php';
    require_once 'Illuminate/Events/autoload.php';
    require_once 'Illuminate/Session/autoload.php';
}
