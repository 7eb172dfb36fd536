<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\MediaWiki;

use BagOStuff as Base;
use PHPUnit\Framework\TestCase;
use Strata\Bridge\MediaWiki\BagOStuff;
use Strata\Cache;

/** What MediaWiki's own checks leave out. */
class ScenariosTest extends TestCase
{
    private BagOStuff $bag;

    protected function setUp(): void
    {
        $this->bag = new BagOStuff(['keyspace' => 'wiki', 'namespace' => 'mediawiki']);
        (new Cache('default', 'mediawiki'))->clear();
    }

    public function testValuesOfEachKind(): void
    {
        $values = [null, true, 0, -7, '12', '', 1.5, ['a' => [1, null]], (object) ['b' => 'c']];
        foreach ($values as $n => $value) {
            $key = $this->bag->makeKey('kind', $n);
            $this->assertTrue($this->bag->set($key, $value, 60));
            $this->assertEquals($value, $this->bag->get($key));
            $this->assertSame(gettype($value), gettype($this->bag->get($key, Base::READ_LATEST)));
        }
    }

    public function testExpiryIsSecondsOrATime(): void
    {
        foreach ([1, time() + 1] as $end) {
            $this->bag->set('a', 1, $end);
            $this->assertSame(1, $this->bag->get('a'));
            sleep(2);
            $this->assertFalse($this->bag->get('a'));
        }
        $this->bag->set('a', 1, -1);
        $this->assertFalse($this->bag->get('a'));
    }

    public function testWhatAnotherOneChanged(): void
    {
        $other = new BagOStuff(['keyspace' => 'wiki', 'namespace' => 'mediawiki']);
        $calls = 0;
        $this->bag->set('sum', [1], 60);
        $merged = $this->bag->merge('sum', function ($bag, $key, $old) use ($other, &$calls) {
            if ($calls++ === 0) {
                $other->set('sum', [1, 2], 60);
            }
            return array_merge($old, ['merged']);
        }, 60);
        $this->assertTrue($merged);
        $this->assertSame([1, 2, 'merged'], $this->bag->get('sum'));
        $this->assertSame(2, $calls);
    }

    public function testMergeOfWhatWasMade(): void
    {
        $calls = 0;
        $this->assertTrue($this->bag->merge('made', function ($bag, $key, $old) use (&$calls) {
            if ($calls++ === 0) {
                $this->bag->add('made', 'by another', 60);
            }
            return $old === false ? 'mine' : "$old, then mine";
        }, 60));
        $this->assertSame('by another, then mine', $this->bag->get('made'));
    }

    public function testCountersAreNeverMadeByIncr(): void
    {
        $this->assertFalse($this->bag->incr('none'));
        $this->assertFalse($this->bag->get('none'));
        $this->assertSame(10, $this->bag->incrWithInit('some', 60, 3, 10));
        $this->assertSame(13, $this->bag->incrWithInit('some', 60, 3, 10));
        $this->assertSame(14, $this->bag->incr('some'));
        $this->assertSame(9, $this->bag->decr('some', 5));
        $this->bag->set('text', 'no number', 60);
        $this->assertFalse($this->bag->incr('text'));
        $this->assertSame('no number', $this->bag->get('text'));
    }

    public function testManyKeysAtOnce(): void
    {
        $this->assertTrue($this->bag->setMulti(['1' => 'one', 'two' => 2, 'three' => false], 60));
        $this->assertSame(['two' => 2, 1 => 'one'], $this->bag->getMulti(['two', '1', 'four']));
        $this->assertSame(['two' => 2], $this->bag->getMulti(['two', 'four'], Base::READ_LATEST));
        $this->assertTrue($this->bag->deleteMulti(['1', 'two', 'four']));
        $this->assertSame([], $this->bag->getMulti(['1', 'two']));
        $this->assertSame([], $this->bag->getMulti([]));
    }

