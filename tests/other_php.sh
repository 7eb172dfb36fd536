#!/bin/sh
# other_php.sh 8.4 | 8.5 | 8.6 [filter] — phpt on that PHP as Debian builds it, from a newer release than
# this machine's, in a private root. memcached, Redis and the compiler are that release's, too.
# Without a filter it runs the areas that tests/phpt/areas gives the build `root`. Ends with the sum.
#
# With --prepare as the filter, the root is only made: in the background of a whole run, say.
set -eu
cd "$(dirname "$0")/.."

version=${1:-} filter=${2:-}
case $version in
	8.4) release=trixie also="php8.4-igbinary" ;;
	8.5 | 8.6) release=sid+experimental also= ;;
	*)
		echo "usage: other_php.sh 8.4 | 8.5 | 8.6 [filter]" >&2
		exit 2
		;;
esac

# shellcheck disable=SC2086,SC2046 # lists of packages
if ! root=$(tests/support/debian_root.sh "php$version" "$release" "php$version-cli" "php$version-dev" \
	"php$version-fpm" "php$version-cgi" $also $(tests/support/php_packages.sh --list) nginx-light wrk \
	memcached redis-tools openssl iproute2 iptables procps); then
	echo "skipped php$version: $root"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
[ "$filter" != --prepare ] || exit 0

exec tests/support/in_root.sh "$root" "$PWD" tests/phpt.sh root ${filter:+"$filter"}
