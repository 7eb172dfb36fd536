<?php
/* stubs.php: ext/strata.stub.php, on standard input, as editors and static analysers read it: without what is said to
 * the generator of C declarations, and without what is private. */

declare(strict_types=1);

$stub = stream_get_contents(STDIN);

/* A private constructor stays: it says that there is no `new`. */
$stub = preg_replace('~\n\n? *(/\*\*(?:(?!\*/).)*\*/)?\s*private (?!function __construct)[^\n]*(?=\n)~s', '', $stub, -1, $count);
if ($stub === null || $count === 0) {
    fwrite(STDERR, "strata: the stub has no private member any more: mend tests/support/stubs.php\n");
    exit(1);
}

/* " * @generate-…", and the empty line of the comment before it. */
$stub = preg_replace('~(\n +\*)?(\n +\* @(?:generate-[a-z-]+|strict-properties|not-serializable)[^\n]*)+~', '', $stub);
$stub = preg_replace('~ \* This file is the reference of the public interface\.[^\n]*\n~', <<<'END'
     * The public interface of the extension, for editors and static analysers. It is never loaded by a program.
     * Generated from ext/strata.stub.php by ./dev stubs.

    END, $stub, -1, $count);
if ($count !== 1) {
    fwrite(STDERR, "strata: the head of the stub is another one: mend tests/support/stubs.php\n");
    exit(1);
}
echo $stub;
