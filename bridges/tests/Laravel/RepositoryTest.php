<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Laravel;

use Illuminate\Cache\CacheManager;
use Illuminate\Cache\Events\CacheHit;
use Illuminate\Cache\Events\CacheMissed;
use Illuminate\Cache\Events\KeyWritten;
use Illuminate\Config\Repository as Config;
use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use PHPUnit\Framework\TestCase;
use Strata\Bridge\Laravel\Repository;
use Strata\Bridge\Laravel\ServiceProvider;
use Strata\Bridge\Laravel\Store;

class RepositoryTest extends TestCase
{
    private Repository $cache;
    private array $events = [];

    protected function setUp(): void
    {
        $this->cache = new Repository(new Store('default', 'app' . bin2hex(random_bytes(4))));
        $events = new Dispatcher();
        $events->listen('*', function ($name) {
            $this->events[] = substr(strrchr($name, '\\'), 1);
        });
        $this->cache->setEventDispatcher($events);
    }

    public function testRemember(): void
    {
        $calls = 0;
        $compute = function () use (&$calls) {
            return 'value ' . ++$calls;
        };
        $this->assertSame('value 1', $this->cache->remember('a', 60, $compute));
        $this->assertSame('value 1', $this->cache->remember('a', 60, $compute));
        $this->assertSame('value 1', $this->cache->get('a'));
        $this->assertSame(['CacheMissed', 'KeyWritten', 'CacheHit', 'CacheHit'], $this->events());
        $this->cache->forget('a');
        $this->assertSame('value 2', $this->cache->rememberForever('a', $compute));
        $this->assertSame('value 2', $this->cache->sear('a', $compute));
        $this->assertSame('value 3', $this->cache->remember('date', new \DateTimeImmutable('+60 seconds'), $compute));
        $this->assertSame('value 3', $this->cache->remember('date', new \DateInterval('PT60S'), $compute));
        $this->assertSame(3, $calls);
    }

    /** What this bridge tells, and Laravel of whatever version tells of the same. */
    private function events(): array
    {
        return array_values(array_intersect($this->events, ['CacheMissed', 'CacheHit', 'KeyWritten']));
    }

    public function testNullAndNothingAreNotKept(): void
    {
        $calls = 0;
        for ($n = 0; $n < 2; $n++) {
            $this->assertNull($this->cache->remember('null', 60, function () use (&$calls) {
                $calls++;
            }));
            $this->assertSame(1, $this->cache->remember('over', fn () => 0, function () use (&$calls) {
                $calls++;
                return 1;
            }));
        }
        $this->assertSame(4, $calls);
        $this->assertNull($this->cache->get('over'));
    }

    public function testALifeThatTheValueDecides(): void
    {
        $this->cache->remember('a', fn ($value = null) => 1, fn () => 'short');
        $this->assertSame('short', $this->cache->get('a'));
        sleep(2);
        $this->assertNull($this->cache->get('a'));
    }

    public function testWhatTheFunctionThrowsPasses(): void
    {
        try {
            $this->cache->remember('a', 60, fn () => throw new \DomainException('mine'));
            $this->fail();
        } catch (\DomainException $thrown) {
            $this->assertSame('mine', $thrown->getMessage());
        }
        $this->assertSame('then', $this->cache->remember('a', 60, fn () => 'then'));
    }

    public function testFlexibleIsFreshThenStaleThenGone(): void
    {
        $calls = 0;
        $compute = function () use (&$calls) {
            return ++$calls;
        };
        $this->assertSame(1, $this->cache->flexible('a', [1, 6], $compute));
        $this->assertSame(1, $this->cache->flexible('a', [1, 6], $compute));
        sleep(2);
        /* Stale: returned as it is, and computed when this request is over. */
        $this->assertSame(1, $this->cache->flexible('a', [1, 6], $compute));
        $this->assertSame(1, $calls);
        strata_request_boundary();
        $this->assertSame(2, $calls);
        $this->assertSame(2, $this->cache->flexible('a', [60, 120], $compute));
        $this->cache->tags('t')->flexible('b', [60, 120], $compute);
        $this->assertSame(3, $this->cache->tags('t')->get('b'));
        $this->cache->tags('t')->flush();
        $this->assertSame(4, $this->cache->tags('t')->flexible('b', [60, 120], $compute));
    }

    public function testOneOfManyComputes(): void
    {
        $log = tempnam(sys_get_temp_dir(), 'strata');
        $key = 'app' . bin2hex(random_bytes(4));
        $children = [];
        for ($n = 0; $n < 4; $n++) {
            $code = 'require ' . var_export(__DIR__ . '/bootstrap.php', true) . ';'
                . '$cache = new Strata\Bridge\Laravel\Repository(new Strata\Bridge\Laravel\Store("default", ' . var_export($key, true) . '));'
                . 'echo $cache->remember("slow", 60, function () { file_put_contents(' . var_export($log, true) . ', "x", FILE_APPEND); usleep(300000); return "made"; });';
            $children[] = proc_open([PHP_BINARY, ...self::settings(), '-r', $code], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes[$n]);
        }
        foreach ($children as $n => $child) {
            $this->assertSame('made', stream_get_contents($pipes[$n][1]));
            proc_close($child);
        }
        /* Without a shared tier, processes that were started apart share nothing. */
        $this->assertSame(getenv('STRATA_TEST_BACKEND') === 'local' ? 4 : 1, strlen(file_get_contents($log)));
        unlink($log);
    }

    /** Those of this process, for another. */
    private static function settings(): array
    {
        $settings = ['-n', '-d', 'extension=' . getenv('STRATA_SO'), '-d', 'extension=mbstring', '-d', 'strata.lease_wait=30s'];
        foreach (['strata.namespace', 'strata.redis', 'strata.memcached', 'strata.operation_timeout', 'strata.connect_timeout', 'strata.request_budget', 'include_path'] as $name) {
            $settings = [...$settings, '-d', "$name='" . ini_get($name) . "'"];
        }
        return $settings;
    }

    public function testTheDriver(): void
    {
        $app = new class extends Container {
            public function version(): string
            {
                return '8';
            }
        };
        $app->instance('config', new Config(['cache' => [
            'default' => 'strata', 'prefix' => 'prefix',
            'stores' => ['strata' => ['driver' => 'strata'], 'own' => ['driver' => 'strata', 'prefix' => 'own']],
        ]]));
        $app->instance('events', new Dispatcher($app));
        (new ServiceProvider($app))->register();
        $app->singleton('cache', fn ($app) => new CacheManager($app));
        $cache = $app['cache']->store();
        $this->assertInstanceOf(Repository::class, $cache);
        $this->assertSame('prefix', $cache->getStore()->getPrefix());
        $this->assertSame('own', $app['cache']->store('own')->getStore()->getPrefix());
        $this->assertSame($app['events'], (new \ReflectionProperty($cache, 'events'))->getValue($cache));
        $this->assertSame(1, $cache->remember('driver', 60, fn () => 1));
        $this->assertTrue($app['cache']->forget('driver'));
    }

    /** Laravel's failover store asks the next one when it sees an exception. */
    public function testAServerThatIsNotThere(): void
    {
        $this->expectException(\Strata\ConnectionException::class);
        (new Store('dead'))->get('a');
    }
}
