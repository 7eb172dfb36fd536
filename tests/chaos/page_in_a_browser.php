<?php
/*
 * page_in_a_browser.php [SECONDS] [FOLDER]: the status page, over a fleet that is well and one that is broken in many
 * ways, each after so many seconds of load. Screenshots go into the folder. Does any text of a key, name or error run
 * as a script, with the headers of the page and without? Is the page valid, and as small as was promised?
 */

require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/../support/nginx.inc';
require __DIR__ . '/../support/own_cluster.inc';
require __DIR__ . '/../support/sentinels.inc';

const SIZES = ['wide' => '1280,800', 'phone' => '390,900'];
const LARGEST = 300 << 10; /* bytes */

[$seconds, $folder] = [(int) ($argv[1] ?? 40), $argv[2] ?? sys_get_temp_dir() . '/strata_page_' . getmypid()];
is_dir($folder) || mkdir($folder);
$failed = 0;

function check(string $what, bool $is_so): void
{
    global $failed;
    $failed += $is_so ? 0 : 1;
    echo str_pad($what, 60), $is_so ? 'yes' : 'NO', "\n";
}

/** What the browser makes of it. The first one leaves a picture there, the other one returns the document. */
function browse(string ...$arguments): string
{
    $profile = sys_get_temp_dir() . '/strata_chromium_' . getmypid();
    $command = ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--virtual-time-budget=2000',
        '--no-first-run', "--user-data-dir=$profile", ...$arguments];
    $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']], $pipes);
    $output = stream_get_contents($pipes[1]);
    proc_close($process);
    exec('rm -rf ' . escapeshellarg($profile));
    return $output;
}

/** Requests of workers, several at a time, for so long. */
function load(array $fpm, string $script, int $seconds, array $besides = []): void
{
    for ($until = time() + $seconds; time() < $until;) {
        $asked = array_map(fn () => fpm_begin($fpm, 'www', $script, '', $besides), range(1, 4));
        array_map(fn ($one) => fpm_finish($one), $asked);
        usleep(20_000);
    }
}

/** As tall as the page is, so that all of it is on the picture. */
function take_pictures(string $name, string $url, string $folder): void
{
    foreach (SIZES as $size => $window) {
        foreach (['light' => [], 'dark' => ['--force-dark-mode', '--blink-settings=preferredColorScheme=0']] as $scheme => $how) {
            [$width] = explode(',', $window);
            browse(...[...$how, "--window-size=$width," . ($size === 'wide' ? 2600 : 5200), "--screenshot=$folder/$name-$size-$scheme.png", $url]);
        }
    }
    echo "pictures: $folder/$name-*.png\n";
}

/** The page as the browser sees it over nginx, and the same file without the headers that forbid scripts. */
function look(string $name, array $nginx, string $folder): void
{
    $url = $nginx['url'];
    $page = file_get_contents($url);
    file_put_contents("$folder/$name.html", $page);
    check("$name: at most 300 KiB (" . strlen($page) . ' bytes)', strlen($page) <= LARGEST);
    $said = trim((string) shell_exec('tidy -q -e ' . escapeshellarg("$folder/$name.html") . ' 2>&1'));
    check("$name: valid $said", $said === '');
    foreach (['with its headers' => $url, 'without' => "file://$folder/$name.html"] as $how => $where) {
        $document = browse('--dump-dom', $where);
        check("$name: $how no script ran", str_contains($document, '<title>strata</title>') && !str_contains($document, 'it ran')
            && !preg_match('~<(script|img|iframe|object|base)\b~i', $document));
    }
    take_pictures($name, $url, $folder);
}

