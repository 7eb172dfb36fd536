--TEST--
strata.zero_copy: a session handler that runs after the request is over gets values, and nothing of them is kept
--SKIPIF--
<?php
require __DIR__ . '/../../support/zero_copy.inc';
skip_without_child();
if (!extension_loaded('session')) {
    echo 'skip this PHP has no sessions';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

/* Without its shutdown function, the handler of a session writes when all other modules have ended the request. */
in_all_ways(<<<'CODE'
final class Handler implements SessionHandlerInterface
{
    public function open(string $path, string $name): bool { return true; }
    public function close(): bool { return true; }
    public function read(string $id): string { return ''; }
    public function destroy(string $id): bool { return true; }
    public function gc(int $lifetime): int { return 0; }
    public function create_sid(): string { return 'sid'; }
    public function validateId(string $id): bool { return true; }
    public function write(string $id, string $data): bool
    {
        for ($i = 0; $i < 100; $i++) {
            $value = strata_get("key $i");
            $right = ($right ?? true) && $value === ['id' => $i, 'rows' => range(1, 20)];
        }
        strata_remember('once', 60, fn () => [1, 2, 3]);
        fprintf(STDOUT, "%s, %d bytes kept\n", $right ? 'right' : 'wrong', strata_status()['local']['memo']);
        return true;
    }
}

for ($i = 0; $i < 100; $i++) {
    strata_set("key $i", ['id' => $i, 'rows' => range(1, 20)]);
    strata_get("key $i");
}
session_set_save_handler(new Handler(), false);
session_start();
$_SESSION['x'] = 1;
CODE, ['session.use_cookies' => '0', 'session.cache_limiter' => '']);
?>
--EXPECT--
right, 0 bytes kept
