<?php

/* The machine that the figures below are of: they say nothing of another one. */

declare(strict_types=1);

/** The first line of a file of the kernel that begins so, from behind its colon. */
function line_of(string $file, string $begin): string
{
    foreach (@file($file, FILE_IGNORE_NEW_LINES) ?: [] as $line) {
        if (str_starts_with($line, $begin)) {
            return trim(substr($line, strpos($line, ':') + 1));
        }
    }
    return 'unknown';
}

/** How many processors are in a list such as "0-3,8". */
function count_of(string $list): int
{
    $count = 0;
    foreach (explode(',', $list) as $range) {
        $ends = explode('-', $range);
        $count += (int) end($ends) - (int) $ends[0] + 1;
    }
    return $count;
}

$versions = array_map(fn ($name) => "$name " . phpversion($name), array_filter(['strata', 'apcu', 'memcached', 'redis'], extension_loaded(...)));
printf(
    "%s, %d of them, Linux %s\nPHP %s%s, %s\n",
    line_of('/proc/cpuinfo', 'model name'),
    count_of(trim((string) @file_get_contents('/sys/devices/system/cpu/online'))),
    php_uname('r'),
    PHP_VERSION,
    PHP_ZTS ? ' (threads)' : '',
    implode(', ', $versions)
);
