<?php
/*
 * cluster_load.php WORKERS MICROSECONDS — that many processes on the cluster that the directives name, each with such a
 * pause between its operations, until the input ends. See cluster_worker.inc for what they write; a line of
 * input is answered by "s" and what strata itself counted, as JSON.
 */

declare(strict_types=1);

require __DIR__ . '/cluster_worker.inc';

[, $workers, $pause] = $argv;
[$stop, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$pids = [];
for ($i = 1; $i <= $workers; $i++) {
    if (($pids[] = pcntl_fork()) === 0) {
        fclose($stop);
        (new ClusterWorker($i))->work($theirs, (int) $pause);
        exit(0);
    }
}
fclose($theirs);

while (fgets(STDIN) !== false) {
    $sum = [];
    foreach (strata_status()['nodes'] as $node) {
        foreach (['operations', 'connects', 'auths', 'redirects', 'refreshes', 'desyncs'] as $name) {
            $sum[$name] = ($sum[$name] ?? 0) + $node[$name];
        }
    }
    fwrite(STDOUT, 's ' . json_encode($sum) . "\n");
}
fclose($stop);
foreach ($pids as $pid) {
    pcntl_waitpid($pid, $status);
    $status === 0 || fwrite(STDOUT, "w a worker ended with status $status\n");
}
