--TEST--
transactions: a request of php-fpm that ends without commit() removes what it would have changed, says so once, and leaves nothing to the next
--SKIPIF--
<?php
require __DIR__ . '/../../support/fpm.inc';
require __DIR__ . '/../../support/servers.inc';
skip_without_fpm();
skip_without_memcached();
skip_without_redis();
?>
--FILE--
<?php
require __DIR__ . '/../../support/fpm.inc';

$fpm = fpm_start(['shop' => ['pm = static', 'pm.max_children = 1', 'catch_workers_output = yes']], [
    'strata.databases' => 'fleet',
    'strata.fleet.memcached' => getenv('STRATA_TEST_MEMCACHED_DSN'),
    'strata.fleet.redis' => getenv('STRATA_TEST_REDIS_DSN'),
    'strata.namespace' => 'fpm-transactions-' . getenv('STRATA_TEST_RUN'),
    'strata.operation_timeout' => '5s',
    'strata.connect_timeout' => '5s',
    'display_errors' => '0',
    'memory_limit' => '32M',
    'session.use_cookies' => '0',
    'session.save_handler' => 'files',
]);
$page = __DIR__ . '/page.inc';
$told = '';
foreach (['commit', 'rollback', 'return', 'exit', 'throw', 'fatal', 'destructor', 'session'] as $end) {
    fpm_get($fpm, 'shop', $page, 'fill=set+deleted+kept');
    $request = fpm_begin($fpm, 'shop', $page, "end=$end");
    $printed = fpm_finish($request, $told);
    echo str_pad($end, 11), fpm_get($fpm, 'shop', $page, 'read=set+deleted+kept'), ' ',
        fpm_get($fpm, 'shop', $page, 'unfinished=1'), " $printed\n";
}
echo fpm_get($fpm, 'shop', $page, 'read=session+refused'), "\n";
echo substr_count($told, 'a request ended in a transaction'), " line in the log\n";
fpm_stop($fpm);
?>
--EXPECT--
commit     ["new",null,"old"] 0 true
rollback   ["old","old","old"] 0 
return     [null,null,"old"] 1 
exit       [null,null,"old"] 2 bye
throw      [null,null,"old"] 3 
fatal      [null,null,"old"] 4 
destructor ["new",null,"old"] 4 
session    [null,null,"old"] 5 
["written","begin() comes too late: the request is over"]
1 line in the log
