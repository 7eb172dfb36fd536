#!/bin/sh
# php84.sh [zts | nts] — print the prefix of a PHP 8.4 with its own memory checks, for the tests: thread-safe
# with the embed SAPI, or not, with opcache. Debian 12 has none, so it is built once from Debian 13's
# source and kept. When it cannot be had, one line says why and the exit code is 1.
set -eu
cd "$(dirname "$0")/../.."

# Only what the tests use: forking, signals, and sessions.
case ${1:-zts} in
	zts) kind=zts-debug-embed options="--enable-zts --enable-embed=static" ;;
	nts) kind=nts-debug-opcache options=--enable-opcache ;;
	*)
		echo "usage: php84.sh [zts | nts]" >&2
		exit 2
		;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/strata
prefix=$cache/php-8.4-$kind
if [ -x "$prefix/bin/php-config" ]; then
	echo "$prefix"
	exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "strata: fetching the source of PHP 8.4" >&2
tests/support/trixie_source.sh php8.4 "$work/php"
cd "$work/php"
echo "strata: building PHP 8.4 ($kind), once, into $prefix" >&2
# It appears in the cache when complete.
# shellcheck disable=SC2086 # several options
if ! {
	./configure -q --prefix="$prefix" --disable-all $options --enable-debug --enable-cli \
		--disable-cgi --disable-phpdbg --enable-pcntl --enable-posix --enable-session &&
		make -j"$(nproc)" && make install INSTALL_ROOT="$work/root"
} >"$cache/php-8.4-$kind.log" 2>&1; then
	echo "PHP 8.4 did not build; see $cache/php-8.4-$kind.log"
	exit 1
fi
mv "$work/root$prefix" "$prefix"
echo "$prefix"
