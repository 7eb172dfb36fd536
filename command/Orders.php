<?php

declare(strict_types=1);

namespace Strata\Command;

/**
 * What the command asks of a host, from inside one of its processes: this one, or a worker of php-fpm, which gets the
 * text of this class and of Packing, and nothing else.
 *
 * An order is a list: its name, and arguments. It yields frames: {answer, warnings}, or {problem} with one sentence.
 */
final class Orders
{
    private const NAMES = ['status', 'node', 'keys', 'get', 'clear', 'purge', 'metrics', 'examine', 'check', 'renew'];

    /** A purge looks at so many entries before it tells of its progress. */
    private const STEP = 2000;

    /** Calls of strata_keys() in one order, each a tenth of a second or less. */
    private const CALLS = 100;

    /** @param array<int, mixed> $order @return \Generator<array<string, mixed>> */
    public static function perform(array $order): \Generator
    {
        $name = array_shift($order);
        $warnings = [];
        set_error_handler(static function (int $level, string $message) use (&$warnings): bool {
            $warnings[] = preg_replace('/^[\w\\\\:]+\(\): /', '', $message);
            return true;
        });
        try {
            if (!in_array($name, self::NAMES, true)) {
                throw new \LogicException('it is another version of the command');
            }
            if (!extension_loaded('strata')) {
                throw new \LogicException('the extension strata is not loaded there: ' . (php_ini_loaded_file() ?: 'php.ini')
                    . ' and its conf.d need extension=strata');
            }
            foreach (self::$name(...$order) as $answer) {
                yield ['answer' => $answer, 'warnings' => $warnings];
                $warnings = [];
            }
        } catch (\Throwable $thrown) {
            yield ['problem' => $thrown->getMessage(), 'warnings' => $warnings];
        } finally {
            restore_error_handler();
        }
    }

    /** In a worker: does what the request asks for, if it knows the secret of which this is the hash. */
    public static function serve(string $hash): void
    {
        $parameter = static fn (string $name): string => (string) ($_SERVER[$name] ?? getenv($name));
        if (!hash_equals($hash, hash('sha256', $parameter('STRATA_SECRET')))) {
            http_response_code(404);
            return;
        }
        while (ob_get_level() > 0 && @ob_end_clean()) {
        }
        @set_time_limit(0);
        foreach (self::perform(Packing::unpack($parameter('STRATA_ORDER'))) as $frame) {
            $text = Packing::pack($frame);
            echo "\n", $hash, ' ', strlen($text), "\n", $text;
            flush();
        }
        exit;
    }

    private static function need(string $function): void
    {
        if (!function_exists($function)) {
            throw new \LogicException("$function() is not there: the extension that is loaded is strata " . phpversion('strata')
                . ', which does not have it, or disable_functions of php.ini names it');
        }
    }

    private static function status(): iterable
    {
        self::need('strata_status');
        yield ['status' => strata_status(), 'pid' => getmypid(), 'user' => function_exists('posix_geteuid') ? posix_geteuid() : null];
    }

    private static function node(string $node, string $action, int $seconds): iterable
    {
        self::need('strata_node');
        yield ['done' => strata_node($node, $action, $seconds), 'nodes' => array_keys(strata_status()['nodes'])];
    }

    private static function get(string $database, string $namespace, string $key, ?string $from, bool $with_value): iterable
    {
        $result = (new \Strata\Cache($database, $namespace))->fetch($key, $from === null ? null : \Strata\Tier::from($from));
        $found = ['key' => $key, 'status' => $result->status->value, 'tier' => $result->tier?->value, 'age' => $result->age,
            'ttl' => $result->ttl, 'reason' => $result->reason?->value, 'node' => $result->node];
        if (in_array($result->status, [\Strata\Status::Hit, \Strata\Status::Stale], true)) {
            $found += ['type' => get_debug_type($result->value), 'size' => self::size($result->value)];
            $found += $with_value ? ['value' => self::shown($result->value)] : [];
        }
        yield $found;
    }

    /** Bytes of a text, elements of an array, null of others. */
    private static function size(mixed $value): ?int
    {
        return is_string($value) ? strlen($value) : (is_array($value) ? count($value) : null);
    }

