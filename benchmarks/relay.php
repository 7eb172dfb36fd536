<?php

/*
 * Stands between clients and a server of 127.0.0.1, and counts how often a client had to speak again after it was
 * answered: relay.php PORT prints its own port, and for each line of its input the round trips since the last one. It
 * ends with its input.
 */

declare(strict_types=1);

$listener = stream_socket_server('tcp://127.0.0.1:0');
echo substr(strrchr(stream_socket_get_name($listener, false), ':'), 1), "\n";
$peers = $sockets = $clients = $spoken = [];
$trips = 0;
while (true) {
    $ready = [STDIN, $listener, ...$sockets];
    $none = null;
    stream_select($ready, $none, $none, null);
    foreach ($ready as $socket) {
        $id = (int) $socket;
        if ($socket === STDIN) {
            if (fgets(STDIN) === false) {
                exit(0);
            }
            echo "$trips\n";
            $trips = 0;
        } elseif ($socket === $listener) {
            $client = stream_socket_accept($listener);
            $server = stream_socket_client("tcp://127.0.0.1:$argv[1]");
            $sockets += [(int) $client => $client, (int) $server => $server];
            $peers += [(int) $client => $server, (int) $server => $client];
            $clients[(int) $client] = true;
        } elseif (isset($sockets[$id])) {
            $bytes = fread($socket, 65536);
            $pair = isset($clients[$id]) ? $id : (int) $peers[$id];
            if ($bytes === '' || $bytes === false) {
                unset($sockets[$id], $sockets[(int) $peers[$id]], $spoken[$pair]);
                fclose($peers[$id]);
                fclose($socket);
                continue;
            }
            $speaks = isset($clients[$id]);
            $trips += $speaks && !($spoken[$pair] ?? false) ? 1 : 0;
            $spoken[$pair] = $speaks;
            fwrite($peers[$id], $bytes);
        }
    }
}
