#!/bin/sh
# run.sh [local | eviction | memcached | redis | cluster | node | outage | remember | tags | session | compression | spin | metrics] — strata and its peers side by side, one process, ratios.
# run.sh apps [mediawiki | wordpress] — see benchmarks/apps/run.sh.
# run.sh --json, run.sh plot — see benchmarks/results/run.sh.
# run.sh instructions [--against OTHER/strata.so] — see benchmarks/instructions/run.sh.
set -eu
cd "$(dirname "$0")/.."

wanted=${1:-all}
case $wanted in
	--json | plot) exec benchmarks/results/run.sh "$@" ;;
	apps | instructions)
		shift
		exec "benchmarks/$wanted/run.sh" "$@"
		;;
esac
case $wanted in
	all | local | eviction | memcached | redis | cluster | node | outage | remember | tags | session | compression | spin | metrics) ;;
	*)
		echo "usage: ./dev bench [local | eviction | memcached | redis | cluster | node | outage | remember | tags | session | compression | spin | metrics | apps | instructions | --json | plot]" >&2
		exit 2
		;;
esac

if [ "$wanted" = all ] || [ "$wanted" = eviction ]; then
	tests/support/php_packages.sh
	mkdir -p .build
	gcc -O2 -std=gnu11 -o .build/eviction benchmarks/eviction.c benchmarks/eviction/*.c -lm
	.build/eviction
fi
[ "$wanted" != eviction ] || exit 0

so=$(tests/support/build_so.sh)
tests/support/packages.sh php-apcu php-igbinary php-msgpack php-memcached php-redis memcached redis-tools
extensions=$(php -n -r 'echo ini_get("extension_dir");')

# php DIRECTIVES... FILE: with strata, and nothing of the machine's own configuration.
measure() {
	php -n -d extension="$so" -d opcache.enable_cli=0 "$@"
}

# A peer that links another extension wants it loaded first.
peer() {
	for name in "$@"; do
		printf -- '-d extension=%s/%s.so ' "$extensions" "$name"
	done
}

wants() {
	[ "$wanted" = all ] || [ "$wanted" = "$1" ]
}

# What is compared in one process stays on one core: the last one that it may use.
core=$(taskset -pc $$ | sed 's/.*[^0-9]//')
beside_apcu() {
	# shellcheck disable=SC2046 # several arguments
	taskset -c "$core" php -n -d extension="$so" -d opcache.enable_cli=0 $(peer apcu) -d apc.enable_cli=1 \
		-d apc.shm_size=64M -d apc.entries_hint=65536 "$@"
}

# local_NAME PHP_OPTIONS...: what a part of the local tier costs, where there is such a measurement.
local_part() {
	file=benchmarks/local_$1.php
	shift
	[ ! -e "$file" ] || beside_apcu "$@" "$file"
}

# Hit ratios are no times: a seed on each core, where figures are noted, which are those of nine seeds.
local_memory() {
	if [ -z "${STRATA_BENCH_ROWS:-}" ]; then
		local_part memory -d apc.shm_size=8M -d strata.memory=8M
		return
	fi
	# shellcheck disable=SC2046 # several arguments
	seq 9 | xargs -P "$(nproc)" -n 1 php -n -d extension="$so" $(peer apcu) -d apc.enable_cli=1 \
		-d apc.entries_hint=65536 -d apc.shm_size=8M -d strata.memory=8M benchmarks/local_memory.php
}

if wants local; then
	# The figures are those of requests that end, which read values where they lie.
	ways='on auto'
	[ -z "${STRATA_BENCH_ROWS:-}" ] || ways=on
	beside_apcu benchmarks/machine.php
	for way in $ways; do
		beside_apcu -d strata.zero_copy=$way benchmarks/local.php
		# shellcheck disable=SC2046 # several arguments
		measure $(peer apcu) -d apc.enable_cli=1 -d strata.zero_copy=$way benchmarks/local_processes.php
	done
	local_part sets -d strata.databases=pinned -d strata.pinned.zero_copy=on
	for way in $ways; do
		local_part objects -d strata.zero_copy=$way
	done
	local_memory
	# shellcheck disable=SC2046 # several arguments
	php -n benchmarks/local_requests.php $(peer apcu) -d apc.enable_cli=1 -d extension="$so"
	[ "${STRATA_BENCH_ROWS:-}" ] || php -n benchmarks/local_start.php "$so"
fi
[ "$wanted" != local ] || exit 0

if wants outage; then
	php -n benchmarks/outage.php "$so"
fi
[ "$wanted" != outage ] || exit 0

remember() {
	tests/support/packages.sh php-symfony-cache
	# shellcheck disable=SC2046 # several arguments
	measure $(peer apcu) -d apc.enable_cli=1 -d apc.shm_size=64M benchmarks/remember.php local - -
	for store in redis memcached; do
		php -n benchmarks/remember_servers.php "$store" "$so" igbinary redis
	done
}

if wants remember; then
	remember
fi

tags() {
	tests/support/packages.sh php-symfony-cache
	# shellcheck disable=SC2046 # several arguments
	measure $(peer apcu) -d apc.enable_cli=1 -d apc.shm_size=64M benchmarks/tags.php local -
	for store in redis memcached; do
		php -n benchmarks/tags_servers.php "$store" "$so" igbinary redis
	done
}

if wants tags; then
	tags
fi

if wants session; then
	php -n benchmarks/session.php "$so" igbinary msgpack redis memcached
fi
if wants metrics; then
	php -n benchmarks/metrics.php "$so"
fi
case $wanted in remember | tags | session | metrics) exit 0 ;; esac

# A client and its server share a core or have one each: as the scheduler likes, a ratio would jump
# between the two. So each table comes twice, for a client on the last core and servers on that one,
# and on the first; once where there is but one.
first=$(taskset -pc $$ | sed 's/.*: \([0-9]*\).*/\1/')
one="client and servers on one core" two="client and servers on two cores"
in_each_place() {
	STRATA_BENCH_PLACE=$one "$@" "$core"
	[ "$first" = "$core" ] || STRATA_BENCH_PLACE=$two "$@" "$first"
}

