<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use PHPUnit\Framework\TestCase;
use Psr\Cache\CacheItemInterface;
use Psr\Cache\InvalidArgumentException;
use Psr\Log\AbstractLogger;
use Strata\Bridge\Symfony\Adapter;
use Strata\Bridge\Tests\Unbuildable;
use Strata\Cache;
use Strata\SerializationException;
use Symfony\Component\Cache\Adapter\ArrayAdapter;
use Symfony\Component\Cache\Adapter\ChainAdapter;
use Symfony\Component\Cache\Adapter\TraceableTagAwareAdapter;
use Symfony\Component\Cache\CacheItem;
use Symfony\Component\Cache\DependencyInjection\CachePoolPass;
use Symfony\Component\DependencyInjection\ChildDefinition;
use Symfony\Component\DependencyInjection\ContainerBuilder;

/** What the adapter promises beyond what Symfony's own tests ask. */
final class PoolsTest extends TestCase
{
    private Adapter $pool;

    protected function setUp(): void
    {
        (new Cache())->clear();
        $this->pool = new Adapter('pool');
    }

    public function testClearAndTagsOfOnePoolLeaveTheOthers(): void
    {
        $other = new Adapter('other');
        foreach ([$this->pool, $other] as $pool) {
            $pool->save($pool->getItem('a')->set(1)->tag('tag'));
            $pool->save($pool->getItem('b')->set(2));
        }
        $this->assertTrue($this->pool->invalidateTags(['tag']));
        $this->assertSame([false, true], [$this->pool->hasItem('a'), $other->hasItem('a')]);
        $this->assertTrue($this->pool->clear());
        $this->assertSame([false, true], [$this->pool->hasItem('b'), $other->hasItem('b')]);
    }

    public function testNamespacesOfAPoolHaveItsTagsAndKeysOfTheirOwn(): void
    {
        $sub = $this->pool->withSubNamespace('sub');
        foreach ([$this->pool, $sub] as $i => $pool) {
            $pool->save($pool->getItem('k')->set($i)->tag('tag'));
            $pool->save($pool->getItem('plain')->set($i));
        }
        $this->assertSame([0, 1], [$this->pool->getItem('k')->get(), $sub->getItem('k')->get()]);
        $this->pool->invalidateTags(['tag']);
        $this->assertSame([false, false], [$this->pool->hasItem('k'), $sub->hasItem('k')]);
        $sub->clear();
        $this->assertSame([true, false], [$this->pool->hasItem('plain'), $sub->hasItem('plain')]);
        $sub->save($sub->getItem('plain')->set(1));
        $this->pool->clear();
        $this->assertSame([false, false], [$this->pool->hasItem('plain'), $sub->hasItem('plain')]);
    }

    public function testAPrefixIsClearedInItsOwnNamespace(): void
    {
        $pool = new Adapter('prefixes', 0, 'default', ['user.', 'user.admin.']);
        $sub = $pool->withSubNamespace('sub');
        foreach (['user.1', 'user.admin.1', 'page.1'] as $key) {
            $pool->save($pool->getItem($key)->set(1));
            $sub->get($key, fn () => 1);
        }
        $there = fn () => implode(' ', array_map(
            fn (Adapter $pool) => implode('', array_map(fn ($key) => (int) $pool->hasItem($key), ['user.1', 'user.admin.1', 'page.1'])),
            [$pool, $sub],
        ));
        $this->assertSame('111 111', $there());
        $this->assertTrue($sub->clear('user.admin.'));
        $this->assertSame('111 101', $there());
        $this->assertTrue($pool->clear('user.'));
        $this->assertSame('001 101', $there());
    }

    public function testAPrefixThatWasNotNamedClearsAll(): void
    {
        $this->pool->save($this->pool->getItem('user.1')->set(1));
        $this->pool->save($this->pool->getItem('page.1')->set(1));
        $this->assertTrue($this->pool->clear('user.'));
        $this->assertFalse($this->pool->hasItem('user.1'));
        $this->assertFalse($this->pool->hasItem('page.1'));
    }

