<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Laravel;

use Illuminate\Cache\ArrayStore;
use Illuminate\Cache\Repository as LaravelRepository;
use Illuminate\Contracts\Cache\Lock as LockContract;
use Illuminate\Contracts\Cache\LockProvider;
use Illuminate\Contracts\Cache\LockTimeoutException;
use Illuminate\Contracts\Cache\Store as Contract;
use PHPUnit\Framework\TestCase;
use Strata\Bridge\Laravel\Store;

class StoreTest extends TestCase
{
    private string $prefix;
    private Store $store;
    private LaravelRepository $cache;

    protected function setUp(): void
    {
        $this->prefix = 'app' . bin2hex(random_bytes(4));
        $this->store = new Store('default', $this->prefix);
        $this->cache = new LaravelRepository($this->store);
    }

    public function testWhatItIs(): void
    {
        $this->assertInstanceOf(Contract::class, $this->store);
        $this->assertInstanceOf(LockProvider::class, $this->store);
        $this->assertSame($this->prefix, $this->store->getPrefix());
        foreach ((new \ReflectionClass(Contract::class))->getMethods() as $method) {
            $this->assertTrue(method_exists($this->store, $method->name));
        }
    }

    public function testValuesComeBackAsTheyWere(): void
    {
        foreach ([0, -3, '0', '12', '', 'text', 1.5, true, false, [], ['a' => [1]], (object) ['b' => 1]] as $value) {
            $this->assertTrue($this->cache->put('value', $value, 60));
            $this->assertEquals($value, $this->cache->get('value'));
            $this->assertSame(gettype($value), gettype($this->cache->get('value')));
            $this->assertTrue($this->cache->has('value'));
        }
        $this->assertNull($this->store->get('absent'));
        $this->assertSame('default', $this->cache->get('absent', 'default'));
        $this->assertSame('computed', $this->cache->get('absent', fn () => 'computed'));
        $this->assertSame(['b' => 1], (array) $this->cache->pull('value'));
        $this->assertFalse($this->cache->has('value'));
    }

    public function testManyAtOnce(): void
    {
        $this->assertTrue($this->cache->putMany(['a' => 1, '7' => 'seven', 'null' => null], 60));
        $this->assertSame(['7' => 'seven', 'absent' => null, 'a' => 1], $this->store->many(['7', 'absent', 'a']));
        $this->assertSame(['a' => 1, 'b' => 'else'], $this->cache->many(['a', 'b' => 'else']));
        $this->assertTrue($this->cache->putMany(['a' => 2, 'b' => 3]));
        $this->assertSame(['a' => 2, 'b' => 3], $this->cache->getMultiple(['a', 'b']));
        $this->assertTrue($this->cache->deleteMultiple(['a', 'b']));
        $this->assertSame(['a' => null, 'b' => null], $this->store->many(['a', 'b']));
    }

    public function testLives(): void
    {
        $this->cache->put('second', 1, 1);
        $this->cache->put('date', 1, new \DateTimeImmutable('+1 second'));
        $this->cache->put('interval', 1, new \DateInterval('PT1S'));
        $this->cache->put('over', 1, 60);
        $this->cache->put('over', 1, 0);
        $this->assertNull($this->cache->get('over'));
        $this->cache->forever('forever', 1);
        $this->cache->put('touched', 1, 1);
        $this->assertTrue($this->store->touch('touched', 60));
        $this->assertFalse($this->store->touch('absent', 60));
        sleep(3);
        foreach (['second', 'date', 'interval'] as $key) {
            $this->assertNull($this->cache->get($key), $key);
        }
        $this->assertSame(1, $this->cache->get('forever'));
        $this->assertSame(1, $this->cache->get('touched'));
    }

    public function testAddIsOnlyTheFirst(): void
    {
        $this->assertTrue($this->cache->add('a', 'first', 60));
        $this->assertFalse($this->cache->add('a', 'second', 60));
        $this->assertSame('first', $this->cache->get('a'));
        $this->assertFalse($this->cache->add('b', 1, 0));
        $this->assertTrue($this->cache->add('c', 1));
        $this->assertFalse($this->cache->add('c', 2));
    }

    public function testNumbers(): void
    {
        $this->assertSame(1, $this->cache->increment('n'));
        $this->assertSame(5, $this->cache->increment('n', 4));
        $this->assertSame(3, $this->cache->decrement('n', 2));
        $this->assertSame(-1, $this->cache->decrement('m'));
        $this->assertSame(3, $this->cache->get('n'));
        $this->cache->put('digits', '41', 60);
        $this->assertSame(42, $this->cache->increment('digits'));
        $this->assertSame(43, $this->cache->increment('digits'));
        $this->cache->put('word', 'word', 60);
        $this->assertFalse($this->cache->increment('word'));
        $this->assertSame('word', $this->cache->get('word'));
        $this->cache->put('short', 5, 1);
        $this->assertSame(6, $this->cache->increment('short'));
        $this->cache->put('digits', '5', 1);
        $this->assertSame(6, $this->cache->increment('digits'));
        sleep(3);
        $this->assertNull($this->cache->get('short'));
        $this->assertNull($this->cache->get('digits'));
    }

