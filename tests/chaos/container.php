<?php
/*
 * The Dockerfile of docs/docker is carried out where there is no docker: each step in a root of debootstrap. Then what
 * it starts is started, and used as the page says. Mounts and processes end with their namespaces.
 */
declare(strict_types=1);

require __DIR__ . '/container.inc';

const PROBE = 'exit((int) in_array("error", array_column(strata_check()["findings"], "severity")));';

/* Twice through php-fpm, as a web server asks. */
const ASK = <<<'PHP'
    <?php
    foreach (['Text', 'Problem', 'FastCgi'] as $part) {
        require "/usr/share/strata/$part.php";
    }
    for ($i = 0; $i < 2; $i++) {
        $request = new Strata\Command\FastCgi('127.0.0.1:9000', 5);
        $request->run(['SCRIPT_FILENAME' => '/tmp/page.php', 'REQUEST_METHOD' => 'GET'], static fn() => null);
        echo $request->output, $request->errors;
    }
    PHP;
const PAGE = '<?php echo strata_get("page", "none"), "\n"; strata_set("page", "kept", 60);';

/* What is tried: a command in there, and what it has to say. */
const TRIES = [
    'php-fpm has the extension' => ['php-fpm8.2 -m', "\nstrata\n"],
    'the command line has it' => ['php -m', "\nstrata\n"],
    'a value is set and read' => ['php -r \'echo strata_set("k", ["v" => "here"], 60), strata_get("k")["v"];\'', '1here'],
    'strata version' => ['strata version', 'strata '],
    'strata check' => ['strata check', '0 errors'],
    'the probe of the page says ready' => ["php -r '" . PROBE . "' && echo ready", 'ready'],
    'the command joins php-fpm' => ['strata --fcgi 127.0.0.1:9000 status', 'php-fpm at 127.0.0.1:9000'],
    'a value set by one request is read by the next' => ['php /tmp/ask.php', 'kept'],
    'metrics' => ['strata --fcgi 127.0.0.1:9000 metrics', 'strata_build_info'],
];

/** One shell is the container: what it started ends with it. */
function try_all(Image $image, string $checkout): void
{
    $root = $image->root();
    file_put_contents("$root/tmp/ask.php", ASK);
    file_put_contents("$root/tmp/page.php", PAGE);
    $script = implode(' ', array_map(escapeshellarg(...), $image->command)) . " >/tmp/fpm.log 2>&1 &\n"
        . "for i in \$(seq 100); do grep -q 'ready to handle' /tmp/fpm.log && break; sleep 0.1; done\n";
    foreach (array_column(TRIES, 0) as $i => $command) {
        $script .= "{ $command\n} >/tmp/try$i 2>&1; echo \$? >/tmp/code$i\n";
    }
    file_put_contents("$root/tmp/tries", $script);
    host(['unshare', '-n', '-p', '-f', '--kill-child', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh',
        "$checkout/tests/support/in_root.sh", $root, '/', ...$image->in_env(['sh', '/tmp/tries'])]);
}

/** How many failed. */
function told(string $root): int
{
    $failed = 0;
    foreach (array_keys(TRIES) as $i => $what) {
        $said = file_get_contents("$root/tmp/try$i");
        $right = trim(file_get_contents("$root/tmp/code$i")) === '0' && str_contains($said, TRIES[$what][1]);
        $failed += (int) !$right;
        echo $right ? 'ok ' : 'FAILED ', $what, "\n", $right ? '' : $said;
    }
    return $failed;
}

[, $base, $folder] = $argv;
define('LOG', "$folder/log");
$checkout = dirname(__DIR__, 2);
$image = new Image($base, $folder, $checkout);
try {
    $image->build("$checkout/docs/docker/Dockerfile");
    try_all($image, $checkout);
    $failed = told($image->root());
    echo $failed > 0 ? file_get_contents($image->root() . '/tmp/fpm.log') : '';
} catch (RuntimeException | JsonException $e) {
    echo 'FAILED ', $e->getMessage(), "\n0 passed, 1 failed\n";
    exit(1);
}
echo count(TRIES) - $failed, " passed, $failed failed\n";
exit((int) ($failed > 0));
