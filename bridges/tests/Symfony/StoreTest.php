<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use Strata\Bridge\Symfony\Store;
use Strata\Cache;
use Symfony\Component\Lock\Exception\InvalidTtlException;
use Symfony\Component\Lock\Exception\LockConflictedException;
use Symfony\Component\Lock\Exception\LockStorageException;
use Symfony\Component\Lock\Key;
use Symfony\Component\Lock\LockFactory;
use Symfony\Component\Lock\PersistingStoreInterface;
use Symfony\Component\Lock\Tests\Store\AbstractStoreTestCase;
use Symfony\Component\Lock\Tests\Store\BlockingStoreTestTrait;
use Symfony\Component\Lock\Tests\Store\ExpiringStoreTestTrait;

/** Symfony's tests of a store of locks, and what this one promises beside. */
final class StoreTest extends AbstractStoreTestCase
{
    use BlockingStoreTestTrait;
    use ExpiringStoreTestTrait;

    protected function getStore(): PersistingStoreInterface
    {
        return new Store(new Cache());
    }

    /** Locks of strata live for whole seconds. */
    protected function getClockDelay(): int
    {
        return 500000;
    }

    public function testInvalidTtl(): void
    {
        $this->expectException(InvalidTtlException::class);
        new Store(new Cache(), -1);
    }

    /** strata's locks end after 28 days: no life is cut in silence, nor taken for a second because it has no end. */
    public function testALifeThatIsTooLong(): void
    {
        $store = $this->getStore();
        $key = new Key(uniqid('long', true));
        $store->save($key);
        $store->putOffExpiration($key, 28 * 86400);
        foreach ([28 * 86400 + 1, INF, NAN] as $seconds) {
            foreach ([fn () => new Store(new Cache(), $seconds), fn () => $store->putOffExpiration($key, $seconds)] as $act) {
                try {
                    $act();
                    $this->fail("$seconds was taken");
                } catch (InvalidTtlException) {
                    $this->assertTrue($store->exists($key));
                }
            }
        }
        $store->delete($key);
    }

    public function testAKeyIsTakenUpInAnotherProcess(): void
    {
        $key = new Key(uniqid('queue', true));
        $this->getStore()->save($key);
        $this->assertSame('acquired, refreshed, released', $this->inAChild(function (Store $store, Key $key): string {
            $lock = (new LockFactory($store))->createLockFromKey($key, 20);
            $said = $lock->isAcquired() ? 'acquired' : 'not acquired';
            $lock->refresh();
            $said .= $lock->isAcquired() ? ', refreshed' : ', lost';
            $lock->release();
            return $said . ($lock->isAcquired() ? ', still there' : ', released');
        }, $key));
        $next = new Key((string) $key);
        $this->getStore()->save($next);
        $this->assertTrue($this->getStore()->exists($next));
        $this->getStore()->delete($next);
    }

    public function testAKeyWhoseLockWasLostIsNotThereInAnotherProcess(): void
    {
        $key = new Key(uniqid('lost', true));
        $store = $this->getStore();
        $store->save($key);
        $there = serialize($key);
        $store->delete($key);
        $this->assertFalse($store->exists(unserialize($there)));
        $other = new Key((string) $key);
        $store->save($other);
        $this->assertFalse($store->exists(unserialize($there)));
        $this->assertTrue($store->exists($other));
        $store->delete($other);
    }

    public function testALockWithoutAutoReleaseOutlivesItsProcess(): void
    {
        $key = new Key(uniqid('outlives', true));
        $this->assertSame('held', $this->inAChild(function (Store $store, Key $key): string {
            $lock = (new LockFactory($store))->createLockFromKey($key, 30, false);
            return $lock->acquire() ? 'held' : 'not held';
        }, $key));
        $this->expectException(LockConflictedException::class);
        $this->getStore()->save($key);
    }

    public function testALockOfADeadProcessIsFree(): void
    {
        $key = new Key(uniqid('dies', true));
        $this->assertSame('held', $this->inAChild(function (Store $store, Key $key, callable $say): never {
            $store->save($key);
            $say('held');
            posix_kill(posix_getpid(), SIGKILL);
        }, $key));
        $began = microtime(true);
        $this->getStore()->waitAndSave($key);
        $this->assertLessThan(10, microtime(true) - $began);
        $this->getStore()->delete($key);
    }

    public function testAFactoryOfSymfonyMakesLocks(): void
    {
        $factory = new LockFactory($this->getStore());
        $name = uniqid('factory', true);
        $lock = $factory->createLock($name, 30);
        $this->assertTrue($lock->acquire());
        $this->assertFalse($factory->createLock($name)->acquire());
        $this->assertTrue($lock->isAcquired());
        $lock->release();
        $other = $factory->createLock($name);
        $this->assertTrue($other->acquire(true));
        unset($other);
        $this->assertTrue($factory->createLock($name)->acquire());
    }

    /** "dead" has strata.on_error = throw, "down" has not (see tests/bridges/run). */
    public function testAFailureIsSymfonys(): void
    {
        foreach ([['dead', 'save'], ['dead', 'waitAndSave'], ['down', 'waitAndSave']] as [$database, $act]) {
            try {
                (new Store(new Cache($database)))->$act(new Key('k'));
                $this->fail("$database, $act: nothing was thrown");
            } catch (LockStorageException $failure) {
                $this->addToAssertionCount(1);
            }
        }
        $this->expectException(LockConflictedException::class);
        (new Store(new Cache('down')))->save(new Key('k'));
    }

    /** What $act returned or said in a child that got the key as a queue would give it. */
    private function inAChild(callable $act, Key $key): string
    {
        $message = serialize($key);
        [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $child = pcntl_fork();
        if ($child === 0) {
            try {
                $say = fn (string $said) => fwrite($theirs, $said);
                $say($act($this->getStore(), unserialize($message), $say));
            } catch (\Throwable $thrown) {
                $say((string) $thrown);
            }
            exit(0);
        }
        fclose($theirs);
        $said = stream_get_contents($ours);
        pcntl_waitpid($child, $status);
        return $said;
    }
}
