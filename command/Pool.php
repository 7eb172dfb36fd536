<?php

declare(strict_types=1);

namespace Strata\Command;

/** A pool of a running php-fpm: a worker executes the orders, by a script that is written for it and removed. */
final class Pool extends Host
{
    private FastCgi $request;
    private ?Script $script = null;
    private readonly float $wait;
    private readonly string $root;
    /** @var string[] where the script may lie, the next one to try first */
    private array $directories;
    /** @var string[] where the pool did not see it */
    private array $unseen = [];

    public function __construct(private string $address, Arguments $arguments)
    {
        $this->wait = $arguments->number('wait', 10, 0.1, 3600);
        $this->root = rtrim((string) $arguments->text('chroot', ''), '/');
        $named = $arguments->text('temporary');
        $this->directories = $named !== null ? [$named] : array_unique([$this->root . sys_get_temp_dir(), "$this->root/dev/shm"]);
        if ($this->root !== '' && !str_starts_with($this->directories[0] . '/', "$this->root/")) {
            throw Problem::usage("--temporary {$this->directories[0]} does not lie in --chroot $this->root");
        }
    }

    public function __destruct()
    {
        $this->script?->remove();
    }

    public function name(): string
    {
        return "php-fpm at $this->address";
    }

    public function is_running(): bool
    {
        return true;
    }

    protected function frames(array $order): iterable
    {
        while (true) {
            $count = 0;
            foreach ($this->attempt($order) as $frame) {
                $count++;
                yield $frame;
            }
            if ($count > 0) {
                return;
            }
            $this->explain();
        }
    }

    /** @param array<int, mixed> $order @return \Generator<array<string, mixed>> */
    private function attempt(array $order): \Generator
    {
        $this->request = new FastCgi($this->address, $this->wait);
        $this->script ??= Script::write($this->directories[0], microtime(true));
        $path = substr($this->script->path, strlen($this->root));
        $frames = [];
        $at = 0;
        /* A fiber would do without the list; but frames come one by one, and each is yielded as soon as it is whole. */
        $reader = new \Fiber(fn () => $this->request->run($this->parameters($path, $order), static fn () => \Fiber::suspend()));
        $reader->start();
        while (true) {
            while (($frame = $this->frame($at)) !== null) {
                yield $frame;
            }
            if ($reader->isTerminated()) {
                return;
            }
            $reader->resume();
        }
    }

    /** @param array<int, mixed> $order @return array<string, string> */
    private function parameters(string $path, array $order): array
    {
        return [
            'GATEWAY_INTERFACE' => 'CGI/1.1', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'SERVER_SOFTWARE' => 'strata', 'REQUEST_METHOD' => 'GET',
            'SCRIPT_FILENAME' => $path, 'SCRIPT_NAME' => '/' . basename($path), 'REQUEST_URI' => '/' . basename($path),
            'DOCUMENT_ROOT' => dirname($path), 'QUERY_STRING' => '', 'CONTENT_LENGTH' => '0', 'REMOTE_ADDR' => '127.0.0.1',
            'STRATA_SECRET' => $this->script->secret, 'STRATA_ORDER' => Packing::pack($order), 'STRATA_OPERATOR' => 'on',
        ];
    }

    /** The next frame of what the worker printed, once it is whole. What the application printed before is passed over. */
    private function frame(int &$at): ?array
    {
        $begin = "\n" . hash('sha256', $this->script->secret) . ' ';
        $found = strpos($this->request->output, $begin, $at);
        if ($found === false || !preg_match('/\G(\d+)\n/', $this->request->output, $size, 0, $found + strlen($begin))) {
            return null;
        }
        $text = $found + strlen($begin) + strlen($size[0]);
        if (strlen($this->request->output) < $text + (int) $size[1]) {
            return null;
        }
        $at = $text + (int) $size[1];
        try {
            return (array) Packing::unpack(substr($this->request->output, $text, (int) $size[1]));
        } catch (\JsonException $failed) {
            throw Problem::failed("$this->address: the answer of the worker cannot be read: {$failed->getMessage()}");
        }
    }

    /** Why there was no answer: tries the next directory, or throws. */
    private function explain(): void
    {
        [$head, $body] = explode("\r\n\r\n", $this->request->output, 2) + ['', ''];
        $said = $this->request->errors;
        if ($this->request->output === '' && $said === '') {
            throw Problem::failed("$this->address: the connection was closed without an answer: " . (FastCgi::path($this->address) === null
                ? 'listen.allowed_clients of the pool names other addresses, or the worker died' : 'the worker died')
                . '; the log of php-fpm (error_log) says more');
        }
        $directory = dirname($this->script->path);
        $sentence = match (true) {
            str_contains($said, 'security.limit_extensions') || str_contains($body, 'security.limit_extensions') =>
                'security.limit_extensions of the pool does not allow .php, so it executes no script of this command; add .php there',
            str_contains($said, 'Operation not permitted') || str_contains($said, 'open_basedir') =>
                "open_basedir of the pool does not allow $directory; --temporary DIR names a directory that it allows",
            str_contains($said, 'Permission denied') || str_starts_with($body, 'Access denied') =>
                "workers of the pool may not read $directory; --temporary DIR names a directory that they may",
            str_contains($said, 'Primary script unknown') || str_starts_with($body, 'File not found')
                || str_starts_with($body, 'No input file') => '',
            default => $this->quote($head, $body, $said),
        };
        if ($sentence === '') {
            $this->look_elsewhere($directory);
            return;
        }
        throw Problem::failed("$this->address: $sentence");
    }

    private function quote(string $head, string $body, string $said): string
    {
        $status = preg_match('/^Status: (.*)$/mi', $head, $found) ? trim($found[1]) : 'no status';
        $what = trim($said !== '' ? $said : strip_tags($body));
        return "the script of this command did not answer ($status), as where auto_prepend_file ends the request: "
            . ($what !== '' ? substr($what, 0, 300) : 'the worker said nothing');
    }

    /** @throws Problem when there is no other directory */
    private function look_elsewhere(string $directory): void
    {
        $this->unseen[] = $directory;
        $this->script->remove();
        $this->script = null;
        array_shift($this->directories);
        $this->directories = array_values(array_filter($this->directories, is_writable(...)));
        if ($this->directories === []) {
            throw Problem::failed("$this->address: the pool does not see what is written to " . implode(' or ', $this->unseen)
                . ': workers may not read there, its service has PrivateTmp=, the pool a chroot, or it runs in another container; --temporary DIR names a'
                . ' directory that both see, --chroot DIR the chroot of the pool, and in a container the command runs best itself');
        }
    }
}
