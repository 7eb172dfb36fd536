<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\WordPress;

use PHPUnit\Framework\TestCase;

/** wp-content/object-cache.php, in a PHP of its own: with strata, without it, and where it is set up wrong. */
class DropInTest extends TestCase
{
    private const DROP_IN = __DIR__ . '/../../wordpress/object-cache.php';

    /** @return array{string, string} what a request prints, and what stands in the log */
    private function request(string $code, string $before = '', array $options = []): array
    {
        $log = tempnam(sys_get_temp_dir(), 'strata');
        $world = 'require ' . var_export(__DIR__ . '/bootstrap.php', true) . ';'
            . 'function add_action($name, $function) { $GLOBALS["notices"][$name] = $function; }';
        $code = "$world $before; require " . var_export(realpath(self::DROP_IN), true) . "; $code";
        $process = proc_open([PHP_BINARY, '-n', '-d', "error_log=$log", '-d', 'log_errors=1', ...$options, '-r', $code], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        $output = stream_get_contents($pipes[1]);
        proc_close($process);
        $said = preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
        unlink($log);
        return [$output, $said];
    }

    private static function strata(): array
    {
        return ['-d', 'extension=' . getenv('STRATA_SO')];
    }

    public function testWithStrata(): void
    {
        [$output, $log] = $this->request('wp_cache_init();
            wp_cache_add_global_groups(["users"]);
            wp_cache_add_non_persistent_groups(["counts"]);
            echo json_encode([
                wp_cache_add("a", 1), wp_cache_get("a"), wp_cache_replace("a", 2), wp_cache_set("b", 3, "posts", "60"),
                wp_cache_get_multiple(["a", "c"]), wp_cache_set_multiple(["d" => 1]), wp_cache_add_multiple(["d" => 1]),
                wp_cache_incr("a"), wp_cache_decr("a", 2), wp_cache_delete("a"), wp_cache_delete_multiple(["d", "e"]),
                wp_cache_flush_runtime(), wp_cache_get("b", "posts", true, $found), $found, wp_cache_flush_group("posts"),
                wp_cache_get("b", "posts"), wp_cache_flush(), wp_cache_supports("flush_group"), wp_cache_supports("wings"),
                wp_cache_close(), get_class($wp_object_cache)]);
            wp_cache_switch_to_blog(2); wp_cache_reset();', '', self::strata());
        $this->assertSame('', $log);
        $this->assertSame(json_encode([
            true, 1, true, true, ['a' => 2, 'c' => false], ['d' => true], ['d' => false], 3, 1, true,
            ['d' => true, 'e' => false], true, 3, true, true, false, true, true, false, true,
            'Strata\\Bridge\\WordPress\\ObjectCache',
        ]), $output);
    }

    private const TELL = 'var_dump(function_exists("wp_cache_init")); foreach ($notices ?? [] as $name => $notice) { echo "$name: "; $notice(); }';

    private function assertNotInUse(string $reason, array $request): void
    {
        [$output, $log] = $request;
        $this->assertStringStartsWith("bool(false)\nadmin_notices: <div class=\"notice notice-error\"><p>strata object cache is not in use: ", $output);
        $this->assertStringContainsString($reason, htmlspecialchars_decode($output));
        $this->assertSame("strata object cache is not in use: $reason", explode("\n", $log)[0]);
        $this->assertCount(2, explode("\n", $log));
    }

    public function testWithoutTheExtension(): void
    {
        $this->assertNotInUse("PHP's extension strata is not loaded", $this->request(self::TELL));
    }

    public function testWithoutTheBridges(): void
    {
        $this->assertNotInUse('there is no autoload.php in /nowhere: define STRATA_BRIDGES in wp-config.php', $this->request(self::TELL, 'define("STRATA_BRIDGES", "/nowhere");', self::strata()));
    }

    public function testWithADatabaseThatThereIsNot(): void
    {
        [$output, $log] = $request = $this->request(self::TELL, 'define("STRATA_WP_DATABASE", "missing");', self::strata());
        $this->assertStringContainsString('missing', $log);
        $this->assertNotInUse(substr(explode("\n", $log)[0], strlen('strata object cache is not in use: ')), $request);
    }

    /** The page goes on, with what the request itself keeps, and the log says why once. */
    public function testWithAServerThatIsNotThere(): void
    {
        [$output, $log] = $this->request('wp_cache_init();
            echo json_encode([wp_cache_set("a", 1), wp_cache_get("a"), wp_cache_get("b"), wp_cache_add("c", 1), wp_cache_get("c"),
                wp_cache_get_multiple(["a", "d"]), wp_cache_incr("a"), wp_cache_delete("a"), wp_cache_flush()]);',
            'define("STRATA_WP_DATABASE", "dead");',
            [...self::strata(), '-d', 'strata.databases=dead', '-d', 'strata.dead.redis=redis://127.0.0.1:1', '-d', 'strata.dead.on_error=throw']);
        $this->assertSame('[false,1,false,false,1,{"a":1,"d":false},false,false,false]', $output);
        $this->assertSame(1, substr_count($log, 'strata object cache: '));
    }
}
