#!/bin/sh
# run.sh [--tree FOLDER] [--house | TRIP] — the calls, functions and files that one operation passes.
#
# With --house, which folders ext/ has and what includes what, without building anything. With the
# name of a trip, its calls one by one. Another checkout is measured with --tree.
set -eu
cd "$(dirname "$0")/../.."

tree=$PWD
if [ "${1:-}" = --tree ]; then
	tree=$(cd "$2" && pwd)
	shift 2
fi
tests/support/php_packages.sh
[ "${1:-}" != --house ] || exec php -n benchmarks/trips/house.php "$tree"

tests/support/packages.sh binutils memcached php-common redis-tools
out=$PWD/.build/trips/$(echo "$tree" | cksum | cut -d' ' -f1)
make -s -j"$(nproc)" -f benchmarks/trips/trips.mk TREE="$tree" OUT="$out" "$out/strata.so"
exec php -n -d memory_limit=2G benchmarks/trips/trips.php "$out/strata.so" "$@"
