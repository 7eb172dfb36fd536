<?php
/*
 * Makes the trips, in a PHP whose strata.so has the recorder: measure.php FOLDER SO. Every trip is made WARM times to
 * get warm and then TIMES times with the recorder; the recordings are FOLDER/<place>.<trip>.<number>.
 *
 * Needs the databases "default" without servers, "front" with memcached, "cluster" with a Redis Cluster, both with a
 * local_ttl of 0, and "tiers" with both servers. Prints a line when the key "moved" has to get to another master, and
 * reads one when it is there.
 */

declare(strict_types=1);

const WARM = 5, TIMES = 9;

[, $folder, $so] = $argv;
$recorder = FFI::cdef('void trips_begin(void); void trips_end(const char *path);', $so);
$local = new Strata\Cache();
$front = new Strata\Cache('front');
$cluster = new Strata\Cache('cluster');
$tiers = new Strata\Cache('tiers');
$small = ['id' => 42, 'name' => 'Ada'];

foreach ([$local, $front, $cluster] as $cache) {
    if (!$cache->setMultiple(['int' => 42, 'array' => $small, 'moved' => 42])) {
        fwrite(STDERR, "trips: the servers do not answer\n");
        exit(1);
    }
}

/* Each is called with another number. */
$trips = [
    'local hit, int' => fn () => strata_get('int'),
    'local hit, array' => fn () => strata_get('array'),
    'local miss' => fn () => strata_get('missing'),
    'local set, small array' => fn () => strata_set('array', $small),
    'remember, miss' => fn (int $number) => strata_remember("missing $number", 60, fn () => 42),
    'memcached get' => fn () => $front->get('int'),
    'cluster get' => fn () => $cluster->get('int'),
    'cluster get, MOVED' => fn () => $cluster->get('moved'),
    'set, three tiers' => fn () => $tiers->set('int', 42),
];
$expected = ['local miss' => null, 'local hit, array' => $small, 'local set, small array' => true, 'set, three tiers' => true];

foreach (array_keys($trips) as $place => $name) {
    for ($number = -WARM; $number < TIMES; $number++) {
        if ($name === 'cluster get, MOVED') {
            echo "moved\n";
            fgets(STDIN);
        }
        $recorder->trips_begin();
        $answer = $trips[$name]($number);
        $recorder->trips_end($number < 0 ? '/dev/null' : "$folder/$place.$name.$number");
        if ($answer !== (array_key_exists($name, $expected) ? $expected[$name] : 42)) {
            fwrite(STDERR, "trips: $name answered " . json_encode($answer) . "\n");
            exit(1);
        }
    }
}
