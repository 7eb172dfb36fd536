--TEST--
strata.zero_copy: include, require_once, a class map and opcache_compile_file() take paths from the cache, through a symlink too, with opcache
--SKIPIF--
<?php require __DIR__ . '/../../support/zero_copy.inc'; skip_without_opcache(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/zero_copy.inc';

$folder = sys_get_temp_dir() . '/strata_names_' . getmypid();
mkdir("$folder/real", 0777, true);
symlink("$folder/real", "$folder/link");
foreach (['one', 'two', 'three'] as $name) {
    file_put_contents("$folder/real/$name.php", "<?php return '$name';");
}
file_put_contents("$folder/real/Mapped.php", '<?php class Mapped { const SAYS = "mapped"; }');
$code = "\$folder = '$folder';" . <<<'CODE'
strata_set('names', ["$folder/link/one.php", "$folder/link/two.php", "$folder/link/three.php"]);
strata_set('map', ['Mapped' => "$folder/link/Mapped.php"]);
strata_set('alone', "$folder/link/one.php");
spl_autoload_register(function ($class) {
    include strata_get('map')[$class];
});
for ($i = 0; $i < 3; $i++) {
    $names = strata_get('names');
    echo include $names[0], ' ', (require_once $names[1]) === true ? 'again' : 'two', ' ', include strata_get('alone'), ' ';
    echo Mapped::SAYS, ' ', opcache_compile_file($names[2]) ? 'compiled' : 'not compiled', ' ';
    echo include "$folder/link/three.php", "\n";
}
CODE;
foreach (['on', 'off'] as $way) {
    echo php(opcache() + ['opcache.enable_cli' => '1', 'strata.zero_copy' => $way], $code);
}
array_map('unlink', glob("$folder/real/*"));
unlink("$folder/link");
rmdir("$folder/real");
rmdir($folder);
?>
--EXPECT--
one two one mapped compiled three
one again one mapped compiled three
one again one mapped compiled three
one two one mapped compiled three
one again one mapped compiled three
one again one mapped compiled three
