<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * One request over FastCGI, in the role of a web server: records after sections 3 and 5 of the FastCGI Specification 1.0.
 *
 * A record is version, type, request id, size of content, size of padding, a reserved byte, content and padding. The
 * connection ends with the request: one that is kept would keep a worker.
 */
final class FastCgi
{
    private const VERSION = 1, ID = 1, LONGEST = 65535;
    private const BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, STDERR = 7;
    private const RESPONDER = 1;

    /** No answer is as large; what sends more is no worker with a script of ours. */
    private const MOST = 64 << 20;

    /** errno of Linux; PHP has names for them in an extension that may not be there. */
    private const ENOENT = 2, EAGAIN = 11, EACCES = 13, ETIMEDOUT = 110, ECONNREFUSED = 111;

    /** Of the protocol's status that ends a request, 0 being REQUEST_COMPLETE. */
    private const REFUSALS = [1 => 'it takes one request a connection', 2 => 'it is overloaded', 3 => 'it is no responder'];

    /** @var resource */
    private $socket;

    public string $output = '';
    public string $errors = '';
    /** Whether the end of the request was said, and not only the connection closed. */
    public bool $is_complete = false;

    /** @throws Problem when there is no connection */
    public function __construct(private string $address, private float $wait)
    {
        $path = self::path($address);
        if ($path !== null && strlen($path) > 107) {
            throw Problem::failed("$address: the name of a socket has at most 107 bytes");
        }
        $remote = $path !== null ? "unix://$path" : "tcp://$address";
        $socket = @stream_socket_client($remote, $code, $message, $wait);
        if ($socket === false) {
            throw Problem::failed(self::why_not($address, $path, $code, $message, $wait));
        }
        stream_set_blocking($socket, false);
        $this->socket = $socket;
    }

    /** The path of a socket of this machine, null of host:port. */
    public static function path(string $address): ?string
    {
        $address = str_starts_with($address, 'unix:') ? substr($address, strlen('unix:')) : $address;
        return preg_match('/^(?:[^\/\[\]]+|\[[0-9a-fA-F:.]+\]):\d+$/', $address) ? null : $address;
    }

    private static function why_not(string $address, ?string $path, int $code, string $message, float $wait): string
    {
        $there = array_filter((array) glob('/run/php*/*.sock'), is_string(...));
        return match (true) {
            $code === self::ENOENT => "$address: there is no such socket: is php-fpm running? Its pool says listen = ..."
                . ($there !== [] ? '; there are: ' . implode(', ', $there) : ''),
            $code === self::EACCES => "$address: this user may not connect to it; run the command as root, or as listen.owner of"
                . " the pool: sudo -u www-data strata ...",
            $code === self::ECONNREFUSED && $path !== null => "$address: no process listens on this socket: php-fpm ended and left it"
                . ' behind, or it is no socket',
            $code === self::ECONNREFUSED => "$address: no process listens there: is php-fpm running, and does its pool say"
                . " listen = $address?",
            $code === self::EAGAIN || $code === self::ETIMEDOUT || str_contains($message, 'timed out') =>
                "$address: no connection within " . Text::seconds($wait) . ': all workers of the pool are busy and its queue'
                . ' (listen.backlog) is full, or the network drops what is sent there',
            default => "$address: " . ($message !== '' ? $message : "error $code of connect()"),
        };
    }

    /**
     * Sends the request and reads until its end. What was written so far is in $output; $more is called whenever there
     * is more of it.
     *
     * @param array<string, string> $parameters
     * @throws Problem after so long a silence, and where the peer speaks otherwise
     */
    public function run(array $parameters, callable $more): void
    {
        $this->write($this->question($parameters));
        while (!$this->is_complete && ($head = $this->read(8)) !== null) {
            ['version' => $version, 'type' => $type, 'size' => $size, 'padding' => $padding] =
                unpack('Cversion/Ctype/nid/nsize/Cpadding', $head);
            if ($version !== self::VERSION) {
                throw Problem::failed("$this->address: it does not speak FastCGI: is it the listen = of a pool, and not a web server?");
            }
            $content = $this->read($size + $padding);
            if ($content === null) {
                break;
            }
            $this->take($type, substr($content, 0, $size));
            $more();
        }
        fclose($this->socket);
    }

    private function take(int $type, string $content): void
    {
        match ($type) {
            self::STDOUT => $this->output .= $content,
            self::STDERR => $this->errors .= $content,
            self::END_REQUEST => $this->end($content),
            default => null,
        };
        if (strlen($this->output) + strlen($this->errors) > self::MOST) {
            throw Problem::failed("$this->address: the answer has no end: more than " . Text::bytes(self::MOST) . ' came');
        }
    }

    private function end(string $content): void
    {
        $status = strlen($content) >= 5 ? ord($content[4]) : 0;
        if ($status !== 0) {
            throw Problem::failed("$this->address: php-fpm refused the request: " . (self::REFUSALS[$status] ?? "status $status"));
        }
        $this->is_complete = true;
    }

    /** @param array<string, string> $parameters */
    private function question(array $parameters): string
    {
        $encoded = '';
        foreach ($parameters as $name => $value) {
            $encoded .= self::size((string) $name) . self::size($value) . $name . $value;
        }
        return self::record(self::BEGIN_REQUEST, pack('nCx5', self::RESPONDER, 0)) . self::stream(self::PARAMS, $encoded)
            . self::stream(self::STDIN, '');
    }

    /** Sizes up to 127 are one byte, others four with the highest bit set. */
    private static function size(string $text): string
    {
        return strlen($text) < 128 ? chr(strlen($text)) : pack('N', strlen($text) | 0x80000000);
    }

    /** A stream is records of its type, and an empty one ends it. */
    private static function stream(int $type, string $content): string
    {
        $records = '';
        foreach ($content === '' ? [] : str_split($content, self::LONGEST) as $part) {
            $records .= self::record($type, $part);
        }
        return $records . self::record($type, '');
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', self::VERSION, $type, self::ID, strlen($content), 0) . $content;
    }

    private function write(string $bytes): void
    {
        while ($bytes !== '') {
            $this->await(false);
            $written = @fwrite($this->socket, $bytes);
            /* What was refused may have been answered all the same: reading will tell. */
            if ($written === false) {
                return;
            }
            $bytes = substr($bytes, $written);
        }
    }

    /** So many bytes; null where the connection ended before them. */
    private function read(int $size): ?string
    {
        $bytes = '';
        while (strlen($bytes) < $size) {
            $part = @fread($this->socket, $size - strlen($bytes));
            if ($part === false || ($part === '' && feof($this->socket))) {
                return null;
            }
            $bytes .= $part;
            if ($part === '') {
                $this->await(true);
            }
        }
        return $bytes;
    }

    /** Until it can be read or written. A signal is no reason to give up. */
    private function await(bool $read): void
    {
        $until = microtime(true) + $this->wait;
        do {
            $left = max(0, $until - microtime(true));
            $readers = $read ? [$this->socket] : null;
            $writers = $read ? null : [$this->socket];
            $none = null;
            $ready = @stream_select($readers, $writers, $none, (int) $left, (int) (fmod($left, 1) * 1e6));
            if ($ready > 0) {
                return;
            }
        } while ($left > 0);
        throw Problem::failed("$this->address: no answer within " . Text::seconds($this->wait) . ': all workers of the pool are busy'
            . ' (pm.max_children), or stopped; --wait SECONDS waits longer');
    }
}
