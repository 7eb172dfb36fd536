<?php

declare(strict_types=1);

namespace Strata\Command;

/** A file or directory that configures strata: of which kind it is, and the trials that show what it does. */
final class Configuration
{
    public const PHP_INI = 'php.ini', DIRECTORY = 'directory of .ini files', POOLS = 'pools of php-fpm', TOPOLOGY = 'topology file',
        NEXT = 'topology file that is to come',
        COMMAND_LINE = 'php.ini of the command line';

    /** There is one for the whole host, taken before there is a pool. */
    public const OF_HOST = ['databases', 'memory', 'segment', 'segment_group', 'segment_mode', 'topology', 'verify'];

    /** A topology file has these without "strata.". */
    private const OPTIONS = '/^(disabled|redis|memcached|operation_timeout|connect_timeout|connect_rate|max_inflight|user|password|password_file'
        . '|local_ttl|stale_on_error|replicas|replica_reads|resolve_every|tls_\w+|shadow_\w+|from)$/';

    public readonly string $kind;
    /** @var array<string, string[]> sentences by the name of their pool, of what a trial cannot show */
    public array $refused = [];
    /** The file, where it is one that counts from a moment on. */
    public readonly ?Coming $coming;
    /** @var array<string, mixed> sections of it */
    private array $sections = [];

    /** @param string|null $base the php.ini under which a pool or a topology file counts */
    public function __construct(private ?string $path, private ?string $base)
    {
        if ($path !== null && !is_readable($path)) {
            throw Problem::usage(Text::clean($path) . ': there is no such file, or it cannot be read');
        }
        if ($base !== null && !is_readable($base)) {
            throw Problem::usage('--php-ini: ' . Text::clean($base) . ' cannot be read');
        }
        $this->kind = match (true) {
            $path === null => self::COMMAND_LINE,
            is_dir($path) => $this->kind_of_directory($path),
            default => $this->kind_of_file($path),
        };
        $this->coming = $this->kind === self::NEXT ? new Coming((string) realpath((string) $path)) : null;
    }

    /** pool.d of php-fpm has .conf files. */
    private function kind_of_directory(string $path): string
    {
        $pools = (array) glob("$path/*.conf");
        if (glob("$path/*.ini") !== []) {
            return self::DIRECTORY;
        }
        if ($pools === []) {
            throw Problem::usage(Text::clean($path) . ': this directory has no .ini file, and no .conf file of a pool');
        }
        foreach ($pools as $file) {
            $this->sections += self::parse((string) $file);
        }
        return self::POOLS;
    }

    private function kind_of_file(string $path): string
    {
        $this->sections = self::parse($path);
        $names = [];
        foreach ($this->sections as $name => $section) {
            array_push($names, $name, ...is_array($section) ? array_map(strval(...), array_keys($section)) : []);
        }
        return match (true) {
            array_intersect($names, ['listen', 'php_admin_value', 'php_value', 'include', 'pm']) !== [] => self::POOLS,
            preg_grep('/^(strata\.|extension$|engine$)/', $names) !== [] => self::PHP_INI,
            str_ends_with($path, Coming::END) => self::NEXT,
            preg_grep(self::OPTIONS, $names) !== [] => self::TOPOLOGY,
            default => self::PHP_INI,
        };
    }

    /** @return array<string, mixed> */
    private static function parse(string $path): array
    {
        $sections = @parse_ini_file($path, true, INI_SCANNER_NORMAL);
        if ($sections === false) {
            $why = preg_replace('/ in .*? on line (\d+)\s*$/', ', line $1', error_get_last()['message'] ?? '');
            throw Problem::failed("$path: it cannot be read as an .ini file: " . trim((string) $why));
        }
        return $sections;
    }

    /** By name: of pools, theirs. @return array<string, Trial> */
    public function trials(): array
    {
        /* A check must not make the file of a segment, which would be of its user. */
        $without = ['strata.segment' => ''];
        return match ($this->kind) {
            self::COMMAND_LINE => ['' => new Trial($this->base, null, $without)],
            self::PHP_INI => ['' => new Trial($this->path, self::beside((string) $this->path), $without)],
            self::DIRECTORY => ['' => new Trial($this->base, $this->path, $without)],
            self::TOPOLOGY => ['' => $this->based($without + ['strata.topology' => (string) realpath((string) $this->path)])],
            /* Under the file that it is to replace, where that is there already. */
            self::NEXT => ['' => $this->based($without + ['strata.topology' => is_file($former = substr($this->coming->file, 0, -strlen(Coming::END)))
                ? $former : ''])],
            default => $this->pools($without),
        };
    }

    /** @param array<string, string> $directives */
    private function based(array $directives): Trial
    {
        return new Trial($this->base, $this->base !== null ? self::beside($this->base) : null, $directives);
    }

    /** As Debian has it: conf.d beside a php.ini. */
    private static function beside(string $file): ?string
    {
        return is_dir(dirname($file) . '/conf.d') ? dirname($file) . '/conf.d' : null;
    }

    /** @param array<string, string> $without @return array<string, Trial> */
    private function pools(array $without): array
    {
        $this->base ??= self::php_ini_of((string) realpath((string) $this->path));
        $trials = [];
        foreach ($this->with_included() as $pool => $section) {
            if (is_array($section) && $pool !== 'global') {
                $trials[$pool] = $this->based($this->of_pool((string) $pool, $section) + $without);
            }
        }
        return $trials;
    }

    /** As Debian has it: beside php-fpm.conf, and above pool.d. */
    private static function php_ini_of(string $path): ?string
    {
        foreach ([dirname($path), dirname($path, 2)] as $directory) {
            if (is_file("$directory/php.ini")) {
                return "$directory/php.ini";
            }
        }
        return null;
    }

    /** @return array<string, mixed> */
    private function with_included(): array
    {
        $sections = $this->sections;
        foreach (array_filter([$sections['include'] ?? null, $sections['global']['include'] ?? null], is_string(...)) as $pattern) {
            foreach ((array) glob($pattern) as $file) {
                $sections += self::parse((string) $file);
            }
        }
        return $sections;
    }

    /** @param array<string, mixed> $section @return array<string, string> */
    private function of_pool(string $pool, array $section): array
    {
        $directives = [];
        foreach (['php_value', 'php_flag', 'php_admin_value', 'php_admin_flag'] as $kind) {
            foreach (is_array($section[$kind] ?? null) ? $section[$kind] : [] as $name => $value) {
                if (in_array(preg_replace('/^strata\./', '', (string) $name), self::OF_HOST, true)) {
                    $this->refused[$pool][] = "$name: there is one for the whole host, taken when PHP starts; accepted: only in php.ini";
                } elseif (str_starts_with((string) $name, 'strata.') || str_starts_with((string) $name, 'session.')) {
                    $directives[(string) $name] = str_replace('$pool', $pool, (string) $value);
                }
            }
        }
        return $directives;
    }
}