    public function testLargeValuesInSegments(): void
    {
        $large = str_repeat(random_bytes(1000), 3000);
        $this->assertTrue($this->bag->set('large', $large, 60, Base::WRITE_ALLOW_SEGMENTS));
        $this->assertSame($large, $this->bag->get('large'));
        $this->assertTrue($this->bag->delete('large', Base::WRITE_PRUNE_SEGMENTS));
        $this->assertFalse($this->bag->get('large'));
    }

    public function testALockIsItsHoldersAlone(): void
    {
        $other = new BagOStuff(['keyspace' => 'wiki', 'namespace' => 'mediawiki']);
        $this->assertTrue($this->bag->lock('page', 0, 30));
        $begun = microtime(true);
        $this->assertFalse($other->lock('page', 1, 30));
        $this->assertGreaterThan(0.9, microtime(true) - $begun);
        $this->assertFalse($other->unlock('page'));
        $this->assertFalse($other->lock('page', 0));
        $this->assertTrue($this->bag->unlock('page'));
        $this->assertTrue($other->lock('page', 0));
        $this->assertTrue($other->unlock('page'));
    }

    public function testALockThatWasLostIsSeen(): void
    {
        $other = new BagOStuff(['keyspace' => 'wiki', 'namespace' => 'mediawiki']);
        $this->assertTrue($this->bag->lock('short', 0, 1));
        sleep(2);
        $this->assertTrue($other->lock('short', 0, 30));
        $this->assertFalse($this->bag->unlock('short'));
        $this->assertTrue($other->unlock('short'));
    }

    public function testNamespacesAreApart(): void
    {
        $other = new BagOStuff(['keyspace' => 'wiki', 'namespace' => 'other']);
        $this->bag->set('a', 'mine', 60);
        $other->set('a', 'theirs', 60);
        (new Cache('default', 'mediawiki'))->clear();
        $this->assertFalse($this->bag->get('a'));
        $this->assertSame('theirs', $other->get('a'));
    }

    /** Where strata.on_error is throw, and where it is not, the wiki goes on. */
    public function testAServerThatIsNotThere(): void
    {
        $bag = new BagOStuff(['database' => 'dead']);
        $watch = $bag->watchErrors();
        $this->assertFalse($bag->get('a'));
        $this->assertSame(Base::ERR_UNREACHABLE, $bag->getLastError($watch));
        $this->assertSame([], $bag->getMulti(['a', 'b']));
        $watch = $bag->watchErrors();
        $this->assertFalse($bag->incr('a'));
        $this->assertSame(Base::ERR_UNREACHABLE, $bag->getLastError($watch));
        $this->assertFalse($bag->lock('a', 0));
        $this->assertFalse($bag->merge('a', fn () => 1, 60));
        $this->assertFalse($bag->set('a', 1));
    }

    public function testAChangeThatIsNotConfirmed(): void
    {
        $bag = new BagOStuff(['database' => 'down']);
        $changes = [
            fn () => $bag->set('a', 1),
            fn () => $bag->setMulti(['a' => 1]),
            fn () => $bag->delete('a'),
            fn () => $bag->deleteMulti(['a']),
        ];
        foreach ($changes as $change) {
            $watch = $bag->watchErrors();
            $this->assertFalse($change());
            $this->assertSame(Base::ERR_UNREACHABLE, $bag->getLastError($watch));
        }
    }

    public function testAValueThatCannotBeStored(): void
    {
        $watch = $this->bag->watchErrors();
        $this->assertFalse($this->bag->set('closure', fn () => 1));
        $this->assertSame(Base::ERR_UNEXPECTED, $this->bag->getLastError($watch));
    }

    public function testWhatItPromises(): void
    {
        $this->assertSame(Base::QOS_DURABILITY_SERVICE, $this->bag->getQoS(Base::ATTR_DURABILITY));
        $this->assertSame('wiki:a%3Ab:c', $this->bag->makeKey('a:b', 'c'));
        $this->assertCount(2, $this->bag->setNewPreparedValues(['a' => 'b', 'c' => 1]));
    }
}
