<?php

declare(strict_types=1);

namespace Strata\Command;

/** strata keys: those of the local tier that begin in one way. */
final class Keys extends SubCommand
{
    public function run(): int
    {
        $this->arguments->expect(1, ['json', 'database', 'limit', ...self::JOINING]);
        $prefix = $this->arguments->operand(1, 'a prefix ("" for all)');
        $limit = (int) $this->arguments->number('limit', 100, 1, 10000);
        $answer = $this->host()->ask('keys', $this->database(), $prefix, $limit);
        return $this->print_json($answer);
    }
}
