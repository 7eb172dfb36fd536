<?php
/*
 * Runs each operation in two lengths, ROUNDS times and once before to get warm, in a PHP under callgrind, which counts:
 * operations.php SECTIONS. A section's name is "<operation>|<round>|<calls>"; round 0 is the one that warms.
 *
 * Needs the databases "default" and "pinned" without servers, "front", "single" and "cluster" with memcached, Redis
 * and Redis Cluster and a local_ttl of 0, and "two" and "three" with memcached above Redis, of which "two" has a
 * local_ttl of 0. Sessions are those of a PHP whose session.save_handler is strata, where this build has that.
 */

declare(strict_types=1);

require __DIR__ . '/../bench.inc';

$sections = FFI::cdef('void section_begin(void); void section_end(const char *name);', $argv[1]);
$local = new Strata\Cache();
$pinned = new Strata\Cache('pinned');
$front = new Strata\Cache('front');
$single = new Strata\Cache('single');
$cluster = new Strata\Cache('cluster');
$two = new Strata\Cache('two');
$three = new Strata\Cache('three');

$text = str_repeat('v', 100);
$page = str_repeat('w', 4096);
$row = ['id' => 7, 'name' => 'user 7', 'mail' => 'user7@example.org', 'active' => true, 'score' => 1.5, 'city' => 'Bern',
    'age' => 40, 'plan' => 'free', 'tags' => null, 'visits' => 12];
$rows = thousand_rows();
$keys = array_map(fn ($i) => "key:$i", range(1, 100));
$pairs = array_fill_keys($keys, $text);

foreach ([$local, $pinned, $front, $single, $cluster, $two, $three] as $cache) {
    $values = $pairs + ['rows' => $rows];
    foreach (range(0, ROUNDS) as $round) {
        $values += ["int:$round" => 42, "text:$round" => $text, "row:$round" => $row, "page:$round" => $page];
    }
    if (!$cache->setMultiple($values)) {
        fwrite(STDERR, "instructions: the servers do not answer\n");
        exit(1);
    }
}
foreach (range(0, ROUNDS) as $round) {
    $local->set("ending:$round", 42, 3600);
}

/** Numbers that no two calls share. */
function another(): int
{
    static $number = 0;
    return ++$number;
}

/** Keys that are there to be deleted, so many. */
function stored(Strata\Cache $cache, int $count): array
{
    $keys = array_map(fn () => 'doomed:' . another(), range(1, $count));
    foreach (array_chunk($keys, 100) as $chunk) {
        $cache->setMultiple(array_fill_keys($chunk, 42));
    }
    return $keys;
}

/** Deletes another key each time. */
$delete = fn (Strata\Cache $cache) => function (int $count) use ($cache): callable {
    $keys = stored($cache, $count);
    return fn (int $i) => $cache->delete($keys[$i]);
};

/** Gets another key each time, whose value no call has read before. */
$first = function (int $count) use ($local, $row): callable {
    $keys = array_map(fn () => 'fresh:' . another(), range(1, $count));
    array_map(fn ($key) => $local->set($key, $row), $keys);
    return fn (int $i) => $local->get($keys[$i]);
};

/** Gets another key each time, which Redis has and memcached has not: touch() drops the copy. */
$fill = fn (Strata\Cache $cache) => function (int $count) use ($cache, $text): callable {
    $keys = array_map(fn () => 'deep:' . another(), range(1, $count));
    $cache->setMultiple(array_fill_keys($keys, $text));
    array_map(fn ($key) => $cache->touch($key, 600), $keys);
    return fn (int $i) => $cache->get($keys[$i]);
};

/** A request with a session of 2 KiB in this database, that is changed or not; with no id it is a new visitor's. */
function session(string $database, string $id, bool $is_changed): callable
{
    $pages = [str_repeat('p', 2033), str_repeat('q', 2033)];
    return function (int $i) use ($database, $id, $is_changed, $pages): void {
        session_save_path($database);
        session_id($id);
        session_start();
        if ($id !== '') {
            $_SESSION['page'] = $pages[$is_changed ? $i % 2 : 0];
        }
        session_write_close();
    };
}

