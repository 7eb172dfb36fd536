<?php
/**
 * Plugin Name: strata object cache
 * Description: WordPress' object cache on strata: this host's shared memory, and memcached and Redis behind it.
 *
 * Make wp-content/object-cache.php a symbolic link to this file. Or copy it there, and say in wp-config.php where
 * the bridges are: define('STRATA_BRIDGES', '/path/to/bridges');
 *
 * Where strata cannot be used, WordPress works with its own cache, and the reason stands in PHP's log and in the
 * notices of its administration.
 */

(static function (): void {
    $bridges = defined('STRATA_BRIDGES') ? STRATA_BRIDGES : dirname(__DIR__);
    if (!is_file("$bridges/autoload.php")) {
        $reason = "there is no autoload.php in $bridges: define STRATA_BRIDGES in wp-config.php";
    } else {
        require_once "$bridges/autoload.php";
        $reason = Strata\Bridge\WordPress\ObjectCache::whyNot();
    }
    if ($reason === null) {
        require_once "$bridges/src/WordPress/functions.php";
        return;
    }
    $message = "strata object cache is not in use: $reason";
    error_log($message);
    if (function_exists('add_action')) {
        add_action('admin_notices', static function () use ($message): void {
            printf('<div class="notice notice-error"><p>%s</p></div>', esc_html($message));
        });
    }
})();
