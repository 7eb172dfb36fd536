<?php

/* Starts Redis and a server of the kind, and tags.php on them, without local copies and with those of a second. tags_servers.php redis|memcached SO EXTENSIONS... */

declare(strict_types=1);

require __DIR__ . '/../tests/support/own_server.inc';
require __DIR__ . '/../tests/support/php.inc';

[, $kind, $so] = $argv;
$redis = new OwnServer('redis');
$server = $kind === 'redis' ? $redis : new OwnServer($kind);
$peers = array_merge(...array_map(fn ($name) => ['-d', "extension=$name"], array_slice($argv, 3)));
foreach (['0', '1s'] as $local_ttl) {
    $ini = ['extension' => $so, "strata.$kind" => $server->dsn(), 'strata.local_ttl' => $local_ttl, 'strata.request_budget' => '0',
        'strata.operation_timeout' => '5s', 'opcache.enable_cli' => '0'];
    $command = [PHP_BINARY, '-n', ...$peers, ...directives($ini), __DIR__ . '/tags.php', $kind, $redis->name()];
    proc_close(proc_open($command, [], $pipes));
}
