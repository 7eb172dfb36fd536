#!/bin/sh
# stubs.sh [--check] — write bridges/stubs/strata.php from ext/strata.stub.php. With --check, change nothing
# and fail when it is not what it should be.
set -eu
cd "$(dirname "$0")/../.."
stubs=bridges/stubs/strata.php
new=$(mktemp)
trap 'rm -f "$new"' EXIT

php -n tests/support/stubs.php <ext/strata.stub.php >"$new"
php -n -l "$new" >/dev/null
if [ "${1:-}" = --check ]; then
	cmp -s "$new" "$stubs" && exit
	echo "$stubs is not of this ext/strata.stub.php: run ./dev stubs"
	exit 1
fi
cat "$new" >"$stubs"