/* What keys, namespaces and servers are called by programs that mean no good; "it ran" would be in the document. */
file_put_contents("$folder/load.php", <<<'PHP'
    <?php
    $shop = new Strata\Cache();
    $orders = new Strata\Cache('orders');
    $kinds = ['product', 'price', 'user', 'cart', 'page', 'menu', 'stock'];
    $zipf = fn (int $most) => (int) ($most ** (mt_rand() / mt_getrandmax()));
    for ($i = 0; $i < 60; $i++) {
        $key = $kinds[$zipf(count($kinds)) - 1] . ':' . ['de', 'en', 'fr'][mt_rand(0, 2)] . ':' . $zipf(2000);
        if ($shop->get($key) === null) {
            $shop->set($key, str_repeat('v', 100 + crc32($key) % 3000), 600);
        }
    }
    $orders->remember('report:' . $zipf(40), 30, fn () => range(1, 100));
    $orders->increment('counter:orders');
    $shop->delete('product:de:' . mt_rand(1, 2000));
    if (isset($_SERVER['HOSTILE'])) {
        foreach (range(1, 250) as $i) {
            $n = mt_rand(1, 10000);
            $tail = ["<script>document.title='it ran'</script>", '"><img src=x onerror="document.title=\'it ran\'">', "\xff\xfe\xc0",
                "\u{202e}txt.exe", "\0\x1b[31m", "' style='position:fixed'", str_repeat('x', 2000)][$n % 7];
            $shop->get("p$n$tail:a:key");
            $shop->set("p$n$tail:b:key", $n, 60);
        }
        (new Strata\Cache('locked'))->get('key');
        (new Strata\Cache('lost'))->get('key');
        $shop->delete('product:en:' . mt_rand(1, 2000));
    }
    PHP);
file_put_contents("$folder/page.php", '<?php strata_status_page();');

$cluster = new OwnCluster(3, true);
$memcached = [new OwnServer('memcached'), new OwnServer('memcached')];
$master = new OwnServer('redis', arguments: ['--requirepass', 'right']);
$watched = new OwnServer('redis');
$sentinels = array_map(fn () => new Sentinel($watched->port), range(1, 3));
wait_until(fn () => array_filter($sentinels, fn ($one) => !str_contains((string) json_encode(ask($one->port, 'SENTINEL', 'CKQUORUM', 'mymaster')), 'OK')) === [], 'sentinels');

$ini = ['strata.memory' => '32M', 'strata.databases' => 'orders', 'strata.local_ttl' => '2s', 'strata.request_budget' => '20s',
    'strata.operation_timeout' => '2s', 'strata.connect_timeout' => '2s',
    'strata.memcached' => 'memcached://a=' . $memcached[0]->name() . ',b=' . $memcached[1]->name(), 'strata.redis' => $cluster->dsn(),
    'strata.orders.redis' => 'redis-sentinel://' . implode(',', array_map(fn ($one) => "127.0.0.1:$one->port", $sentinels)) . '/mymaster/0',
    'strata.orders.namespace' => 'shop.orders', 'session.use_cookies' => '0'];
$pool = ['pm = static', 'pm.max_children = 6'];
$host = fpm_start(['www' => $pool], $ini);
$web = nginx_start($host, 'www', "$folder/page.php");
load($host, "$folder/load.php", $seconds);
look('healthy', $web, $folder);
nginx_stop($web);
fpm_stop($host);

$broken = ['strata.databases' => 'orders,locked,lost', 'strata.locked.redis' => 'redis://:wrong@' . $master->name() . '/0',
    'strata.lost.redis' => 'redis://cache.shop.invalid/0', 'strata.orders.lease_wait' => 'soon', 'strata.orders.max_inflight' => '-3',
    'strata.operation_timeout' => '500ms', 'strata.connect_timeout' => '500ms'] + $ini;
$pool[] = 'php_admin_value[strata.local_share] = "<script>document.title=\'it ran\'</script>"';
$pool[] = 'php_admin_value[strata.operator] = on';
$host = fpm_start(['www' => $pool], $broken);
$web = nginx_start($host, 'www', "$folder/page.php");
load($host, "$folder/load.php", intdiv($seconds, 2), ['HOSTILE' => '1']);
$memcached[1]->kill();
$cluster->nodes[1]->signal(STOPPED);
load($host, "$folder/load.php", intdiv($seconds, 2), ['HOSTILE' => '1']);
look('broken', $web, $folder);
nginx_stop($web);
fpm_stop($host);
$cluster->nodes[1]->signal(CONTINUED);
$memcached[1]->start();
echo $failed === 0 ? "all is as it should be\n" : "$failed checks failed\n";
exit($failed === 0 ? 0 : 1);
