<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata diff: in what the two places of a database that moves differ, by the sample of its reads. */
final class Diff extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(1, ['keys', 'renew', 'json', 'interval', ...self::JOINING]);
        $database = $this->arguments->operand(1, 'a database');
        $seconds = $this->arguments->number('interval', 0, 0, 3600);
        $host = $this->host();
        if ($this->arguments->has('renew')) {
            return $this->renew($host, $database);
        }
        $shadow = self::shadow_of($host, $database);
        if ($seconds > 0) {
            usleep((int) ($seconds * 1e6));
            $shadow = self::since($shadow, self::shadow_of($host, $database));
        }
        [$compared, $differing] = self::sums($shadow);
        if ($this->arguments->has('json')) {
            $this->print_json(['database' => $database, 'compared' => $compared, 'differences' => $differing] + $shadow);
        } else {
            $this->report($database, $shadow, $compared);
        }
        if ($compared === 0) {
            throw Problem::failed("$database: nothing was compared" . ($seconds > 0 ? ' in that time' : ' yet') . self::why_not($shadow));
        }
        return $differing > 0 ? self::NOT : self::DONE;
    }

    /** Makes the place that follows empty and true again. */
    private function renew(Host $host, string $database): int
    {
        $done = $host->ask('renew', $database) === true;
        if ($this->arguments->has('json')) {
            $this->print_json(['database' => $database, 'renewed' => $done]);
        } else {
            $this->print([Text::clean($done ? "$database: the place that follows begins anew, with nothing in it"
                : "$database: not confirmed; strata nodes says which server has a problem")]);
        }
        return $done ? self::DONE : self::NOT;
    }

    /** @return array<string, mixed> */
    private static function shadow_of(Host $host, string $database): array
    {
        $databases = $host->status()['databases'];
        if (!isset($databases[$database])) {
            throw Problem::failed("there is no database \"$database\"; accepted: " . implode(', ', array_keys($databases)));
        }
        return $databases[$database]['shadow'] ?? throw Problem::failed("$database has no shadow: strata.$database.shadow_redis and"
            . ' shadow_memcached name none that this PHP could open');
    }

    /** What was counted and seen between two looks. @param array<string, mixed> $before @param array<string, mixed> $now @return array<string, mixed> */
    private static function since(array $before, array $now): array
    {
        $less = static fn (array $counts, array $former): array => array_map(
            static fn (mixed $count, int|string $name) => is_int($count) ? max(0, $count - ($former[$name] ?? 0)) : $count, $counts, array_keys($counts));
        $subtract = static fn (array $counts, array $former): array => array_combine(array_keys($counts), $less($counts, $former));
        $former = array_column($before['prefixes'], null, 'prefix');
        $latest = max([0, ...array_column($before['keys'], 'time')]);
        foreach (['counts', 'classes'] as $part) {
            $now[$part] = $subtract($now[$part], $before[$part]);
        }
        $prefixes = array_map(static fn (array $row) => $subtract($row, $former[$row['prefix']] ?? []), $now['prefixes']);
        $now['prefixes'] = array_values(array_filter($prefixes, static fn (array $row) => array_sum(array_filter($row, is_int(...))) > 0));
        $now['keys'] = array_values(array_filter($now['keys'], static fn (array $row) => $row['time'] > $latest));
        return $now;
    }

    /** Keys that were compared, and those that differed. @param array<string, mixed> $shadow @return array{int, int} */
    private static function sums(array $shadow): array
    {
        $compared = array_sum($shadow['classes']);
        return [$compared, $compared - $shadow['classes']['equal']];
    }

    /** @param array<string, mixed> $shadow */
    private static function why_not(array $shadow): string
    {
        return match (true) {
            in_array($shadow['mode'], ['off', 'write'], true) => ": shadow_mode is {$shadow['mode']}, and compare or lead compares",
            $shadow['compare'] === 0 => ': shadow_compare is 0%',
            default => ': reads are compared after the response, a sample of them',
        };
    }

    /** @param array<string, mixed> $shadow */
    private function report(string $database, array $shadow, int $compared): void
    {
        $this->print(array_map(Text::clean(...), self::head($database, $shadow)));
        if ($compared > 0) {
            $this->print(['', ...self::classes($shadow['classes'], $compared)->lines($this->terminal)]);
            $this->print(['', ...self::prefixes($shadow['prefixes'])->lines($this->terminal)]);
        }
        $keys = self::keys($shadow['keys']);
        if ($this->arguments->has('keys') && !$keys->is_empty()) {
            $this->print(['', ...$keys->lines($this->terminal)]);
        }
    }

    /** @param array<string, mixed> $shadow @return string[] */
    public static function head(string $database, array $shadow): array
    {
        $place = static fn (array $servers): string => $servers === [] ? 'nothing' : implode(', ', $servers);
        $counts = array_map(static fn (string $name, int $count) => str_replace('_', ' ', $name) . ' ' . Text::count($count),
            array_keys($shadow['counts']), $shadow['counts']);
        return array_filter([
            "$database: shadow_mode {$shadow['mode']}, {$shadow['share']}% of keys, {$shadow['compare']}% of reads compared, fill "
                . ($shadow['fill'] ? 'on' : 'off'),
            'answers   ' . $place($shadow['answers']),
            'follows   ' . $place($shadow['follows']) . ($shadow['at_once'] ? ', at once: a switch is under way' : ''),
            $shadow['refused'] !== null ? "refused   {$shadow['refused']}" : '',
            'waiting   ' . Text::count($shadow['waiting']) . ' names',
            'so far    ' . implode(', ', $counts),
            $shadow['counts']['dropped'] > 0 ? 'note      some changes did not reach it: renew it before it leads, strata diff ' . $database . ' --renew' : '',
        ], strlen(...));
    }

    /** @param array<string, int> $classes */
    private static function classes(array $classes, int $compared): Table
    {
        $table = new Table(['CLASS', '>KEYS', '>SHARE']);
        foreach ($classes as $class => $count) {
            if ($count > 0 || $class === 'equal') {
                $table->add([$class, Text::count($count), Text::ratio($count, $compared)], $class === 'equal' ? '' : 'yellow');
            }
        }
        return $table;
    }

    /** Those with the most differences first. @param array<int, array<string, mixed>> $rows */
    private static function prefixes(array $rows): Table
    {
        $differing = static fn (array $row): int => array_sum(array_filter($row, is_int(...))) - $row['equal'];
        usort($rows, static fn (array $one, array $other) => $differing($other) <=> $differing($one));
        $names = array_keys(array_diff_key($rows[0] ?? [], ['prefix' => 0]));
        $table = new Table(['PREFIX', ...array_map(static fn (string $name) => '>' . strtoupper($name), $names)]);
        foreach ($rows as $row) {
            $table->add([$row['prefix'], ...array_map(static fn (string $name) => Text::count($row[$name]), $names)],
                $differing($row) > 0 ? 'yellow' : '');
        }
        return $table;
    }

    /** @param array<int, array<string, mixed>> $rows */
    private static function keys(array $rows): Table
    {
        $table = new Table(['KEY', 'CLASS', 'SEEN', 'VERSION', 'OTHER VERSION']);
        foreach ($rows as $row) {
            $table->add([$row['key'], $row['class'], date('Y-m-d H:i:s', (int) $row['time']), $row['version'] ?? '-', $row['other_version'] ?? '-']);
        }
        return $table;
    }
}