    public function testGetTellsTheMetadataOfWhatItComputedAndOfWhatItFound(): void
    {
        foreach ([1, 2] as $time) {
            $metadata = null;
            $value = $this->pool->get('k', function (CacheItem $item) use ($time): string {
                $item->expiresAfter(100)->tag(['a', 'b']);
                return "computed $time";
            }, null, $metadata);
            $this->assertSame('computed 1', $value);
            $this->assertSame(['a' => 'a', 'b' => 'b'], $metadata[CacheItem::METADATA_TAGS]);
            $this->assertEqualsWithDelta(microtime(true) + 100, $metadata[CacheItem::METADATA_EXPIRY], 5);
            $this->assertIsInt($metadata[CacheItem::METADATA_CTIME]);
        }
        $this->assertTrue($this->pool->invalidateTags(['b']));
        $this->assertSame('computed 3', $this->pool->get('k', fn () => 'computed 3'));
    }

    public function testAValueOfATagThatWasJustInvalidatedLivesForSeconds(): void
    {
        $raw = new Cache('default', 'pool');
        $get = fn (string $value) => $this->pool->get('k', fn (CacheItem $item) => [$item->expiresAfter(100)->tag('young')->getKey(), $value][1]);
        $this->assertSame(['first', 'first'], [$get('first'), $get('second')]);
        $this->assertGreaterThan(90, $raw->fetch('k')->ttl);
        $this->assertTrue($this->pool->invalidateTags(['young']));
        $this->assertSame(['third', 'third'], [$get('third'), $get('fourth')]);
        $this->assertLessThanOrEqual(5, $raw->fetch('k')->ttl);
        sleep(6);
        $this->assertSame(['fifth', 'fifth'], [$get('fifth'), $get('sixth')]);
        $this->assertGreaterThan(90, $raw->fetch('k')->ttl);
    }

    public function testAForcedValueOfAYoungTagTakesThePlaceOfWhatIsThere(): void
    {
        $get = fn (string $value, ?float $beta = null) => $this->pool->get('k', function (CacheItem $item) use ($value): string {
            $item->tag('forced');
            return $value;
        }, $beta);
        $this->pool->invalidateTags(['forced']);
        $this->assertSame('first', $get('first'));
        usleep(20000);
        $this->assertSame('second', $get('second', INF));
        $this->assertSame('second', $get('third'));
    }

    public function testWhatTheCallbackSaysIsTheLifeOfTheValue(): void
    {
        $pool = new Adapter('lives', 50);
        $raw = new Cache('default', 'lives');
        $pool->get('default', fn () => 'v');
        $this->assertEqualsWithDelta(48.5, $raw->fetch('default')->ttl, 3);
        $pool->get('its own', fn (CacheItem $item) => $item->expiresAfter(20)->getKey());
        $this->assertEqualsWithDelta(19.5, $raw->fetch('its own')->ttl, 2);
        $pool->get('over', fn (CacheItem $item) => $item->expiresAfter(-1)->getKey());
        $this->assertFalse($raw->has('over'));
        $this->assertSame('names none', $this->pool->get('none', fn (CacheItem $item) => 'names none'));
        $this->assertNull((new Cache('default', 'pool'))->fetch('none')->ttl);
    }

    public function testAValueWithoutMetadataIsStoredAsItIs(): void
    {
        $this->pool->save($this->pool->getItem('k')->set(['as', 'it', 'is'])->expiresAfter(60));
        $this->assertSame(['as', 'it', 'is'], (new Cache('default', 'pool'))->get('k'));
        (new Cache('default', 'pool'))->set('raw', 'by strata');
        $this->assertSame('by strata', $this->pool->getItem('raw')->get());
    }

