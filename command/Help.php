<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata help. */
final class Help extends SubCommand
{
    private const SHORT = <<<'END'
        usage: strata [options] <sub-command> ...

          status               what happens on this host, in short; --json: all of strata_status()
          top                  the same as a screen that renews itself; --once prints one
          nodes                each server: its breaker, its times, its last error
          node NAME ACTION [TIME]  disable, drain, enable or auto, for all processes of the host
          keys PREFIX          keys of the local tier
          get KEY              what is known of a value; --value: the value
          clear DATABASE [NAMESPACE]  makes all its values unreachable
          purge [DATABASE]     removes from Redis what clear left behind
          check [FILE]         what would be refused, and whether the servers are well; for deployments
          diff DATABASE        in what the two places of a database that moves differ; --keys: which keys
          metrics              OpenMetrics, as Prometheus reads them
          version, help [SUB-COMMAND]

          --fcgi SOCKET        joins a running php-fpm: /run/php/www.sock or host:port; also STRATA_FCGI
          -c, --php-ini FILE   the php.ini of the command, where it joins none
          --database NAME, --namespace NAME   of keys and get; "default" and none, if not said
          --json               for programs
        END;

    private const WAYS = <<<'END'
        Where the answers are from:
          --fcgi SOCKET     a worker of this php-fpm, which executes a script that is removed afterwards
          --temporary DIR   where that script lies; the pool must see it. /tmp and /dev/shm are tried
          --chroot DIR      the chroot of the pool; DIR of --temporary lies in it
          --wait SECONDS    for an answer, 10
          -c FILE           without --fcgi: the php.ini of this command. With the strata.segment of php-fpm its
                            values are shared; without, only servers are asked
        END;

    /** Lines of usage, and whether the options that join a host count. */
    private const LONG = [
        'status' => ["strata status [--json]\n\nWhat all processes of the host have counted since it started. --json prints the whole of strata_status().", true],
        'top' => ["strata top [--interval SECONDS] [--once]\n\nRates between two looks, 1 second apart unless --interval says otherwise (0.2 to 60)."
            . "\nq, Escape or Ctrl-C ends it, a blank renews it at once. --once prints one screen, for scripts.", true],
        'nodes' => ["strata nodes [--json]\n\nFAILED counts exchanges that ended in any way but ok, slow, or for a reason of this host.", true],
        'node' => ["strata node NAME disable|drain|enable|auto [TIME]\n\ndisable: no process asks it. drain: over open connections only. enable: it is asked whatever"
            . "\nhappens. auto: strata judges again. TIME as in 30, 5m, 2h, 1d; without it, until told otherwise.\nNeeds --fcgi. Exit code 1: the host knows no such node.", true],
        'keys' => ["strata keys PREFIX [--database NAME] [--limit COUNT] [--json]\n\nKeys of the local tier that begin so, 100 of them unless --limit says otherwise (at most 10000)."
            . "\nKeys of servers are not listed.", true],
        'get' => ["strata get KEY [--value] [--from TIER] [--database NAME] [--namespace NAME] [--json]\n\nHow fetch() went: tier, age, seconds left, type. --value prints the value: texts as they are, others as"
            . "\nJSON, objects as print_r() shows them; on a terminal without control characters.\nAs any read, it fills nearer tiers."
            . "\nExit code 1: a miss; 2: an error.", true],
        'clear' => ["strata clear DATABASE [NAMESPACE] [--json]\n\nAs Strata\\Cache::clear(): no server is flushed. Exit code 1: not confirmed.", true],
        'purge' => ["strata purge [DATABASE] [--json]\n\nWalks through Redis by SCAN and removes what clear left behind. All databases, where none is named.", true],
        'check' => ["strata check [FILE] [--strict] [--json]\n\nFILE is a php.ini, a directory of .ini files, the file of a pool of php-fpm, or a topology file; without it,"
            . "\nthe php.ini of the command line. Says what would be refused, then connects to every server.\n\nExit code 0: all is well. 1: warnings, with --strict only. 2: errors. 3: usage.", false],
        'diff' => ["strata diff DATABASE [--keys] [--interval SECONDS] [--json]\n       strata diff DATABASE --renew\n\nWhat a sample of reads showed since PHP started; with --interval, in the next so many seconds. --keys: the last"
            . "\n32 keys that differed. --renew makes the place that follows empty: after changes that did not reach it."
            . "\n\nExit code 0: no difference. 1: differences. 2: nothing was compared, or no answer. 3: usage.", true],
        'metrics' => ["strata metrics\n\nThe text of strata_metrics().", true],
        'version' => ["strata version [--json]\n\nOf the extension in this PHP; with --fcgi, in that one.", true],
        'help' => ["strata help [SUB-COMMAND]", false],
    ];

    public static function short(): string
    {
        return self::SHORT;
    }

    public function run(): int
    {
        $this->arguments->expect(1, ['help']);
        $name = $this->arguments->operands[1] ?? null;
        if ($name === null) {
            $this->print([self::SHORT, '', "Exit codes: 0 done, 1 not so (a miss, no such node, not confirmed), 2 failed, 3 usage."]);
            return self::DONE;
        }
        [$text, $joins] = self::LONG[$name] ?? throw Problem::usage('there is no sub-command "' . Text::clean($name) . '"; accepted: '
            . implode(', ', array_keys(self::LONG)));
        $this->print(["usage: $text", ...($joins ? ['', self::WAYS] : [])]);
        return self::DONE;
    }
}