    public function testFlushIsThePrefixAlone(): void
    {
        $other = new Store('default', "$this->prefix, another");
        $other->forever('a', 'theirs');
        $this->cache->forever('a', 'ours');
        $this->cache->tags('t')->forever('a', 'tagged');
        $lock = $this->store->lock('lock', 60);
        $this->assertTrue($lock->get());
        $this->assertTrue($this->cache->flush());
        $this->assertNull($this->cache->get('a'));
        $this->assertNull($this->cache->tags('t')->get('a'));
        $this->assertSame('theirs', $other->get('a'));
        $this->assertFalse($this->store->lock('lock', 60)->get());
        $this->assertTrue($this->store->hasSeparateLockStore());
        $this->assertTrue($this->store->flushLocks());
        $this->assertTrue($this->store->lock('lock', 60)->get());
    }

    /* ---- tags ---- */

    public function testTheSameTagsInTheSameOrder(): void
    {
        $this->assertTrue($this->cache->tags(['a', 'b'])->put('key', 'value', 60));
        $this->assertSame('value', $this->cache->tags(['a', 'b'])->get('key'));
        $this->assertSame('value', $this->cache->tags('a', 'b')->get('key'));
        foreach ([['b', 'a'], ['a'], ['b'], ['a', 'b', 'c']] as $others) {
            $this->assertNull($this->cache->tags($others)->get('key'));
        }
        $this->assertNull($this->cache->get('key'));
        $this->cache->put('key', 'untagged', 60);
        $this->assertSame('value', $this->cache->tags(['a', 'b'])->get('key'));
        $this->assertTrue($this->cache->tags(['a', 'b'])->forget('key'));
        $this->assertNull($this->cache->tags(['a', 'b'])->get('key'));
        $this->assertSame('untagged', $this->cache->get('key'));
    }

    public function testFlushingOneOfTheTags(): void
    {
        $both = $this->cache->tags(['people', 'artists']);
        $one = $this->cache->tags(['people', 'authors']);
        $both->put('john', 'John', 60);
        $one->forever('anne', 'Anne');
        $this->cache->put('john', 'untagged', 60);
        $this->assertTrue($this->cache->tags('authors')->flush());
        $this->assertNull($one->get('anne'));
        $this->assertSame('John', $both->get('john'));
        $one->forever('anne', 'Anne again');
        $this->assertSame('Anne again', $one->get('anne'));
        $this->assertTrue($this->cache->tags(['people'])->flush());
        $this->assertNull($one->get('anne'));
        $this->assertNull($both->get('john'));
        $this->assertSame('untagged', $this->cache->get('john'));
        $both->put('john', 'John', 60);
        $this->assertTrue($both->flush());
        $this->assertNull($both->get('john'));
    }

    public function testTagsOfAnotherPrefixAreOthers(): void
    {
        $other = new LaravelRepository(new Store('default', "$this->prefix, another"));
        $other->tags('t')->forever('a', 'theirs');
        $this->cache->tags('t')->forever('a', 'ours');
        $this->cache->tags('t')->flush();
        $this->assertSame('theirs', $other->tags('t')->get('a'));
    }

    public function testWhatElseTaggedCachesDo(): void
    {
        $tagged = $this->cache->tags(['t']);
        $this->assertTrue($tagged->putMany(['a' => 1, '2' => 'two'], 60));
        $this->assertSame(['a' => 1, 2 => 'two', 'c' => null], $tagged->many(['a', '2', 'c']));
        $this->assertTrue($tagged->add('c', 3, 60));
        $this->assertFalse($tagged->add('c', 4, 60));
        $this->assertSame(1, $tagged->increment('n'));
        $this->assertSame(4, $tagged->increment('n', 3));
        $this->assertSame(3, $tagged->decrement('n'));
        $this->assertSame(3, $tagged->get('n'));
        $this->assertSame('made', $tagged->remember('made', 60, fn () => 'made'));
        $this->assertSame('made', $tagged->rememberForever('made', fn () => 'again'));
        $this->assertSame('forever', $tagged->sear('forever', fn () => 'forever'));
        $this->assertTrue($tagged->putMany(['d' => 4]));
        $this->assertSame(['t'], $tagged->getTags()->getNames());
        $tagged->getTags()->flushTag('t');
        foreach (['a', '2', 'c', 'n', 'made', 'forever', 'd'] as $key) {
            $this->assertNull($tagged->get($key), $key);
        }
        $this->assertSame(2, $tagged->increment('n', 2));
        $tagged->getTags()->reset();
        $this->assertNull($tagged->get('n'));
    }

    /* ---- locks ---- */

    public function testALockHasOneHolder(): void
    {
        $first = $this->store->lock('lock', 60);
        $second = $this->store->lock('lock', 60);
        $this->assertInstanceOf(LockContract::class, $first);
        $this->assertTrue($first->get());
        $this->assertFalse($first->get());
        $this->assertFalse($second->get());
        $this->assertFalse($second->release());
        $this->assertTrue($first->release());
        $this->assertFalse($first->release());
        $this->assertTrue($second->get());
        $second->forceRelease();
        $this->assertTrue($first->get());
        $first->release();
    }

