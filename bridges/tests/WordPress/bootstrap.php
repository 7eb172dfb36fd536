<?php

/* So much of WordPress as its object cache asks: which site this is, and where to complain. */

declare(strict_types=1);

define('DB_NAME', 'blog');
$table_prefix = 'wp_';
require_once __DIR__ . '/../../autoload.php';
require_once getenv('STRATA_SOURCES') . '-wordpress/wp-includes/class-wp-object-cache.php';

/** What WordPress would know: whether this is a network, and what was complained of. */
final class World
{
    public static bool $multisite = false;
    public static bool $suspended = false;
    public static array $complaints = [];
}

function is_multisite(): bool
{
    return World::$multisite;
}

function get_current_blog_id(): int
{
    return 1;
}

function wp_suspend_cache_addition(): bool
{
    return World::$suspended;
}

function _doing_it_wrong(string $function, string $message, string $version): void
{
    World::$complaints[] = $message;
}

function _deprecated_function(string $function, string $version, string $instead): void
{
    World::$complaints[] = "$function: $instead";
}

function __(string $text): string
{
    return $text;
}

function esc_html(string $text): string
{
    return htmlspecialchars($text);
}
