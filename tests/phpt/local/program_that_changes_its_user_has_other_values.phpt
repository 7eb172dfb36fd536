--TEST--
local: a program that changes its user leaves its values behind, and finds them when it is the first user again
--SKIPIF--
<?php
require __DIR__ . '/../../support/php.inc';
skip_without_child();
if (trim(shell_exec('id -un')) !== 'root') {
    echo 'skip only root can change its user';
} elseif (!function_exists('posix_seteuid') && !@dl('posix')) {
    echo 'skip PHP has no posix_seteuid(): install php-common';
}
?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

echo php([], '
    function_exists("posix_seteuid") || dl("posix");
    $cache = new Strata\Cache();
    $cache->set("key", "of root");
    foreach ([65534, 0, 65534] as $user) {
        posix_seteuid(0);
        posix_seteuid($user);
        strata_request_boundary();
        echo $user, ": ", json_encode($cache->get("key")), "\n";
        $user === 0 || $cache->set("key", "of $user");
    }
');
?>
--EXPECT--
65534: null
0: "of root"
65534: "of 65534"
