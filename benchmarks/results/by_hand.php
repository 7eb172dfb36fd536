<?php
/*
 * by_hand.php — what applications do that have memcached above Redis and no strata: a miss fills memcached with what Redis
 * has, or both with a page that is computed, and a delete removes from both. Half of the gets find something in Redis, half
 * compute; a delete overlaps with each at a random moment, as in ./dev chaos interleavings. How often does memcached have
 * afterwards what was deleted?
 */

declare(strict_types=1);

require __DIR__ . '/../../tests/support/rows.inc';
require __DIR__ . '/../../tests/support/own_server.inc';

const SPREAD = 600; /* microseconds at most until each of both begins */
const LONGEST = 2_000; /* microseconds that a page takes at most */

$overlaps = is_quick() ? 1_000 : 10_000;
$servers = [new OwnServer('memcached'), new OwnServer('redis')];

/** Clients of a process's own. @return array{Memcached, Redis} */
$open = function () use ($servers): array {
    $memcached = new Memcached();
    $memcached->addServer('127.0.0.1', $servers[0]->port);
    $redis = new Redis();
    $redis->connect('127.0.0.1', $servers[1]->port);
    return [$memcached, $redis];
};

[$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$child = pcntl_fork();
if ($child === 0) {
    [$memcached, $redis] = $open();
    while (($line = fgets($theirs)) !== false && $line !== "end\n") {
        usleep(random_int(0, SPREAD));
        $redis->set('truth', 'new');
        $redis->del(trim($line));
        $memcached->delete(trim($line));
        fwrite($theirs, "deleted\n");
    }
    posix_kill(getmypid(), 9);
}
[$memcached, $redis] = $open();
for ($old = $i = 0; $i < $overlaps; $i++) {
    $key = "key:$i";
    $redis->set('truth', 'old');
    $i % 2 !== 0 || $redis->set($key, 'old');
    fwrite($ours, "$key\n");
    usleep(random_int(0, SPREAD));
    if ($memcached->get($key) === false) {
        $value = $redis->get($key);
        if ($value === false) {
            $value = $redis->get('truth');
            usleep(random_int(0, LONGEST));
            $redis->setEx($key, 600, $value);
        }
        $memcached->set($key, $value, 600);
    }
    fgets($ours);
    $old += $memcached->get($key) === 'old' ? 1 : 0;
}
fwrite($ours, "end\n");
pcntl_waitpid($child, $status);
printf("memcached above Redis by hand: %d of %d overlaps left what was deleted\n", $old, $overlaps);
note_peer('stale.overlaps', number_format($old) . ' in ' . number_format($overlaps));
