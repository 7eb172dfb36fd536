<?php
/* The drop-in of the measured WordPress: the one of the cache that STRATA_APPS_CACHE names. */

switch (getenv('STRATA_APPS_CACHE')) {
    case 'apcu':
        require __DIR__ . '/object-cache-apcu.php';
        break;
    case 'local':
    case 'redis':
        require dirname(__DIR__, 2) . '/bridges/wordpress/object-cache.php';
        break;
}
