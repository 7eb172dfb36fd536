<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\WordPress;

use PHPUnit\Framework\TestCase;
use Strata\Bridge\WordPress\ObjectCache;
use Strata\Cache;
use World;

/** WordPress' own cache is the measure within a request; what is beyond it stands in scenarios. */
class ObjectCacheTest extends TestCase
{
    private ObjectCache $cache;

    protected function setUp(): void
    {
        World::$multisite = World::$suspended = false;
        World::$complaints = [];
        $GLOBALS['table_prefix'] = 'wp_' . bin2hex(random_bytes(4));
        $this->cache = new ObjectCache();
    }

    /** @return iterable<string, array{int, bool}> */
    public static function seeds(): iterable
    {
        for ($seed = 1; $seed <= 6; $seed++) {
            yield "one site, $seed" => [$seed, false];
            yield "a network, $seed" => [$seed, true];
        }
    }

    /**
     * Whatever is done, both caches say the same, in the same words.
     *
     * @dataProvider seeds
     */
    public function testTheSameAsWordPress(int $seed, bool $multisite): void
    {
        World::$multisite = $multisite;
        mt_srand($seed);
        $ours = new ObjectCache();
        $theirs = new \WP_Object_Cache();
        foreach ([$ours, $theirs] as $cache) {
            $cache->add_global_groups(['shared']);
        }
        $ours->add_non_persistent_groups('runtime');
        for ($step = 0; $step < 400; $step++) {
            [$method, $arguments] = self::someCall();
            World::$complaints = [];
            $expected = $theirs->$method(...$arguments);
            $complaints = World::$complaints;
            World::$complaints = [];
            $said = "$step: $method(" . json_encode($arguments) . ')';
            $this->assertEquals($expected, $ours->$method(...$arguments), $said);
            $this->assertSame(array_unique($complaints), array_unique(World::$complaints), $said);
        }
        $this->assertSame($theirs->cache_hits, $ours->cache_hits);
        $this->assertSame($theirs->cache_misses, $ours->cache_misses);
        $this->assertSame(array_keys($theirs->global_groups), array_keys($ours->global_groups));
    }

    private static function someCall(): array
    {
        $group = ['', 'posts', 'shared', 'runtime', 'default'][mt_rand(0, 4)];
        $key = [1, '1', 'a', 'b', 'a b', 'c{d}', 2, mt_rand(0, 9) ? 'e' : ['', ' ', null, 1.5, false][mt_rand(0, 4)]][mt_rand(0, 7)];
        $value = [null, false, true, 0, 7, '5', 'text', '', 1.5, [], ['a' => 1], (object) ['b' => 2]][mt_rand(0, 11)];
        $keys = array_slice(['a', 'b', 1, 'e', ''], 0, mt_rand(0, 5));
        $values = array_combine($keys, array_slice([1, '2', null, ['d'], 'e'], 0, count($keys)));
        return match (mt_rand(0, 17)) {
            0, 1, 2 => ['set', [$key, $value, $group]],
            3, 4 => ['add', [$key, $value, $group]],
            5 => ['replace', [$key, $value, $group]],
            6, 7, 8 => ['get', [$key, $group]],
            9 => ['get', [$key, $group, true]],
            10 => ['delete', [$key, $group]],
            11 => ['incr', [$key, mt_rand(-3, 3), $group]],
            12 => ['decr', [$key, mt_rand(-3, 3), $group]],
            13 => ['set_multiple', [$values, $group]],
            14 => ['add_multiple', [$values, $group]],
            15 => ['get_multiple', [array_filter($keys, fn ($key) => $key !== ''), $group]],
            16 => ['delete_multiple', [$keys, $group]],
            17 => mt_rand(0, 3) ? ['switch_to_blog', [mt_rand(1, 2)]] : [['flush', []], ['flush_group', [$group ?: 'default']]][mt_rand(0, 1)],
        };
    }

    public function testTheNextRequestFindsIt(): void
    {
        $values = ['null' => null, 'false' => false, 'zero' => 0, 'text' => 'a', 'list' => [1], 'object' => (object) ['a' => 1]];
        $this->cache->set_multiple($values, 'posts');
        $this->cache->set(7, 'seven', 'posts', 60);
        $next = new ObjectCache();
        foreach ($values + [7 => 'seven'] as $key => $value) {
            $this->assertEquals($value, $next->get($key, 'posts', false, $found));
            $this->assertTrue($found);
        }
        $this->assertFalse($next->get('absent', 'posts', false, $found));
        $this->assertFalse($found);
        $this->assertEquals($values + ['absent' => false], $next->get_multiple([...array_keys($values), 'absent'], 'posts'));
        $this->assertFalse($next->add('null', 'other', 'posts'));
        $this->assertNull($next->get('null', 'posts'));
    }

    public function testAnObjectIsNobodyElses(): void
    {
        $object = (object) ['n' => 1];
        $this->cache->set('o', $object);
        $object->n = 2;
        $got = $this->cache->get('o');
        $this->assertSame(1, $got->n);
        $got->n = 3;
        $this->assertSame(1, $this->cache->get('o')->n);
        $next = new ObjectCache();
        $next->get('o')->n = 4;
        $this->assertSame(1, $next->get('o')->n);
        $next->get_multiple(['o'])['o']->n = 5;
        $this->assertSame(1, $next->get('o')->n);
    }

