#!/bin/sh
# build.sh [PHP-PREFIX] — build image_probe.so if needed and print its path. It is one call of the
# compiler: nobody installs it, so it needs no configure.
set -eu
cd "$(dirname "$0")/../../.."
root=$PWD

bin=${1:+$1/bin/}
tests/support/php_packages.sh
so=$root/.build/image_probe-$("${bin}php-config" --version | cut -d. -f1,2)${1:+-own}.so
mkdir -p .build

sources="tests/support/image_probe/image_probe.c ext/codec/image/image.c ext/codec/image/image_copy.c
	ext/codec/image/image_table.c ext/codec/image/image_writer.c ext/codec/image/object_writer.c
	ext/codec/image/object_layout.c ext/codec/image/dates.c ext/codec/image/stack_end.c ext/os/stack.c
	ext/base/image.c ext/base/arena.c ext/base/hash.c"
headers=$(ls ext/base/*.h ext/codec/image/*.h)

newest=$(cd "$root" && {
	# shellcheck disable=SC2086 # lists of files
	cat $sources $headers
	"${bin}php-config" --version --configure-options
} | cksum)
if [ ! -e "$so" ] || [ "$newest" != "$(cat "$so.stamp" 2>/dev/null)" ]; then
	# shellcheck disable=SC2046,SC2086 # lists
	gcc -shared -fPIC -O2 -g -std=gnu11 -D_GNU_SOURCE -DCOMPILE_DL_IMAGE_PROBE \
		-fvisibility=hidden -Wall -Wextra -Werror -Wno-unused-parameter -Iext \
		$("${bin}php-config" --includes) $sources -o "$so.part" -lxxhash
	mv "$so.part" "$so"
	echo "$newest" >"$so.stamp"
fi
echo "$so"