$has_sessions = @ini_set('session.save_handler', 'strata') !== false;

/*
 * How many calls the longer run has more, and the call, or null and what makes it for so many calls. Each round has keys of
 * its own: where a key happens to lie, across two pages perhaps, is a matter of luck.
 */
foreach (range(0, ROUNDS) as $round) {
    [$int, $long, $array, $new, $missing, $counter] = array_map(fn ($name) => "$name:$round", ['int', 'text', 'row', 'new', 'missing', 'counter']);
    [$leaf, $ending] = ["page:$round", "ending:$round"];
    $operations = [
        'nothing' => [2000, fn () => $int],
        'local get, int' => [2000, fn () => $local->get($int)],
        'local get, 100 B' => [2000, fn () => $local->get($long)],
        'local get, 4 KiB' => [2000, fn () => $local->get($leaf)],
        'local get, int with an end' => [2000, fn () => $local->get($ending)],
        'local get, array of 10, memo' => [2000, fn () => $local->get($array)],
        'local get, array of 10, pins' => [2000, fn () => $pinned->get($array)],
        'local get, 1000 rows, memo' => [2000, fn () => $local->get('rows')],
        'local get, 1000 rows, pins' => [2000, fn () => $pinned->get('rows')],
        'local first get, array of 10, memo' => [1000, null, $first],
        'local get, miss' => [2000, fn () => $local->get($missing)],
        'local fetch, hit' => [2000, fn () => $local->fetch($int)],
        'local has' => [2000, fn () => $local->has($int)],
        'local set, int' => [2000, fn () => $local->set($new, 42)],
        'local set, array of 10' => [1000, fn () => $local->set($new, $row)],
        'local increment' => [2000, fn () => $local->increment($counter)],
        'local delete' => [1000, null, $delete($local)],
        'local remember, hit' => [2000, fn () => $local->remember($int, 60, fn () => 42)],
        'local get of 100 keys' => [100, fn () => $local->getMultiple($keys)],
        'local set of 100 keys' => [50, fn () => $local->setMultiple($pairs)],
        'memcached get' => [400, fn () => $front->get($long)],
        'memcached set' => [400, fn () => $front->set($new, $text)],
        'memcached delete' => [400, null, $delete($front)],
        'memcached get of 100 keys' => [50, fn () => $front->getMultiple($keys)],
        'redis get' => [400, fn () => $single->get($long)],
        'redis set' => [400, fn () => $single->set($new, $text)],
        'redis get of 100 keys' => [50, fn () => $single->getMultiple($keys)],
        'cluster get' => [400, fn () => $cluster->get($long)],
        'cluster set' => [400, fn () => $cluster->set($new, $text)],
        'two tiers get, hit above' => [400, fn () => $two->get($long)],
        'two tiers get, fill above' => [200, null, $fill($two)],
        'three tiers set' => [400, fn () => $three->set($new, $text)],
        'cluster get of 100 keys' => [50, fn () => $cluster->getMultiple($keys)],
    ];
    $operations += !$has_sessions ? [] : [
        'redis session, changed' => [400, session('single', "changed-$round", true)],
        'redis session, unchanged' => [400, session('single', "unchanged-$round", false)],
        'memcached session, changed' => [400, session('front', "changed-$round", true)],
        'memcached session, unchanged' => [400, session('front', "unchanged-$round", false)],
        'new and empty session' => [400, session('single', '', false)],
    ];
    foreach ($operations as $name => $operation) {
        [$more, $call] = $operation;
        $make = $operation[2] ?? fn () => $call;
        foreach ([intdiv($more, 10), intdiv($more, 10) + $more] as $count) {
            $run = $make($count);
            gc_collect_cycles();
            $sections->section_begin();
            for ($i = 0; $i < $count; $i++) {
                $run($i);
            }
            $sections->section_end("$name|$round|$count");
        }
    }
}
