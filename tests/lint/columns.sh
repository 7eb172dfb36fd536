#!/bin/sh
# At most 100 columns in comments and strings too, where clang-format leaves what it finds. Tables between
# "clang-format off" and "on" are as wide as they must be.
exec php -n tests/lint/columns.php