case $wanted in
	all | memcached | redis | cluster | node | spin)
		# shellcheck disable=SC2046 # several arguments
		measure $(peer igbinary msgpack memcached redis) benchmarks/machine.php
		;;
esac

# Servers of its own, because the links to them are its own as well.
redis_from() {
	export STRATA_BENCH_PLACE
	taskset -c "$1" php -n benchmarks/redis.php "$wanted" "$core" "$so" igbinary redis
}
if wants redis || wants cluster; then
	in_each_place redis_from
fi
if wants spin; then
	php -n benchmarks/spin.php "$so" "$first" "$core"
fi
case $wanted in redis | cluster | spin) exit 0 ;; esac

servers=$(tests/support/servers.sh start)
trap 'tests/support/servers.sh stop "$servers"' EXIT
trap 'exit 1' INT TERM HUP
# shellcheck disable=SC1091 # written by servers.sh
. "$servers/env"

if wants node; then
	library=.build/bench/libstrata.a
	make -s -f tests/unit/unit.mk OUT=.build/bench FLAGS=-O2 TESTS= "$library" >/dev/null
	gcc -O2 -std=gnu11 -Iext -o .build/checkout benchmarks/checkout.c "$library" \
		-lxxhash -lzstd -lhiredis -lmemcached -lcares -lssl -lcrypto -lpthread -lm
fi

if wants compression; then
	# shellcheck disable=SC2046 # several arguments
	measure $(peer igbinary msgpack memcached redis) -d strata.databases=onredis,onmemcached -d strata.memory=0 \
		-d strata.request_budget=0 -d strata.operation_timeout=5s -d strata.onredis.redis="'$STRATA_TEST_REDIS_1_DSN'" \
		-d strata.onmemcached.memcached="'memcached://${STRATA_TEST_MEMCACHED%%,*}'" benchmarks/compression.php
fi

# All threads of the servers go to this core; what is measured stays on its own.
memcached_from() {
	export STRATA_BENCH_PLACE
	while read -r _ pid; do
		taskset -apc "$1" "$pid" >/dev/null
	done <"$STRATA_TEST_PIDS"
	# shellcheck disable=SC2046 # several arguments
	! wants memcached || beside_memcached $(peer igbinary msgpack memcached) -d strata.local_ttl=0 \
		-d strata.memcached="'memcached://$STRATA_TEST_MEMCACHED'" benchmarks/memcached.php "$so"
	! wants node || taskset -c "$core" .build/checkout "${STRATA_TEST_MEMCACHED%%,*}"
	! wants node || beside_memcached -d strata.local_ttl=0 -d strata.request_budget=0 \
		-d strata.memcached="'memcached://${STRATA_TEST_MEMCACHED%%,*}'" benchmarks/node.php
}
beside_memcached() {
	taskset -c "$core" php -n -d extension="$so" -d opcache.enable_cli=0 "$@"
}
if wants memcached || wants node; then
	in_each_place memcached_from
fi