    public function testALockAroundAFunction(): void
    {
        $result = $this->store->lock('lock', 60)->get(function () {
            $this->assertFalse($this->store->lock('lock', 60)->get());
            return 'result';
        });
        $this->assertSame('result', $result);
        try {
            $this->store->lock('lock', 60)->get(fn () => throw new \RuntimeException());
        } catch (\RuntimeException) {
        }
        $this->assertSame('blocked', $this->store->lock('lock', 60)->block(1, fn () => 'blocked'));
        $this->assertTrue($this->store->lock('lock', 60)->get());
    }

    public function testALockOutlivesItsObject(): void
    {
        $owner = (function () {
            $lock = $this->store->lock('lock', 60);
            $lock->get();
            return $lock->owner();
        })();
        gc_collect_cycles();
        $this->assertFalse($this->store->lock('lock', 60)->get());
        $this->assertFalse($this->store->restoreLock('lock', 'another')->release());
        $this->assertFalse($this->store->restoreLock('lock', $owner)->get());
        $this->assertTrue($this->store->restoreLock('lock', $owner)->release());
        $this->assertTrue($this->store->lock('lock', 60)->get());
    }

    public function testALockEnds(): void
    {
        $lock = $this->store->lock('lock', 1);
        $forever = $this->store->lock('forever');
        $kept = $this->store->lock('kept', 1);
        $this->assertTrue($lock->get() && $forever->get() && $kept->get());
        $this->assertTrue($kept->refresh(60));
        sleep(2);
        $this->assertTrue($this->store->lock('lock', 60)->get());
        $this->assertFalse($lock->release());
        $this->assertFalse($lock->refresh());
        $this->assertFalse($this->store->lock('forever')->get());
        $this->assertFalse($this->store->lock('kept', 1)->get());
        $this->assertTrue($forever->release() && $kept->release());
    }

    public function testWaitingForALock(): void
    {
        $held = $this->store->lock('lock', 1);
        $held->get();
        $this->assertTrue($this->store->lock('lock', 60)->block(5));
        $this->expectException(LockTimeoutException::class);
        $this->store->lock('lock', 60)->block(1);
    }

    public function testWhoseALockIs(): void
    {
        $lock = $this->store->lock('lock', 60, 'me');
        $owner = fn () => (new \ReflectionMethod($lock, 'getCurrentOwner'))->invoke($lock);
        $this->assertNull($owner());
        $lock->get();
        $this->assertSame('me', $owner());
        $this->assertSame('me', $lock->owner());
        /* Since versions 11 and 13. */
        if (method_exists($lock, 'isOwnedBy')) {
            $this->assertTrue($lock->isOwnedBy('me') && $lock->isOwnedByCurrentProcess());
            $this->assertFalse($lock->isOwnedBy('another'));
        }
        $this->assertTrue(!method_exists($lock, 'isLocked') || $lock->isLocked());
        $lock->release();
        $this->assertNull($owner());
    }

    public function testLocksAreNoKeys(): void
    {
        $this->store->lock('name', 60)->get();
        $this->assertNull($this->store->get('name'));
        $this->assertTrue($this->cache->tags('t')->lock('tagged', 60)->get());
        $this->assertFalse($this->store->lock('tagged', 60)->get());
    }

    /** Whatever is done, Laravel's own store in an array says the same. */
    public function testTheSameAsInAnArray(): void
    {
        $theirs = new LaravelRepository(new ArrayStore());
        mt_srand(7);
        for ($step = 0; $step < 600; $step++) {
            [$tags, $method, $arguments] = self::someCall();
            $expected = ($tags === [] ? $theirs : $theirs->tags($tags))->$method(...$arguments);
            $said = "$step: " . json_encode([$tags, $method, $arguments]);
            $this->assertEquals($expected, ($tags === [] ? $this->cache : $this->cache->tags($tags))->$method(...$arguments), $said);
        }
    }

    private static function someCall(): array
    {
        $tags = [[], [], ['a'], ['b'], ['a', 'b'], ['b', 'a']][mt_rand(0, 5)];
        $key = ['one', 'two', '3'][mt_rand(0, 2)];
        $number = "n$key";
        $value = ['text', 5, ['list'], false, 1.5][mt_rand(0, 4)];
        return match (mt_rand(0, 11)) {
            0, 1 => [$tags, 'put', [$key, $value, 60]],
            2 => [$tags, 'forever', [$key, $value]],
            3, 4 => [$tags, 'get', [$key]],
            5 => [$tags, 'many', [[$key, $number]]],
            6 => [$tags, 'add', [$key, $value, 60]],
            7 => [$tags, 'increment', [$number, mt_rand(1, 5)]],
            8 => [$tags, 'decrement', [$number]],
            9 => [$tags, 'pull', [$key]],
            10 => [$tags, 'remember', [$key, 60, fn () => 'computed']],
            11 => mt_rand(0, 3) ? [$tags, 'has', [$key]] : [$tags, 'flush', []],
        };
    }
}
