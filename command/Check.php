<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata check: what would be refused, and whether the servers are well. */
final class Check extends SubCommand
{
    public const WARNINGS = 1, ERRORS = 2;

    /** @var array<int, array{severity: string, pool: string, databases: string[], node: ?string, sentence: string}> */
    private array $findings = [];
    /** @var array<string, array<string, array<string, mixed>>> servers by pool and database */
    private array $databases = [];
    /** @var array<string, Coming> by pool */
    private array $coming = [];

    public function run(): int
    {
        $this->arguments->expect(1, ['json', 'strict', 'php-ini']);
        $configuration = new Configuration($this->arguments->operands[1] ?? null, $this->arguments->text('php-ini'));
        foreach ($configuration->trials() as $pool => $trial) {
            $this->examine($trial, (string) $pool, $configuration);
        }
        usort($this->findings, static fn (array $one, array $other) => $one['severity'] <=> $other['severity']);
        $counts = array_count_values(array_column($this->findings, 'severity')) + ['error' => 0, 'warning' => 0];
        if ($this->arguments->has('json')) {
            $this->print_json(['file' => $this->arguments->operands[1] ?? null, 'kind' => $configuration->kind, 'errors' => $counts['error'],
                'warnings' => $counts['warning'], 'findings' => $this->findings, 'servers' => $this->databases,
                'coming' => array_map(static fn (Coming $coming) => $coming->for_programs(), $this->coming)]);
        } else {
            $this->report($configuration, $counts);
        }
        return match (true) {
            $counts['error'] > 0 => self::ERRORS,
            $counts['warning'] > 0 && $this->arguments->has('strict') => self::WARNINGS,
            default => self::DONE,
        };
    }

    private function examine(Trial $trial, string $pool, Configuration $configuration): void
    {
        foreach ($configuration->refused[$pool] ?? [] as $sentence) {
            $this->find('error', $pool, $sentence);
        }
        $examined = $trial->ask('examine');
        if ($examined === null) {
            $loaded_by = $configuration->kind === Configuration::TOPOLOGY || $configuration->kind === Configuration::POOLS;
            if (!$loaded_by) {
                $this->find('warning', $pool, 'extension=strata is missing there: it is checked as if the line stood in another file');
            }
            $trial->warnings = [];
            $examined = $trial->ask('examine', true);
        }
        foreach ($trial->warnings as $sentence) {
            $this->find($examined === null || str_contains($sentence, 'strata') ? self::severity($sentence) : 'warning', $pool, $sentence);
        }
        if ($examined === null) {
            if ($trial->warnings === []) {
                $this->find('error', $pool, 'a PHP with this configuration ends without a word');
            }
            return;
        }
        $this->judge($examined, $pool);
        $moves = $this->judge_moves($examined['configuration']['settings'] ?? [], $pool);
        $coming = $configuration->coming ?? Coming::of((string) $examined['topology']['file']);
        if ($coming !== null) {
            $this->look_ahead($trial, $pool, $examined, $coming);
        }
        $this->ask_servers($trial, $pool, $moves || $coming !== null);
        $this->ask_resting($trial, $pool, $examined['configuration']['settings'] ?? []);
    }

    /** A shadow that is off is not opened: its servers are asked as if it was to begin. @param array<string, array<string, ?string>> $settings */
    private function ask_resting(Trial $trial, string $pool, array $settings): void
    {
        $resting = array_filter($settings, static fn (array $options) => Moves::has_shadow($options) && in_array($options['shadow_mode'] ?? '', ['', 'off'], true));
        if ($resting !== []) {
            $begun = array_map(static fn (int|string $database) => $database === 'default' ? 'strata.shadow_mode' : "strata.$database.shadow_mode", array_keys($resting));
            $this->ask_servers($trial->with(array_fill_keys($begun, 'write')), $pool, true);
        }
    }

    /** @param array{configuration: array<string, mixed>, topology: array<string, mixed>, sessions: ?string} $examined */
    private function judge(array $examined, string $pool): void
    {
        foreach ($examined['configuration']['refused'] ?? [] as $row) {
            $sentence = str_starts_with($row['sentence'], "{$row['directive']}:") ? $row['sentence'] : "{$row['directive']}: {$row['sentence']}";
            $this->find(self::severity($sentence), $pool, $sentence);
        }
        foreach ($examined['configuration']['unconfigured'] ?? [] as $database => $sentence) {
            if (!$this->is_said($sentence)) {
                $this->find('error', $pool, "the database answers Unconfigured: $sentence", (string) $database);
            }
        }
        if (isset($examined['sessions'])) {
            $this->find('error', $pool, $examined['sessions']);
        }
        $problem = (string) $examined['topology']['problem'];
        if ($problem !== '' && !$this->is_said($problem)) {
            $this->find('error', $pool, "strata.topology: $problem");
        }
    }

    /** A share is in force also where it looks wrong. */
    private static function severity(string $sentence): string
    {
        return preg_match('/^strata\.(\w+\.)?shadow_share: is /', $sentence) === 1 ? 'warning' : 'error';
    }

    private function is_said(string $sentence): bool
    {
        return array_filter($this->findings, static fn (array $known) => str_contains($known['sentence'], $sentence)) !== [];
    }

    /** Whether a database has a second place. @param array<string, array<string, ?string>> $settings */
    private function judge_moves(array $settings, string $pool, string $when = ''): bool
    {
        foreach ($settings as $database => $options) {
            foreach (Moves::warnings($options) as $sentence) {
                $this->find('warning', $pool, $when . $sentence, (string) $database);
            }
        }
        return array_filter($settings, Moves::has_shadow(...)) !== [];
    }