    public function testAValueThatLooksLikeOneWithMetadataComesBack(): void
    {
        $this->pool->save($this->pool->getItem('tagged')->set(1)->tag('t'));
        $stored = (new Cache('default', 'pool'))->get('tagged');
        $this->pool->save($this->pool->getItem('k')->set($stored));
        $this->assertSame($stored, $this->pool->getItem('k')->get());
        $this->assertSame([], $this->pool->getItem('k')->getMetadata());
    }

    public function testWhatCannotBeStoredIsReturnedAndTold(): void
    {
        $said = $this->listen($this->pool);
        $closure = fn () => 1;
        $this->assertSame($closure, $this->pool->get('k', fn () => $closure));
        $this->assertFalse($this->pool->hasItem('k'));
        $this->assertFalse($this->pool->save($this->pool->getItem('k')->set($closure)));
        $this->assertCount(2, $said);
        foreach ($said as $message) {
            $this->assertStringStartsWith('Failed to', $message);
        }
    }

    public function testOneItemThatCannotBeStoredLosesNoOther(): void
    {
        $this->pool->saveDeferred($this->pool->getItem('a')->set(1));
        $this->pool->saveDeferred($this->pool->getItem('b')->set(fn () => 1));
        $this->assertFalse($this->pool->commit());
        $this->assertSame([true, false], [$this->pool->hasItem('a'), $this->pool->hasItem('b')]);
    }

    public function testExceptionsOfTheCallbackPass(): void
    {
        foreach ([new \DomainException('its own'), new SerializationException('as if from strata')] as $thrown) {
            $calls = 0;
            try {
                $this->pool->get('k', function () use ($thrown, &$calls): void {
                    $calls++;
                    throw $thrown;
                });
                $this->fail('nothing was thrown');
            } catch (\Exception $caught) {
                $this->assertSame([$thrown, 1], [$caught, $calls]);
            }
        }
    }

    public function testAValueThatCannotBeBuiltIsComputedAndReplaced(): void
    {
        foreach (['a' => new Unbuildable(), 'b' => new Unbuildable(true)] as $key => $value) {
            $this->pool->invalidateTags(["of $key"]);
            $this->pool->save($this->pool->getItem($key)->set($value)->tag("of $key"));
            $this->assertSame('new', $this->pool->get($key, fn (CacheItem $item) => $item->tag("of $key") ? 'new' : ''));
            $this->assertSame('new', $this->pool->get($key, fn () => 'newer'));
            $this->pool->invalidateTags(["of $key"]);
            $this->assertFalse($this->pool->hasItem($key));
        }
        $this->pool->save($this->pool->getItem('a')->set(new Unbuildable(true)));
        $this->pool->save($this->pool->getItem('c')->set('there'));
        $found = [];
        foreach ($this->pool->getItems(['a', 'c']) as $key => $item) {
            $found[$key] = $item->get();
        }
        $this->assertSame(['a' => null, 'c' => 'there'], $found);
    }

    public function testAGetOfAKeyWithinItselfComputesAndStoresNothing(): void
    {
        $value = $this->pool->get('k', fn () => 'outer ' . $this->pool->get('k', fn () => 'inner'));
        $this->assertSame('outer inner', $value);
        $this->assertSame('outer inner', $this->pool->getItem('k')->get());
    }

