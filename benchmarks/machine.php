<?php

/* The machine that the figures below are of: they say nothing of another one. */

declare(strict_types=1);

require __DIR__ . '/machine.inc';

$machine = machine();
$versions = array_map(fn ($name) => "$name " . phpversion($name), array_filter(['strata', 'apcu', 'memcached', 'redis'], extension_loaded(...)));
printf("%s, %d of them, %s\nPHP %s%s, %s\n", $machine['model'], $machine['cores'], $machine['kernel'], PHP_VERSION,
    PHP_ZTS ? ' (threads)' : '', implode(', ', $versions));
