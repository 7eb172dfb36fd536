<?php

/*
 * Stands between a client and servers of 127.0.0.1, and records what it is asked: tap.php PORT... prints its own ports,
 * and for each line of its input a line of JSON: for each server the bytes that clients have sent since the last one, in
 * hex, and how many answered. It ends with its input.
 */

declare(strict_types=1);

$servers = array_map(intval(...), array_slice($argv, 1));
$listeners = array_map(fn () => stream_socket_server('tcp://127.0.0.1:0'), $servers);
echo implode(' ', array_map(fn ($listener) => substr(strrchr(stream_socket_get_name($listener, false), ':'), 1), $listeners)), "\n";
$none = array_fill(0, count($servers), ['', 0]);
$recorded = $none;
/** @var array<int, array{socket: resource, to: resource, server: int, asks: bool}> $ends of connections, by the number of their socket */
$ends = [];
while (true) {
    $ready = [STDIN, ...$listeners, ...array_column($ends, 'socket')];
    $unused = null;
    stream_select($ready, $unused, $unused, null);
    foreach ($ready as $socket) {
        $number = array_search($socket, $listeners, true);
        if ($socket === STDIN) {
            fgets(STDIN) !== false || exit(0);
            echo json_encode(array_map(fn ($of) => [bin2hex($of[0]), $of[1]], $recorded)), "\n";
            $recorded = $none;
        } elseif ($number !== false) {
            $client = stream_socket_accept($socket);
            $server = stream_socket_client("tcp://127.0.0.1:$servers[$number]");
            $ends[(int) $client] = ['socket' => $client, 'to' => $server, 'server' => $number, 'asks' => true];
            $ends[(int) $server] = ['socket' => $server, 'to' => $client, 'server' => $number, 'asks' => false];
        } elseif (isset($ends[(int) $socket])) {
            pass($ends, $recorded, $ends[(int) $socket]);
        }
    }
}

/** What has come at one end goes to the other; what has ended ends there too. */
function pass(array &$ends, array &$recorded, array $end): void
{
    $bytes = fread($end['socket'], 65536);
    if ($bytes === '' || $bytes === false) {
        unset($ends[(int) $end['socket']], $ends[(int) $end['to']]);
        fclose($end['to']);
        fclose($end['socket']);
        return;
    }
    if ($end['asks']) {
        $recorded[$end['server']][0] .= $bytes;
    } else {
        $recorded[$end['server']][1] += strlen($bytes);
    }
    fwrite($end['to'], $bytes);
}
