#!/bin/sh
# php_from_source.sh zts | nts — print the prefix of a PHP that checks itself and its memory, for the
# tests: thread-safe with the embed SAPI, or not, with opcache.
#
# It is built once and kept: PHP 8.4 of a newer Debian where its source can be had, else Debian 12's
# own PHP 8.2. A mirror may list sources of 8.4 that it does not hold and hold one that it does not list,
# which is tried too. The file not-8.4 in the prefix then says why, and 8.4 is tried again a day later. When
# there is neither, one line says why and the exit code is 1.
set -eu
cd "$(dirname "$0")/../.."

case ${1:-} in
	zts) kind=zts-debug-embed options="--enable-zts --enable-embed=static" ;;
	nts) kind=nts-debug-opcache options=--enable-opcache ;;
	*)
		echo "usage: php_from_source.sh zts | nts" >&2
		exit 2
		;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/strata
mkdir -p "$cache"

# Who builds in the background is waited for.
exec 9>"$cache/lock"
flock 9

prefix_of() {
	echo "$cache/php-$1-$kind"
}

is_there() {
	[ -x "$(prefix_of "$1")/bin/php-config" ]
}

found() {
	prefix_of "$1"
	exit 0
}

! is_there 8.4 || found 8.4
! is_there 8.2 || [ ! "$(find "$(prefix_of 8.2)/not-8.4" -mtime -1 2>/dev/null)" ] || found 8.2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

# fetch SERIES SUITE...: the source; what is said when there is none is kept.
fetch() {
	series=$1
	shift
	echo "strata: looking for the source of PHP $series" >&2
	tests/support/debian_source.sh "php$series" "$work/php" "$@" >"$work/said-$series"
}

# fetch_unlisted: PHP 8.4.11 as php.net released it, which Debian's pool holds.
fetch_unlisted() {
	file=$work/php.tar.xz
	tests/support/packages.sh curl ca-certificates xz-utils
	curl -sfL -m 300 -o "$file" \
		http://deb.debian.org/debian/pool/main/p/php8.4/php8.4_8.4.11.orig.tar.xz &&
		echo "04cd331380a8683a5c2503938eb51764d48d507c53ad4208d2c82e0eed779a00  $file" |
		sha256sum -c --quiet - >&2 &&
		mkdir -p "$work/php" && tar -xf "$file" -C "$work/php" --strip-components=1 && series=8.4
}

if fetch 8.4 trixie-security trixie trixie-updates forky sid || fetch_unlisted; then
	rm -rf "$(prefix_of 8.2)"
elif is_there 8.2; then
	cp "$work/said-8.4" "$(prefix_of 8.2)/not-8.4"
	found 8.2
elif ! fetch 8.2 bookworm-security bookworm; then
	echo "$(cat "$work/said-8.4"); $(cat "$work/said-8.2")"
	exit 1
fi

# Only what the tests use: forking, signals, and sessions. It appears in the cache when complete.
prefix=$(prefix_of "$series")
log=$prefix.log
echo "strata: building PHP $series ($kind), once, into $prefix" >&2
cd "$work/php"
# shellcheck disable=SC2086 # several options
if ! {
	./configure -q --prefix="$prefix" --disable-all $options --enable-debug --enable-cli \
		--disable-cgi --disable-phpdbg --enable-pcntl --enable-posix --enable-session &&
		make -j"$(nproc)" && make install INSTALL_ROOT="$work/root"
} >"$log" 2>&1; then
	echo "PHP $series did not build; see $log"
	exit 1
fi
[ "$series" = 8.4 ] || cp "$work/said-8.4" "$work/root$prefix/not-8.4"
rm -rf "$prefix"
mv "$work/root$prefix" "$prefix"
echo "$prefix"
