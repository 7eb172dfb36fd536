--TEST--
remember(): when the one that computes is killed, stopped, throws, exits or runs out of memory, the next of its host computes
--SKIPIF--
<?php
require __DIR__ . '/../../support/fork.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_fork();
skip_without_memcached();
skip_without_redis();
getenv('USE_ZEND_ALLOC') !== '0' || die('skip only PHP\'s own allocator keeps to memory_limit');
?>
--INI--
strata.databases=remote,cache
strata.remote.redis=${STRATA_TEST_REDIS_DSN}
strata.cache.memcached=${STRATA_TEST_MEMCACHED_DSN}
strata.namespace=owners-${STRATA_TEST_RUN}
strata.lease_wait=60s
strata.lease_ttl=60s
strata.request_budget=0
strata.operation_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/fork.inc';

fclose(STDERR);
ini_set('display_errors', '0');
ini_set('log_errors', '0');
$self = fn (string $signal) => exec("kill -$signal " . getmypid());
$ends = [
    'killed' => fn () => $self('KILL'),
    'stopped' => fn () => [strata_set('stopped', getmypid()), $self('STOP')],
    'throws' => fn () => throw new DomainException('no value'),
    'exits' => fn () => exit(0),
    'memory' => function () {
        ini_set('memory_limit', '16M');
        for ($text = 'x';;) {
            $text .= $text;
        }
    },
];
foreach (['default', 'remote', 'cache'] as $database) {
    foreach ($ends as $how => $end) {
        $cache = new Strata\Cache($database);
        $key = "$database $how";
        $first = pcntl_fork();
        if ($first === 0) {
            $cache->remember($key, 60, function () use ($key, $end) {
                strata_set("$key begun", true);
                usleep(50000);
                $end();
                return 'too late';
            });
            exit(0);
        }
        $begun = hrtime(true);
        echo "$key: ", json_encode(in_children(2, function (int $child) use ($cache, $key) {
            while (!strata_has("$key begun")) {
                usleep(1000);
            }
            return $cache->remember($key, 60, function () use ($key) {
                strata_increment("$key computed");
                usleep(20000);
                return 'by another';
            });
        })), ' ', strata_get("$key computed"), hrtime(true) - $begun < 20e9 ? '' : ' late';
        $how === 'stopped' && exec('kill -CONT ' . strata_get('stopped'));
        pcntl_waitpid($first, $status);
        echo ', then ', json_encode($cache->get($key)), "\n";
    }
}
var_dump(strata_status()['host']['leases']);
?>
--EXPECT--
default killed: ["by another","by another"] 1, then "by another"
default stopped: ["by another","by another"] 1, then "by another"
default throws: ["by another","by another"] 1, then "by another"
default exits: ["by another","by another"] 1, then "by another"
default memory: ["by another","by another"] 1, then "by another"
remote killed: ["by another","by another"] 1, then "by another"
remote stopped: ["by another","by another"] 1, then "by another"
remote throws: ["by another","by another"] 1, then "by another"
remote exits: ["by another","by another"] 1, then "by another"
remote memory: ["by another","by another"] 1, then "by another"
cache killed: ["by another","by another"] 1, then "by another"
cache stopped: ["by another","by another"] 1, then "by another"
cache throws: ["by another","by another"] 1, then "by another"
cache exits: ["by another","by another"] 1, then "by another"
cache memory: ["by another","by another"] 1, then "by another"
int(0)
