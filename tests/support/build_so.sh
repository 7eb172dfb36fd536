#!/bin/sh
# build_so.sh [FLAVOUR] [PHP-PREFIX] — build strata.so if needed and print its path.
#
# FLAVOUR: release (default), dev, poison, sanitize or coverage. PHP-PREFIX: a PHP other than the one in
# PATH. The build lives in .build/<php>-<flavour>/, and phpize runs there on a folder of links, so
# that neither the checkout nor another PHP's build is ever touched.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD

flavour=${1:-release}
bin=${2:+$2/bin/}
log=$root/.build/build.log

case $flavour in
	release) options= ;;
	dev) options=--enable-strata-dev ;;
	poison) options="--enable-strata-dev --enable-strata-poison" ;;
	sanitize) options="--enable-strata-dev --enable-strata-sanitize" ;;
	coverage) options="--enable-strata-dev --enable-strata-coverage" ;;
	*)
		echo "strata: no such flavour: $flavour" >&2
		exit 2
		;;
esac

tests/support/php_packages.sh

# shellcheck disable=SC2016 # PHP's variables
version=$("${bin}php" -n -r \
	'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION, PHP_ZTS ? "-zts" : "-nts", PHP_DEBUG ? "-debug" : "";')
[ "$flavour" = release ] && name=$version || name=$version-$flavour
build=$root/.build/$name
so=$build/modules/strata.so
mkdir -p "$build"

# One build of a kind at a time.
exec 9>"$build/lock"
flock 9

configure() {
	rm -rf "$build/src" "$build/ext" "$build/modules" "$build/Makefile"
	mkdir -p "$build/src"
	for entry in config.m4 php_strata.h ext tests; do
		ln -s "$root/$entry" "$build/src/$entry"
	done
	# shellcheck disable=SC2086 # a list of options
	(cd "$build/src" && "${bin}phpize") &&
		(cd "$build" && src/configure -q --with-php-config="$(command -v "${bin}php-config")" $options)
}

compile() {
	make -C "$build" -j"$(nproc)"
}

fail() {
	grep -E '(error|warning):|undefined reference' "$log" >&2 || tail -n 30 "$log" >&2
	echo "strata: the $flavour build for PHP $version failed; all of it is in $log" >&2
	exit 1
}

# The stamp tells which PHP and which rules the tree was configured for.
stamp=$("${bin}php-config" --version --extension-dir | cksum; cksum config.m4 ext/Makefile.frag)
if [ "$stamp" != "$(cat "$build/stamp" 2>/dev/null)" ]; then
	echo "strata: configuring for PHP $version ($flavour)" >&2
	rm -f "$build/stamp"
	configure >"$log" 2>&1 || fail
	echo "$stamp" >"$build/stamp"
fi

if ! make -C "$build" -q "$build/modules/strata.la" >/dev/null 2>&1; then
	echo "strata: building for PHP $version ($flavour)" >&2
	# A header that is gone stops make where its old dependencies name it: start afresh then.
	compile >"$log" 2>&1 ||
		{ grep -q 'No rule to make target' "$log" && configure >"$log" 2>&1 && compile >>"$log" 2>&1; } ||
		fail
fi
[ -e "$so" ] || fail
echo "$so"
