<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata status: what strata_status() says, in short, or all of it as JSON. */
final class Status extends SubCommand
{
    private const EVENTS = 5;

    public function run(): int
    {
        $this->arguments->expect(0, ['json', ...self::JOINING]);
        $host = $this->host();
        $status = $host->status();
        if ($this->arguments->has('json')) {
            return $this->print_json($status);
        }
        $this->print([...self::head($status, $host->name()), '', ...Tables::databases($status)->lines($this->terminal)]);
        foreach ([Tables::shadows($status), Tables::nodes($status), Tables::refused($status), Tables::anomalies($status, self::EVENTS)] as $table) {
            $this->print($table->is_empty() ? [] : ['', ...$table->lines($this->terminal)]);
        }
        return self::DONE;
    }

    /** @param array<string, mixed> $status @return string[] */
    public static function head(array $status, string $name): array
    {
        ['host' => $host, 'local' => $local, 'segment' => $segment, 'topology' => $topology] = $status;
        $lines = [Text::clean("strata {$status['version']}, $name: {$host['processes']} processes"
            . ($host['shared'] ? '' : ', which share no memory') . ", {$host['leases']} leases, {$host['locks']} locks")];
        $lines[] = $local['enabled']
            ? 'local     ' . Text::bytes($local['used']) . ' of ' . Text::bytes($local['size']) . ', ' . Text::count($local['entries'])
                . ' values, hit ratio ' . ($local['hit_ratio'] === null ? '-' : Text::ratio($local['hit_ratio'], 1)) . ', '
                . Text::count($local['evicted']) . ' evicted'
            : 'local     none: strata.memory is 0, or could not be had';
        if ($segment['file'] !== null || $segment['problem']) {
            $lines[] = Text::clean('segment   ' . ($segment['file'] ?? 'not in use') . ($segment['problem'] ? ": {$segment['problem']}" : ''));
        }
        if ($topology['file'] !== '' && $topology['file'] !== null) {
            $lines[] = Text::clean("topology  {$topology['file']}, version {$topology['version']}"
                . ($topology['problem'] ? ": {$topology['problem']}" : ''));
        }
        $coming = $topology['coming'] ?? ['from' => 0, 'in_force' => false, 'problem' => ''];
        if ($coming['from'] > 0 && !$coming['in_force']) {
            $lines[] = 'coming    a topology file that counts from ' . gmdate('Y-m-d H:i:s', (int) $coming['from']) . ' UTC, in '
                . Text::seconds(max(0, $coming['from'] - microtime(true)));
        }
        if ($coming['problem'] !== '') {
            $lines[] = Text::clean("coming    {$coming['problem']}");
        }
        return $lines;
    }
}
