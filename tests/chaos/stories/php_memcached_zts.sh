#!/bin/sh
# php_memcached_zts.sh PHP-PREFIX — php-memcached for a thread-safe PHP from source: prints the path of its .so.
#
# It is built once and kept beside that PHP, from the source of Debian 13, which knows PHP 8.4, or of Debian 12. Where it
# cannot be had, one line says why and the exit code is 1.
set -eu
cd "$(dirname "$0")/../../.."

prefix=$1
kept=$prefix-php-memcached
log=$kept.log
[ ! -e "$kept/memcached.so" ] || {
	echo "$kept/memcached.so"
	exit 0
}
tests/support/packages.sh libmemcached-dev zlib1g-dev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
tests/support/debian_source.sh php-memcached "$work/source" trixie bookworm >"$work/said" || {
	cat "$work/said"
	exit 1
}
cd "$work/source"
if ! {
	"$prefix/bin/phpize" && ./configure -q --with-php-config="$prefix/bin/php-config" --disable-memcached-sasl \
		--with-libmemcached-dir=/usr --with-zlib-dir=/usr && make
} >"$log" 2>&1; then
	echo "php-memcached did not build; see $log"
	exit 1
fi
mkdir -p "$kept"
mv modules/memcached.so "$kept/memcached.so"
echo "$kept/memcached.so"