    public function testForceReadsWhatOthersWrote(): void
    {
        $other = new ObjectCache();
        $this->cache->set('a', 1);
        $other->set('a', 2);
        $this->assertSame(1, $this->cache->get('a'));
        $this->assertSame(2, $this->cache->get('a', 'default', true));
        $this->assertSame(2, $this->cache->get('a'));
        $other->delete('a');
        $this->assertSame(2, $this->cache->get('a'));
        $this->assertFalse($this->cache->get('a', 'default', true));
        $this->assertFalse($this->cache->get('a'));
        $other->set_multiple(['b' => 1, 'c' => 2]);
        $this->assertSame(['b' => 1, 'c' => 2, 'd' => false], $this->cache->get_multiple(['b', 'c', 'd'], '', true));
    }

    public function testWhoAddsFirst(): void
    {
        $other = new ObjectCache();
        $this->assertTrue($this->cache->add('a', 'mine'));
        $this->assertFalse($other->add('a', 'theirs'));
        $this->assertSame('mine', $other->get('a'));
        $this->assertTrue($other->replace('a', 'replaced'));
        $this->assertFalse($other->replace('b', 'replaced'));
        $this->assertSame(['a' => false, 'c' => true], (new ObjectCache())->add_multiple(['a' => 1, 'c' => 2]));
        World::$suspended = true;
        $this->assertFalse($other->add('d', 1));
        $this->assertFalse($other->get('d'));
    }

    public function testCounters(): void
    {
        $other = new ObjectCache();
        $this->cache->set('n', 5, 'counts', 60);
        $this->assertSame(6, $other->incr('n', 1, 'counts'));
        $this->assertSame(8, $other->incr('n', 2, 'counts'));
        $this->assertSame(0, $other->decr('n', 9, 'counts'));
        $this->assertSame(0, $this->cache->get('n', 'counts', true));
        $this->assertFalse($other->incr('absent', 1, 'counts'));
        $this->assertFalse($this->cache->get('absent', 'counts', true));
    }

    public function testACounterKeepsItsEnd(): void
    {
        $this->cache->set('n', 5, 'counts', 2);
        $this->assertSame(6, $this->cache->incr('n', 1, 'counts'));
        sleep(4);
        $this->assertFalse((new ObjectCache())->get('n', 'counts'));
    }

    public function testAValueEnds(): void
    {
        $this->cache->set('short', 1, '', 1);
        $this->cache->set('long', 1, '', 0);
        sleep(2);
        $next = new ObjectCache();
        $this->assertFalse($next->get('short'));
        $this->assertSame(1, $next->get('long'));
    }

    public function testGroupsThatAreNotKept(): void
    {
        $this->cache->add_non_persistent_groups(['mine', 'counts']);
        $this->assertTrue($this->cache->add('a', fn () => 1, 'mine'));
        $this->assertTrue($this->cache->set('b', 2, 'counts'));
        $this->assertSame(3, $this->cache->incr('b', 1, 'counts'));
        $next = new ObjectCache();
        $this->assertFalse($next->get('a', 'mine'));
        $this->assertFalse($next->get('b', 'counts'));
        $this->cache->flush_runtime();
        $this->assertFalse($this->cache->get('b', 'counts'));
    }

    public function testFlushingAGroupLeavesTheOthers(): void
    {
        $this->cache->set('a', 1, 'one');
        $this->cache->set('a', 2, 'two');
        $this->assertTrue($this->cache->flush_group('one'));
        $next = new ObjectCache();
        $this->assertFalse($next->get('a', 'one'));
        $this->assertSame(2, $next->get('a', 'two'));
        $this->assertTrue($next->flush_group(str_repeat('long', 100)));
    }

    public function testFlushingIsOneInstallationOnly(): void
    {
        $beside = new Cache('default');
        $beside->set('beside', 1);
        $this->cache->set('a', 1);
        $this->assertTrue($this->cache->flush());
        $this->assertFalse($this->cache->get('a'));
        $this->assertFalse((new ObjectCache())->get('a'));
        $this->assertSame(1, $beside->get('beside'));
    }

    public function testSitesOfANetwork(): void
    {
        World::$multisite = true;
        $cache = new ObjectCache();
        $cache->add_global_groups(['users']);
        $cache->set('a', 'site 1', 'posts');
        $cache->set('a', 'all', 'users');
        $cache->switch_to_blog(2);
        $this->assertFalse($cache->get('a', 'posts'));
        $this->assertSame('all', $cache->get('a', 'users'));
        $cache->set('a', 'site 2', 'posts');
        $next = new ObjectCache();
        $next->add_global_groups('users');
        $this->assertSame('site 1', $next->get('a', 'posts'));
        $next->switch_to_blog(2);
        $this->assertSame('site 2', $next->get('a', 'posts'));
        $this->assertSame(['a' => 'site 2'], $next->get_multiple(['a'], 'posts'));
        $this->assertSame('all', $next->get('a', 'users'));
        $next->reset();
        $this->assertSame('all', $next->get('a', 'users'));
    }

    public function testWhatCannotBeStoredLeavesNothingOlder(): void
    {
        $this->cache->set('a', 'older');
        $this->assertFalse($this->cache->set('a', fn () => 1));
        $this->assertInstanceOf(\Closure::class, $this->cache->get('a'));
        $this->assertFalse((new ObjectCache())->get('a'));
        $this->assertSame(['b' => true, 'c' => false], $this->cache->set_multiple(['b' => 1, 'c' => fn () => 1]));
        $this->assertSame(1, (new ObjectCache())->get('b'));
    }

    public function testStatsAreShown(): void
    {
        $this->cache->set('a', 1, '<posts>');
        $this->expectOutputRegex('/Cache Hits.*&lt;posts&gt;/');
        $this->cache->stats();
    }
}
