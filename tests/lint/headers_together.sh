#!/bin/sh
# All headers of plain C compile in one unit: no two of them give one name to two things.
set -eu
tests/support/php_packages.sh

git ls-files 'ext/*/*.h' | grep -vE '^ext/(api|codec)/|^ext/conf/ini\.h$' |
	sed 's|^ext/\(.*\)|#include "\1"|' |
	gcc -fsyntax-only -xc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wstrict-prototypes -Iext -