    /** What a file that counts from a moment on will change, and whether it may. @param array<string, mixed> $examined */
    private function look_ahead(Trial $trial, string $pool, array $examined, Coming $coming): void
    {
        $this->coming[$pool] = $coming;
        $problem = (string) ($examined['topology']['coming']['problem'] ?? '');
        if ($problem !== '' && !$this->is_said($problem)) {
            $this->find('error', $pool, "strata.topology: $problem");
        } elseif ($problem === '' && $coming->from === null) {
            $this->find('error', $pool, $coming->sentence(time()) . '; accepted: with Z or an offset');
        }
        $ahead = $trial->with(['strata.topology' => $coming->as_of_now()]);
        $then = $ahead->ask('examine');
        $wrong = [...$ahead->warnings, ...array_filter([(string) ($then['topology']['problem'] ?? '')], strlen(...))];
        foreach ($wrong as $sentence) {
            if (!$this->is_said($coming->name_in($sentence))) {
                $this->find('error', $pool, $coming->name_in($sentence));
            }
        }
        if ($then === null || $wrong !== []) {
            return;
        }
        $coming->compare($examined['configuration']['settings'] ?? [], $then['configuration']['settings'] ?? []);
        $this->judge_moves(array_intersect_key($then['configuration']['settings'] ?? [], $coming->changes), $pool, "$coming->file: ");
        if ($coming->changes !== []) {
            $this->ask_servers($ahead, $pool, true);
        }
    }

    /** Clocks count where places change. */
    private function ask_servers(Trial $trial, string $pool, bool $moves): void
    {
        $trial->warnings = [];
        $checked = $trial->ask('check');
        if (!is_array($checked)) {
            $this->find('warning', $pool, 'no server was asked: ' . (implode('; ', $trial->warnings) ?: 'this PHP said nothing'));
            return;
        }
        foreach ($checked['findings'] as $row) {
            $this->find($row['severity'], $pool, $row['sentence'], $row['database'], $row['node']);
        }
        foreach ($moves ? $checked['databases'] : [] as $database => $nodes) {
            foreach (Moves::clocks($nodes) as $name => $sentence) {
                $this->find('warning', $pool, $sentence, (string) $database, $name);
            }
        }
        /* A file that is to come may name more servers, and has been asked before. */
        foreach ($checked['databases'] as $database => $nodes) {
            $this->databases[$pool][$database] = $nodes + ($this->databases[$pool][$database] ?? []);
        }
    }

    /** Once each, with all databases that it is true of. */
    private function find(string $severity, string $pool, string $sentence, ?string $database = null, ?string $node = null): void
    {
        foreach ($this->findings as &$known) {
            if ($known['pool'] === $pool && $known['node'] === $node && $known['sentence'] === $sentence) {
                $known['databases'] = array_values(array_unique([...$known['databases'], ...(array) $database]));
                return;
            }
        }
        unset($known);
        $this->findings[] = ['severity' => $severity, 'pool' => $pool, 'databases' => (array) $database, 'node' => $node, 'sentence' => $sentence];
    }

    /** @param array<string, int> $counts */
    private function report(Configuration $configuration, array $counts): void
    {
        $this->print([Text::clean(($this->arguments->operands[1] ?? '') . ' (' . $configuration->kind . ')')]);
        $table = $this->servers();
        $this->print($table->is_empty() ? [] : ['', ...$table->lines($this->terminal)]);
        foreach ($this->coming as $pool => $coming) {
            $this->print(['', Text::clean(($pool !== '' ? "[$pool]: " : '') . $coming->sentence(time()))]);
            $this->print($coming->changes === [] ? [] : $coming->table()->lines($this->terminal));
        }
        $this->print($this->findings === [] ? [] : ['']);
        foreach ($this->findings as $row) {
            $where = implode(' ', array_filter([$row['pool'] !== '' ? "[{$row['pool']}]" : '', implode(', ', $row['databases']), $row['node'] ?? ''], strlen(...)));
            $line = Text::clean(($where !== '' ? "$where: " : '') . $row['sentence']);
            $this->print([$this->terminal->colour($row['severity'] === 'error' ? 'red' : 'yellow', Text::pad($row['severity'], 8)) . $line]);
        }
        $this->print(['', "{$counts['error']} errors, {$counts['warning']} warnings"]);
    }

    private function servers(): Table
    {
        $table = new Table(['SERVER', 'DATABASE', 'POOL', 'SOFTWARE', 'ROLE', '>MS', '>CLOCK MS', '>LARGEST']);
        foreach ($this->databases as $pool => $databases) {
            foreach ($databases as $database => $nodes) {
                foreach ($nodes as $name => $node) {
                    $clock = $node['clock']['difference'] ?? null;
                    $table->add([(string) $name, (string) $database, $pool === '' ? '-' : (string) $pool,
                        $node['reached'] ? trim(($node['software'] ?? $node['protocol']) . ' ' . ($node['version'] ?? '')) : 'not reached',
                        $node['role'] ?? '-', isset($node['milliseconds']) ? sprintf('%.1f', $node['milliseconds']) : '-',
                        $clock === null ? '-' : sprintf('%+d ±%d', (int) round($clock), (int) round($node['clock']['uncertainty'])),
                        isset($node['largest_value']) ? Text::bytes($node['largest_value']) : '-'], $node['reached'] ? '' : 'red');
                }
            }
        }
        return $table;
    }
}