    /** As a text: itself, JSON where that is the whole of it, or what print_r() makes of objects. */
    private static function shown(mixed $value): string
    {
        if (is_string($value)) {
            return $value;
        }
        $has_objects = is_object($value);
        if (is_array($value)) {
            array_walk_recursive($value, static function (mixed $part) use (&$has_objects): void {
                $has_objects = $has_objects || is_object($part);
            });
        }
        $json = $has_objects ? false : json_encode($value, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
            | JSON_PRESERVE_ZERO_FRACTION);
        return $json === false ? print_r($value, true) : $json;
    }

    private static function clear(string $database, string $namespace): iterable
    {
        $done = (new \Strata\Cache($database, $namespace))->clear();
        yield ['done' => $done, 'tiers' => array_keys(array_diff_key(strata_status()['databases'][$database] ?? [], ['shadow' => 0]))];
    }

    /** Sums so far, after each step. A master that could not be asked is tried again twice in a row. */
    private static function purge(string $database, bool $count_only): iterable
    {
        self::need('strata_purge');
        $sums = ['seen' => 0, 'former' => 0, 'removed' => 0];
        $failures = 0;
        do {
            try {
                $step = strata_purge($database, self::STEP, $count_only);
                $failures = 0;
            } catch (\Strata\ConnectionException $failed) {
                if (++$failures === 3) {
                    throw $failed;
                }
                $step = ['done' => false, 'message' => null, 'seen' => 0, 'former' => 0, 'removed' => 0];
                usleep(200_000);
            }
            foreach ($sums as $name => &$sum) {
                $sum += $step[$name];
            }
            unset($sum);
            yield $sums + ['done' => $step['done'], 'message' => $step['message']];
            /* strata.request_budget is for requests that a visitor waits for. */
            strata_request_boundary();
        } while (!$step['done']);
    }

    private static function renew(string $database): iterable
    {
        self::need('strata_shadow_renew');
        yield strata_shadow_renew($database);
    }

    private static function metrics(): iterable
    {
        self::need('strata_metrics');
        yield strata_metrics();
    }

    /** A call looks at a part of the local tier; so many of them are the whole of a large one. */
    private static function keys(string $database, string $namespace, string $prefix, int $limit): iterable
    {
        self::need('strata_keys');
        $keys = [];
        $cursor = null;
        for ($calls = 0; $calls < self::CALLS && count($keys) < $limit && ($calls === 0 || $cursor !== null); $calls++) {
            $found = strata_keys($prefix, $limit - count($keys), $database, $namespace, $cursor);
            if ($found === false) {
                throw new \LogicException('strata_keys() refused');
            }
            $keys += $found;
        }
        $rows = array_map(static fn (int|string $key, array $row) => ['key' => (string) $key] + $row, array_keys($keys), $keys);
        usort($rows, static fn (array $one, array $other) => strcmp($one['key'], $other['key']));
        yield ['keys' => array_slice($rows, 0, $limit), 'more' => $cursor !== null || count($rows) > $limit];
    }

    /** What became of the configuration of this process. */
    private static function examine(): iterable
    {
        $status = strata_status();
        yield ['configuration' => $status['configuration'] ?? [], 'topology' => $status['topology'],
            'sessions' => self::why_no_sessions($status['configuration'] ?? [])];
    }

    /** What session_start() would say; null where it has a database, or is none of strata's business. */
    private static function why_no_sessions(array $configuration): ?string
    {
        if (ini_get('session.save_handler') !== 'strata') {
            return null;
        }
        $path = (string) ini_get('session.save_path');
        $name = $path === '' ? 'sessions' : $path;
        $settings = $configuration['settings'] ?? [];
        if (!isset($settings[$name])) {
            return "session.save_path = \"$path\"" . ($path === '' ? ', which stands for sessions,' : '')
                . ' names no database of strata; accepted: ' . implode(', ', array_keys($settings)) . ' (strata.databases names them)';
        }
        $has = static fn (string $option): bool => ($settings[$name][$option] ?? '') !== '';
        $is_local = filter_var($settings[$name]['session_local'] ?? '', FILTER_VALIDATE_BOOLEAN);
        return isset($configuration['unconfigured'][$name]) || $is_local || $has('redis') || $has('memcached') ? null
            : "session.save_path = \"$path\": sessions need a shared tier: strata.redis or strata.memcached of the database $name,"
                . ' or, where one host is all there is, session_local = on';
    }

    private static function check(): iterable
    {
        self::need('strata_check');
        yield strata_check();
    }
}
