#!/bin/sh
# Every header compiles by itself: it includes what it uses, and the order of includes is free.
set -eu
tests/support/php_packages.sh

includes=$(php-config --includes)
bad=0
for header in $(git ls-files 'ext/*.h' php_strata.h | grep -v '_arginfo\.h$'); do
	case $header in
		ext/codec/scan/*) php= ;;
		ext/api/* | ext/codec/* | ext/conf/ini.h) php=$includes ;;
		ext/*/*) php= ;;
		*) php=$includes ;;
	esac
	# shellcheck disable=SC2086 # a list of options
	gcc -fsyntax-only -xc -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wstrict-prototypes -I. -Iext $php "$header" || bad=1
done
exit $bad
