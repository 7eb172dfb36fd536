<?php

/* Strata\Bridge\… for those that do not use Composer. */

declare(strict_types=1);

spl_autoload_register(function (string $class): void {
    $path = str_replace('\\', '/', $class);
    if (str_starts_with($path, 'Strata/Bridge/')) {
        $file = __DIR__ . '/src/' . substr($path, strlen('Strata/Bridge/')) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
