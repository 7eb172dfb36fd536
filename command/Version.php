<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata version: of the extension in this PHP, or in the php-fpm that is named. */
final class Version extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(0, ['json', 'version', ...self::JOINING]);
        if ($this->arguments->text('fcgi') !== null) {
            $version = (string) $this->host()->status()['version'];
        } else {
            $version = phpversion('strata') ?: null;
        }
        if ($this->arguments->has('json')) {
            return $this->print_json(['extension' => $version, 'php' => PHP_VERSION]);
        }
        $this->print([$version !== null ? Text::clean("strata $version") : 'strata, whose extension is not loaded in this PHP ' . PHP_VERSION]);
        return self::DONE;
    }
}
