#!/bin/sh
# php_packages.sh [--list] — what building strata takes: a compiler, the libraries, and a PHP with headers.
# A PHP that is there already, from whatever source, is the one strata is built for. With --list the names
# are printed, without PHP's, and nothing is installed.
set -eu
here=$(dirname "$0")

libraries="gcc libc6-dev make autoconf pkg-config libhiredis-dev libmemcached-dev libc-ares-dev libssl-dev libxxhash-dev libzstd-dev"
if [ "${1:-}" = --list ]; then
	echo "$libraries"
	exit 0
fi

php=
if ! command -v php-config >/dev/null || ! command -v phpize >/dev/null; then
	php="php-cli php-dev"
fi
# shellcheck disable=SC2086 # a list of names
exec "$here/packages.sh" $php $libraries
