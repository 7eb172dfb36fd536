--TEST--
Redis: the database number of the DSN is selected, over TCP and over a unix socket, which are the same server
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.databases=zero,three,socket
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.three.redis="${STRATA_TEST_REDIS_3_DSN}"
strata.socket.redis="${STRATA_TEST_REDIS_SOCKET_DSN}"
strata.namespace=numbers-${STRATA_TEST_RUN}
strata.memory=0
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/show.inc';
require __DIR__ . '/../../support/servers.inc';

/** In which numbered databases of the server is a key of this strata database? */
function numbers_of(string $database): array
{
    $socket = open_server(getenv('STRATA_TEST_REDIS_SOCKET'));
    $ask = function (string ...$command) use ($socket) {
        fwrite($socket, redis_bytes(...$command));
        return redis_reply($socket);
    };
    $ask('AUTH', getenv('STRATA_TEST_REDIS_PASSWORD'));
    $found = [];
    for ($number = 0; $number < 8; $number++) {
        $ask('SELECT', (string) $number);
        $generation = $ask('GET', remote_prefix($database) . 'generation');
        if ($generation !== null && $ask('EXISTS', remote_prefix($database) . "$generation:key")) {
            $found[] = $number;
        }
    }
    return $found;
}
foreach (['zero', 'three', 'socket'] as $name) {
    $cache = new Strata\Cache($name);
    $cache->set('key', ["of $name"], 60);
    $found = $cache->fetch('key');
    echo $found->value[0], ' in ', json_encode(numbers_of($name)), ' at ',
        str_replace([getenv('STRATA_TEST_REDIS_SOCKET'), getenv('STRATA_TEST_REDIS')], ['SOCKET', 'ADDRESS'], $found->node), "\n";
}
?>
--EXPECT--
of zero in [0] at ADDRESS
of three in [3] at ADDRESS
of socket in [5] at SOCKET
