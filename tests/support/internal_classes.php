<?php
/* Sets an object of every internal class: each is stored or refused, alone and inside of others. */

require __DIR__ . '/internal_classes.inc';

error_reporting(E_ALL & ~E_DEPRECATED);
$classes = [];
foreach (objects_of_internal_classes() as $class => $object) {
    if (getenv('SAY_EACH')) {
        fwrite(STDERR, "$class\n");
    }
    foreach ([$object, [$object], (object) ['held' => [$object]], new ArrayObject([$object])] as $value) {
        try {
            $stored = strata_set('key', $value);
            $read = strata_get('key');
            if ($stored !== true) {
                echo "$class: set() is ", var_export($stored, true), "\n";
            }
        } catch (Strata\SerializationException) {
        } catch (Throwable $thrown) {
            echo "$class: ", get_class($thrown), ': ', $thrown->getMessage(), "\n";
        }
    }
    $classes[$class] = true;
}
echo count($classes) > 150 ? 'many' : count($classes), " classes\n";
