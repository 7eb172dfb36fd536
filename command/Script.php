<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * The file that a worker executes for this command. Workers of any user can read it, and it does nothing without a
 * secret of which it holds only the hash.
 *
 * It is locked as long as its command lives, which the kernel ends however that dies. So the next command tells what was
 * left behind from what is in use, and removes the former.
 */
final class Script
{
    private const PREFIX = 'strata-';

    /** @var array<string, self> those there are, by path */
    private static array $written = [];

    /** @param resource $file */
    private function __construct(public readonly string $path, public readonly string $secret, private $file)
    {
    }

    /** @throws Problem when the directory is not fit */
    public static function write(string $directory, float $now): self
    {
        self::judge($directory);
        self::sweep($directory);
        $secret = bin2hex(random_bytes(32));
        $path = rtrim($directory, '/') . '/' . self::PREFIX . bin2hex(random_bytes(8)) . '.php';
        /* It gets its name when it is whole and locked. */
        $file = @fopen("$path.new", 'x');
        $text = self::text($secret);
        if ($file === false || !flock($file, LOCK_EX | LOCK_NB) || @fwrite($file, $text) !== strlen($text)) {
            @unlink("$path.new");
            throw Problem::failed("$directory: no file can be written there: " . (error_get_last()['message'] ?? 'it is full')
                . '; --temporary DIR names another directory');
        }
        fflush($file);
        chmod("$path.new", 0644);
        /* Of a file that is younger than now opcache keeps nothing, which it would have until php-fpm ends. */
        touch("$path.new", (int) $now + 86400);
        rename("$path.new", $path);
        return self::$written[$path] = new self($path, $secret, $file);
    }

    /** What another user could exchange must not be executed. */
    private static function judge(string $directory): void
    {
        $mode = is_dir($directory) ? fileperms($directory) : false;
        if ($mode === false) {
            throw Problem::failed("$directory: there is no such directory");
        }
        if (($mode & 0002) !== 0 && ($mode & 01000) === 0) {
            throw Problem::failed("$directory: any user may write there and it has no sticky bit; accepted: a directory like /tmp, or one"
                . ' that only its owner writes');
        }
    }

    /** Removes what commands of this user left behind that were killed. */
    private static function sweep(string $directory): void
    {
        foreach ((array) glob(rtrim($directory, '/') . '/' . self::PREFIX . str_repeat('[0-9a-f]', 16) . '.php*') as $path) {
            $is_ours = !is_link($path) && is_file($path) && fileowner($path) === self::user();
            /* One without its name is being written; a command takes no minute for that. */
            $is_old = str_ends_with($path, '.php') || (str_ends_with($path, '.new') && @filectime($path) < time() - 60);
            $file = $is_ours && $is_old && !isset(self::$written[$path]) ? @fopen($path, 'r') : false;
            if ($file !== false && flock($file, LOCK_EX | LOCK_NB)) {
                @unlink($path);
            }
        }
    }

    private static function user(): int
    {
        return function_exists('posix_geteuid') ? posix_geteuid() : (int) fileowner('/proc/self');
    }

    /** The parts that work in a worker as well as here, and a beginning that asks for the secret. */
    private static function text(string $secret): string
    {
        $parts = '';
        foreach (['Packing', 'Orders'] as $part) {
            $parts .= preg_replace('/^<\?php\s*declare\(strict_types=1\);\s*namespace [\w\\\\]+;/', '', php_strip_whitespace(__DIR__ . "/$part.php"));
        }
        return "<?php\ndeclare(strict_types=1);\nnamespace Strata\\Command;\n"
            . "/* Made by the command strata for one run of it; it may be removed. */\n$parts\nOrders::serve('" . hash('sha256', $secret) . "');\n";
    }

    public function remove(): void
    {
        unset(self::$written[$this->path]);
        @unlink($this->path);
        if (is_resource($this->file)) {
            fclose($this->file);
        }
    }

    public static function remove_all(): void
    {
        foreach (self::$written as $script) {
            $script->remove();
        }
    }
}
