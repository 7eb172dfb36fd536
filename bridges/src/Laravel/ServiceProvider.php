<?php

declare(strict_types=1);

namespace Strata\Bridge\Laravel;

use Illuminate\Support\ServiceProvider as Base;

/** The driver "strata" of config/cache.php: 'stores' => ['strata' => ['driver' => 'strata', 'database' => 'default']]. */
class ServiceProvider extends Base
{
    public function register()
    {
        $this->app->resolving('cache', function ($manager) {
            $manager->extend('strata', fn ($app, array $config) => ServiceProvider::open($app, $config));
        });
    }

    /** @internal Laravel calls the function above as if it were its own manager's. */
    public static function open($app, array $config): Repository
    {
        $store = new Store($config['database'] ?? 'default', $config['prefix'] ?? $app['config']['cache.prefix'] ?? '');
        $repository = new Repository($store, $config);
        if ($app->bound('events') && ($config['events'] ?? true)) {
            $repository->setEventDispatcher($app['events']);
        }
        return $repository;
    }
}
