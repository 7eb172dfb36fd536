<?php
/*
 * name_server.php ADDRESS FOLDER: a small DNS server for tests, over UDP and TCP at port 53 of the address.
 *
 * FOLDER/names is what it knows, as JSON, and is read anew for every question; FOLDER/questions gets a line for each.
 * A name has any of these. What is not there is no such name. "*" stands for all names.
 *
 *     A, AAAA     lists of addresses
 *     cname       another name, whose records follow
 *     code        of the answer in place of records: 2 SERVFAIL, 3 no such name, 5 refused
 *     silent      true: no answer; or a type: none to questions of that type
 *     delay       milliseconds before the answer
 *     truncate    true: over UDP nothing but the word that the rest is to be had over TCP
 *     lie         id: the answer to another question's number; question: to another name; noise: bytes
 */

[, $address, $folder] = $argv;

const TYPES = ['A' => 1, 'CNAME' => 5, 'AAAA' => 28];

function encoded(string $name): string
{
    return implode('', array_map(fn ($label) => chr(strlen($label)) . $label, explode('.', $name))) . "\0";
}

function record(string $name, string $type, string $data): string
{
    return encoded($name) . pack('nnNn', TYPES[$type], 1, 1, strlen($data)) . $data;
}

/** All records of a name, through its aliases; the last of them may be unknown. */
function records(array $names, string $name, string $type): array
{
    $records = [];
    for ($i = 0; isset($names[$name]['cname']) && $i < 20; $i++) {
        $records[] = record($name, 'CNAME', encoded($names[$name]['cname']));
        $name = $names[$name]['cname'];
    }
    foreach ($names[$name][$type] ?? [] as $address) {
        $records[] = record($name, $type, inet_pton($address));
    }
    return [$records, isset($names[$name]) ? $names[$name]['code'] ?? 0 : 3];
}

/** The answer, or '' for none. */
function answer(string $asked, string $folder, bool $is_udp): string
{
    $names = json_decode(file_get_contents("$folder/names"), true) ?? [];
    for ($at = 12, $labels = []; ord($asked[$at] ?? "\0") > 0; $at += 1 + ord($asked[$at])) {
        $labels[] = substr($asked, $at + 1, ord($asked[$at]));
    }
    $name = implode('.', $labels);
    $type = array_search(unpack('n', substr($asked, $at + 1, 2))[1], TYPES) ?: '?';
    $question = substr($asked, 12, $at + 5 - 12);
    $of = ($names['*'] ?? []) + ($names[$name] ?? []);
    file_put_contents("$folder/questions", "$type $name\n", FILE_APPEND);

    if (in_array($of['silent'] ?? null, [true, $type], true)) {
        return '';
    }
    usleep(1000 * ($of['delay'] ?? 0));
    [$records, $code] = records($names, $name, $type);
    $is_cut = $is_udp && ($of['truncate'] ?? false);
    $records = $is_cut ? [] : $records;
    $id = substr($asked, 0, 2);
    switch ($of['lie'] ?? '') {
        case 'noise': return random_bytes(40);
        case 'id': $id = $id ^ "\1\1"; break;
        case 'question': $question = encoded('other.example') . pack('nn', TYPES[$type] ?? 1, 1); break;
    }
    return $id . pack('nnnnn', 0x8180 | ($is_cut ? 0x0200 : 0) | ($of['code'] ?? $code), 1, count($records), 0, 0)
        . $question . implode('', $records);
}

$udp = stream_socket_server("udp://$address:53", $code, $message, STREAM_SERVER_BIND) ?: exit(1);
$tcp = stream_socket_server("tcp://$address:53") ?: exit(1);
touch("$folder/questions");
while (true) {
    $ready = [$udp, $tcp];
    $none = null;
    stream_select($ready, $none, $none, null);
    if (in_array($udp, $ready, true)) {
        $asked = stream_socket_recvfrom($udp, 1500, 0, $peer);
        $said = strlen($asked) > 16 ? answer($asked, $folder, true) : '';
        $said === '' || stream_socket_sendto($udp, $said, 0, $peer);
    }
    if (in_array($tcp, $ready, true) && ($peer = @stream_socket_accept($tcp, 0))) {
        stream_set_timeout($peer, 1);
        $size = unpack('n', str_pad((string) fread($peer, 2), 2, "\0"))[1];
        $asked = (string) fread($peer, max(1, $size));
        $said = strlen($asked) > 16 ? answer($asked, $folder, false) : '';
        $said === '' || fwrite($peer, pack('n', strlen($said)) . $said);
        fclose($peer);
    }
}