    public function testANegativeBetaIsRefused(): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->pool->get('k', fn () => 1, -1.0);
    }

    public function testWithADeadServerGetComputesAndAllElseIsAMissOrFalse(): void
    {
        $pool = new Adapter('pool', 0, 'dead');
        $said = $this->listen($pool);
        $calls = 0;
        $this->assertSame(7, $pool->get('k', function () use (&$calls): int {
            $calls++;
            return 7;
        }));
        $this->assertSame(1, $calls);
        $this->assertFalse($pool->getItem('k')->isHit());
        $this->assertFalse($pool->hasItem('k'));
        $this->assertFalse($pool->save($pool->getItem('k')->set(1)));
        $this->assertFalse($pool->deleteItem('k'));
        $this->assertFalse($pool->invalidateTags(['t']));
        $this->assertFalse($pool->clear());
        foreach ($pool->getItems(['a', 'b']) as $item) {
            $this->assertFalse($item->isHit());
        }
        $this->assertGreaterThanOrEqual(7, count($said));
    }

    /** "down" has not strata.on_error = throw: its failures are no exceptions. */
    public function testWhatIsNotConfirmedIsLogged(): void
    {
        $pool = new Adapter('pool', 0, 'down', ['p.']);
        $said = $this->listen($pool);
        $item = $pool->getItem('k')->set(1);
        $changes = [
            fn () => $pool->save($item),
            fn () => $pool->saveDeferred($item) && $pool->commit(),
            fn () => $pool->deleteItem('k'),
            fn () => $pool->deleteItems(['k', 'l']),
            fn () => $pool->invalidateTags(['t']),
            fn () => $pool->clear('p.'),
            fn () => $pool->clear(),
        ];
        foreach ($changes as $i => $change) {
            $this->assertFalse($change());
            $this->assertCount($i + 1, $said);
        }
    }

    public function testDeferredItemsAreStoredByResetAndWithThePool(): void
    {
        $this->pool->saveDeferred($this->pool->getItem('reset')->set(1));
        $this->pool->reset();
        $this->assertTrue((new Cache('default', 'pool'))->has('reset'));
        $pool = new Adapter('pool');
        $pool->saveDeferred($pool->getItem('end')->set(1));
        unset($pool);
        $this->assertTrue((new Cache('default', 'pool'))->has('end'));
    }

    public function testAnItemThatIsNotSymfonysIsNotSaved(): void
    {
        $this->assertFalse($this->pool->save($this->createMock(CacheItemInterface::class)));
    }

    public function testItStandsInAChainAndUnderATrace(): void
    {
        $chain = new ChainAdapter([new ArrayAdapter(), new TraceableTagAwareAdapter($this->pool)]);
        $this->assertSame('v', $chain->get('k', fn () => 'v'));
        $this->assertSame('v', $this->pool->getItem('k')->get());
        $this->pool->clear();
        $this->pool->save($this->pool->getItem('k')->set('w'));
        $this->assertSame('v', $chain->getItem('k')->get());
        $chain->reset();
        $this->assertSame('w', (new ChainAdapter([new ArrayAdapter(), $this->pool]))->getItem('k')->get());
    }

    /** As framework.cache.pools does with a service of the application as the adapter. */
    public function testTheFrameworkMakesPoolsOfIt(): void
    {
        $container = new ContainerBuilder();
        $container->setParameter('kernel.project_dir', '/app');
        $container->setParameter('kernel.container_class', 'App');
        $container->register('app.strata', Adapter::class)->setAbstract(true)
            ->setArguments(['', 0, 'default', ['user.']])
            ->addTag('cache.pool', ['reset' => 'reset']);
        foreach (['users' => 300, 'pages' => 600] as $id => $lifetime) {
            $container->setDefinition($id, new ChildDefinition('app.strata'))->setPublic(true)
                ->addTag('cache.pool', ['default_lifetime' => $lifetime]);
        }
        (new CachePoolPass())->process($container);
        $container->compile();
        [$users, $pages] = [$container->get('users'), $container->get('pages')];
        foreach ([$users, $pages] as $pool) {
            $this->assertInstanceOf(Adapter::class, $pool);
            $pool->get('k', fn () => 1);
        }
        $users->clear();
        $this->assertSame([false, true], [$users->hasItem('k'), $pages->hasItem('k')]);
    }

    /** The messages that the pool gives to its logger. */
    private function listen(Adapter $pool): \ArrayObject
    {
        $said = new \ArrayObject();
        $pool->setLogger(new class ($said) extends AbstractLogger {
            public function __construct(private \ArrayObject $said)
            {
            }

            public function log($level, $message, array $context = []): void
            {
                $this->said[] = $message;
            }
        });
        return $said;
    }
}
