#!/bin/sh
# Every key of strata_status() is named in docs/operations.md: the shape that a test holds it to has them all.
set -eu
cd "$(dirname "$0")/../.."
bad=0

# Names of the test's own databases and servers are no keys.
for key in $(sed -n '/^--EXPECT/,$ s/^ *\([a-z0-9_]*\)\( [a-z]*\)\{0,1\}$/\1/p' tests/phpt/status/status_has_this_shape.phpt |
	grep -vx -e status -e default -e unused -e b -e memcached -e redis | sort -u); do
	grep -qF -e "\`$key\`" docs/operations.md || {
		echo "docs/operations.md does not name the key $key of strata_status()"
		bad=1
	}
done
exit $bad
