--TEST--
php.ini: a password_file that cannot be read is named once for each directive, and only where it is needed
--SKIPIF--
<?php require __DIR__ . '/../../support/php.inc'; skip_without_child(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/php.inc';

$ini = [
	'strata.databases' => 'own,also,known,none',
	'strata.redis' => 'redis://10.0.0.1',
	'strata.password_file' => '/nonexistent/common',
	'strata.own.password_file' => '/nonexistent/own',
	'strata.known.redis' => 'redis://:SECRET@10.0.0.1',
	'strata.known.password_file' => '/nonexistent/known',
	'strata.none.redis' => '',
	'strata.none.password_file' => '/nonexistent/none',
];
preg_match_all('/^PHP Warning: .*/m', php($ini, 'phpinfo(INFO_MODULES); phpinfo(INFO_MODULES);'), $lines);
echo implode("\n", $lines[0]), "\n";

echo "With a common password\n";
preg_match_all('/^PHP Warning: .*/m', php(['strata.password' => 'SECRET'] + $ini, 'phpinfo(INFO_MODULES);'), $lines);
echo implode("\n", $lines[0]), "\n";

echo "With a file that can be read\n";
$file = tempnam(sys_get_temp_dir(), 'strata');
file_put_contents($file, "SECRET\n");
$ini = ['strata.redis' => 'redis://10.0.0.1', 'strata.password_file' => $file];
var_dump(preg_match('/Warning|SECRET/', php($ini, 'phpinfo(INFO_MODULES);')));
unlink($file);
?>
--EXPECT--
PHP Warning:  strata.password_file: "/nonexistent/common" cannot be read: No such file or directory; no server is asked without it
PHP Warning:  strata.own.password_file: "/nonexistent/own" cannot be read: No such file or directory; no server is asked without it
With a common password
PHP Warning:  strata.own.password_file: "/nonexistent/own" cannot be read: No such file or directory; no server is asked without it
With a file that can be read
int(0)
