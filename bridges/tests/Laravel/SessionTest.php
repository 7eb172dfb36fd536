<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Laravel;

use Illuminate\Cache\CacheManager;
use Illuminate\Config\Repository as Config;
use Illuminate\Container\Container;
use Illuminate\Encryption\Encrypter;
use Illuminate\Session\CacheBasedSessionHandler;
use Illuminate\Session\EncryptedStore;
use Illuminate\Session\Store as Session;
use PHPUnit\Framework\TestCase;
use Strata\Bridge\Laravel\ServiceProvider;

/** Laravel keeps sessions of its own in a store of its cache, and PHP's handler has no part in them. */
final class SessionTest extends TestCase
{
    private CacheBasedSessionHandler $handler;

    protected function setUp(): void
    {
        $app = new Container();
        $app->instance('config', new Config([
            'cache.default' => 'strata', 'cache.prefix' => 'app' . bin2hex(random_bytes(4)), 'cache.stores.strata' => ['driver' => 'strata'],
        ]));
        (new ServiceProvider($app))->register();
        $app->singleton('cache', fn ($app) => new CacheManager($app));
        $this->handler = new CacheBasedSessionHandler(clone $app['cache']->store('strata'), 10);
    }

    /** The session of one request, begun. */
    private function begun(?string $id = null): Session
    {
        $session = new Session('app', $this->handler, $id);
        $session->start();
        return $session;
    }

    public function testNextRequestHasWhatThisOneSaved(): void
    {
        $session = $this->begun();
        $session->put('cart', ['a' => 1]);
        $session->save();
        $next = $this->begun($session->getId());
        $this->assertSame(['a' => 1], $next->get('cart'));
        $this->assertSame($session->token(), $next->token());
    }

    public function testFlashIsThereForOneRequest(): void
    {
        $session = $this->begun();
        $session->flash('notice', 'saved');
        $session->save();
        $second = $this->begun($session->getId());
        $this->assertSame('saved', $second->get('notice'));
        $second->save();
        $this->assertNull($this->begun($session->getId())->get('notice'));
    }

    public function testLoginLeavesNothingUnderTheOldId(): void
    {
        $session = $this->begun();
        $session->put('cart', [1]);
        $session->save();
        $guest = $session->getId();
        $session = $this->begun($guest);
        $session->regenerate(true);
        $session->put('user', 7);
        $session->save();
        $this->assertSame([[1], 7], [$this->begun($session->getId())->get('cart'), $this->begun($session->getId())->get('user')]);
        $this->assertFalse($this->begun($guest)->has('cart'));
    }

    public function testLogoutEmptiesIt(): void
    {
        $session = $this->begun();
        $session->put('user', 7);
        $session->save();
        $id = $session->getId();
        $session = $this->begun($id);
        $session->invalidate();
        $session->save();
        $this->assertFalse($this->begun($id)->has('user'));
        $this->assertFalse($this->begun($session->getId())->has('user'));
    }

    public function testEncryptedSession(): void
    {
        $encrypter = new Encrypter(str_repeat('k', 16));
        $session = new EncryptedStore('app', $this->handler, $encrypter);
        $session->start();
        $session->put('secret', 'value of the secret');
        $session->save();
        $this->assertStringNotContainsString('value of the secret', $this->handler->read($session->getId()));
        $next = new EncryptedStore('app', $this->handler, $encrypter, $session->getId());
        $next->start();
        $this->assertSame('value of the secret', $next->get('secret'));
    }
}
