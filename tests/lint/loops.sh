#!/bin/sh
# No include loops, neither between folders of ext/ nor between modules, where a source file and its header are one:
# what is to be understood can be read from below.
exec php -n tests/lint/loops.php
