#!/bin/sh
# demo.sh [--tiers] — build strata and show the main job, on nothing but this host or, with --tiers,
# through throwaway memcached and Redis servers.
set -eu
cd "$(dirname "$0")/../.."

so=$(tests/support/build_so.sh)

case ${1:-} in
	'') exec php -n -d extension="$so" benchmarks/demo.php ;;
	--tiers) ;;
	*)
		echo "usage: ./dev demo [--tiers]" >&2
		exit 2
		;;
esac

tests/support/packages.sh memcached redis-tools
echo "strata: starting memcached and Redis Cluster" >&2
servers=$(tests/support/servers.sh start)
trap 'tests/support/servers.sh stop "$servers"' EXIT
trap 'exit 1' INT TERM HUP
# shellcheck disable=SC1091 # written by servers.sh
. "$servers/env"

export STRATA_SO="$so"
php -n -d extension="$so" -d strata.memcached="'memcached://$STRATA_TEST_MEMCACHED'" \
	-d strata.redis="'redis-cluster://$STRATA_TEST_CLUSTER'" tests/support/demo_tiers.php
