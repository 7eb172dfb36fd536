#!/bin/sh
# run.sh local [KILLS] — what is left of a cache whose users are killed all the time?
# run.sh fpm [SECONDS] — does any request fail while php-fpm recycles its workers and is reloaded under load?
# run.sh redis [SECONDS] — is a value ever wrong, or lost, while a Redis Cluster fails over, dies and is resharded under load?
# run.sh names [SECONDS] — what do requests wait while names of servers move, and name servers are silent or lie?
# run.sh start [WORKERS] — is a delete lost, and how many connections are opened, when all workers of a host start at once?
# run.sh fleet [SCENE] — how often does a fleet of hosts compute what it misses, and how long do its workers wait?
# run.sh interleavings [TIMES] [SCENE] — does any host read what a confirmed delete, set or clear made old?
# run.sh consistency [SECONDS] [STORE] [FAULTS] — the same at random, with kills and stopped servers
# run.sh tags [SECONDS] [STORE] [FAULTS] — the same with tags that are invalidated; tags many [COUNT]: with more than a host keeps
# run.sh namespaces [COUNT] [STORE] — so many namespaces, each cleared once under load: does a value of before come back?
# run.sh removals [SECONDS...] — a memcached node is cut off from one host, which deletes: what do both read?
# run.sh locks [SECTIONS] [BACKEND] — is there ever more than one inside, while holders are killed and stopped?
# run.sh sessions [PART] [STORE] [OPTION=VALUE...] — is a session ever lost, stuck, or written for nothing?
# run.sh segment [PART] [OPTION=VALUE...] — a named segment: reload cron kill flips namespaces planted starts
# run.sh shake [SECONDS] [FAULT...] [--write] — two hosts over three tiers while networks and servers fail: is any promise broken?
# run.sh metrics [SCRAPES] — is each scrape under load valid, and does it say what the servers say?
# run.sh alert — does an alert of docs/monitoring fire when a Redis is stopped, and end when it is back?
# run.sh container — the Dockerfile of docs/docker, step by step in a Debian of debootstrap, and what it starts
# run.sh shadow [KEYS] — are all planted differences of two clusters found, and no others, and do pages wait for a shadow that fails?
# run.sh page [SECONDS] [FOLDER] — the status page in a browser: does any hostile text run, is the page valid? Screenshots
# run.sh switch [SECONDS] — two hosts move between servers under load: is anything old, refused, or of both places?
# run.sh story LETTER [--short] [--write] — an outage that strata was made for, with a peer beside it: a b c d e
# run.sh fork — what do children read over connections that their parent had open, here and with the peers?
#
# Half of the kills hit processes that hold values where they lie, the other half such as keep
# copies. The same load on APCu comes last, as a figure. Ends with the sum.
set -eu
cd "$(dirname "$0")/../.."

usage() {
	echo "usage: ./dev chaos local [kills] | fpm [seconds] | redis [seconds] | names [seconds] | start [workers] | fleet [scene] | interleavings [times] [scene] | consistency [seconds] [store] [faults] | tags [seconds] [store] [faults] | tags many [count] | namespaces [count] [store] | removals [seconds...] | locks [sections] [backend] | sessions [part] [store] [option=value...] | segment [part] [option=value...] | shake [seconds] [fault...] [--seed=n] [--write] | metrics [scrapes] | alert | container | shadow [keys] | page [seconds] [folder] | switch [seconds] | story letter [--short] [--write] | fork" >&2
	exit 2
}

if [ "${1:-}" = fpm ]; then
	tests/support/packages.sh nginx-light php-fpm wrk
	export STRATA_LOAD_SECONDS="${2:-60}"
	exec tests/phpt.sh nts workers_come_and_go_under_load
fi

if [ "${1:-}" = switch ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh redis-server php-fpm
	exec php tests/chaos/switch.php "${2:-100}"
fi

if [ "${1:-}" = redis ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh redis-tools php-redis iproute2 iptables
	if unshare -n sh -c 'ip link set lo up && iptables -A INPUT -p tcp --dport 1 -j DROP' 2>/dev/null; then
		export STRATA_CHAOS_NAMESPACE=1
		# shellcheck disable=SC2016 # for the shell in there
		exec unshare -n sh -c 'ip link set lo up && exec "$@"' sh php -n tests/chaos/redis.php "${2:-240}"
	fi
	exec php -n tests/chaos/redis.php "${2:-240}"
fi

# All of it is in namespaces that end with their first process: processes, addresses, rules and files.
if [ "${1:-}" = shake ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh php-fpm memcached redis-server redis-tools iproute2 iptables
	tests/support/fault_proxy.sh >/dev/null
	shift
	unshare -n -p -f -m --mount-proc --kill-child --propagation private sh -eu -c '
		ip link set lo up
		mount -t tmpfs none /run
		mount -t tmpfs none /dev/shm
		export TMPDIR=/run
		exec "$@"' sh php -n -d extension=posix -d memory_limit=1G tests/chaos/shake.php "$@" &
	shaken=$!
	trap 'kill -KILL $shaken 2>/dev/null || true' EXIT
	trap 'exit 1' INT TERM HUP
	wait $shaken
	exit
fi

if [ "${1:-}" = names ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh redis-server redis-tools memcached iproute2 iptables
	# shellcheck disable=SC2016 # for the shell in there
	exec unshare -n -m --propagation private sh -c 'ip link set lo up && exec "$@"' sh \
		php -n tests/chaos/names.php "${2:-900}" ${3:+"$3"}
fi

if [ "${1:-}" = shadow ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh php-fpm redis-server
	exec php -n tests/chaos/shadow.php "${2:-100000}"
fi

if [ "${1:-}" = metrics ]; then
	exec tests/metrics/run 0 "${2:-1000}"
fi

if [ "${1:-}" = alert ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	STRATA_PROMETHEUS=$(tests/metrics/prometheus.sh prometheus)
	export STRATA_SO STRATA_PROMETHEUS
	tests/support/packages.sh nginx-light php-fpm redis-server memcached
	exec php -n tests/chaos/alert.php
fi

# The Debian is kept, as an image of docker is; what the steps make of it is removed, whatever happens.
if [ "${1:-}" = container ]; then
	tests/support/packages.sh iproute2
	base=$(tests/support/debian_root.sh debian-12 bookworm ca-certificates) || {
		echo "skipped container: $base"
		exit 1
	}
	work=$(mktemp -d)
	# All that the steps start is in one namespace, and ends with its first process.
	unshare -p -f --kill-child php -n tests/chaos/container.php "$base" "$work" &
	steps=$!
	trap 'kill -KILL $steps 2>/dev/null || true; wait; rm -rf --one-file-system "$work"' EXIT
	trap 'exit 1' INT TERM HUP
	wait $steps
	exit
fi

if [ "${1:-}" = story ]; then
	shift
	exec tests/chaos/stories/run.sh "$@"
fi

if [ "${1:-}" = start ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-tools
	exec php -n tests/chaos/start.php "${2:-400}"
fi

if [ "${1:-}" = page ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh chromium nginx-light php-fpm memcached redis-server redis-tools tidy
	shift
	exec php -n tests/chaos/page_in_a_browser.php "$@"
fi

if [ "${1:-}" = interleavings ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools
	exec php -n tests/chaos/interleavings.php "${2:-1000}" "${3:-}"
fi

if [ "${1:-}" = consistency ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools
	exec php -n -d extension=posix tests/chaos/consistency.php "${2:-20}" "${3:-}" "${4:-}"
fi

if [ "${1:-}" = tags ] || [ "${1:-}" = namespaces ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools
	scene=$1
	shift
	if [ "${1:-}" = many ]; then
		exec php -n tests/chaos/many_tags.php "${2:-100000}"
	fi
	exec php -n -d extension=posix "tests/chaos/$scene.php" "$@"
fi

if [ "${1:-}" = removals ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools
	shift
	exec php -n tests/chaos/removals.php "$@"
fi

if [ "${1:-}" = locks ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools
	shift
	exec php -n -d extension=posix tests/chaos/locks.php "$@"
fi

if [ "${1:-}" = sessions ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh nginx-light php-fpm memcached redis-server redis-tools php-redis php-memcached
	shift
	exec php -n -d extension=posix -d memory_limit=1G tests/chaos/sessions.php "$@"
fi

# The other PHP is that of a private Debian, where one can be made.
if [ "${1:-}" = segment ]; then
	STRATA_SO=$(tests/support/build_so.sh dev)
	export STRATA_SO
	tests/support/packages.sh nginx-light php-fpm wrk strace
	shift
	case "${1:-namespaces}" in
		*=* | namespaces)
			if tests/other_php.sh 8.4 --prepare >/dev/null &&
				root=$(tests/support/debian_root.sh php8.4 trixie php8.4-cli) &&
				so=$(tests/support/in_root.sh "$root" "$PWD" tests/support/build_so.sh dev); then
				export STRATA_OTHER_ROOT="$root" STRATA_OTHER_SO="$so" STRATA_OTHER_PHP=/usr/bin/php8.4
			fi
			;;
	esac
	exec php -n -d extension=posix tests/chaos/segment.php "$@"
fi

# Three network namespaces on a bridge, or, where they cannot be made, all hosts in one.
if [ "${1:-}" = fleet ]; then
	STRATA_SO=$(tests/support/build_so.sh)
	export STRATA_SO
	tests/support/packages.sh memcached redis-server redis-tools php-redis php-memcached iproute2
	exec unshare -n -m --propagation private sh -eu -c '
		ip link set lo up
		if mount -t tmpfs none /run && mkdir -p /run/netns && ip link add strata0 type bridge 2>/dev/null; then
			ip addr add 10.9.0.254/24 dev strata0
			ip link set strata0 up
			for host in 1 2 3; do
				ip netns add "host$host"
				ip link add "strata$host" type veth peer name eth0 netns "host$host"
				ip link set "strata$host" master strata0 up
				ip -n "host$host" addr add "10.9.0.$host/24" dev eth0
				ip -n "host$host" link set eth0 up
				ip -n "host$host" link set lo up
			done
			export FLEET_NAMESPACES=host1,host2,host3 FLEET_ADDRESS=10.9.0.254
		else
			echo "no network namespaces here: all hosts are in one"
		fi
		exec php -n -d extension=posix tests/chaos/fleet.php "$1"' sh "${2:-}"
fi

# The peers' figures are a comparison, and count for nothing: a peer that is not installed is left out.
forked() {
	so=$(tests/support/build_so.sh)
	servers=$(tests/support/servers.sh start)
	trap 'tests/support/servers.sh stop "$servers"' EXIT
	trap 'exit 1' INT TERM HUP
	# shellcheck disable=SC1091 # written by servers.sh
	. "$servers/env"
	passed=0
	for tier in "redis=redis://:$STRATA_TEST_REDIS_PASSWORD@$STRATA_TEST_REDIS" \
		"memcached=memcached://$STRATA_TEST_MEMCACHED"; do
		echo "${tier%%=*}"
		told=$(php -n -d extension="$so" -d "strata.$tier" -d strata.memory=0 -d strata.request_budget=0 \
			-d strata.operation_timeout=5s tests/chaos/forked.php strata)
		echo "$told" | sed '$d'
		case $told in *"1 passed"*) passed=$((passed + 1)) ;; esac
	done
	compare phpredis redis igbinary
	compare php-memcached memcached igbinary msgpack
	echo "$passed passed, $((2 - passed)) failed"
	[ "$passed" -eq 2 ]
}

# compare CLIENT EXTENSION [NEEDED...]: those it needs are loaded before it.
compare() {
	client=$1 extension=$2 load=
	shift 2
	for needed in "$@" "$extension"; do
		load="$load -d extension=$needed"
	done
	# shellcheck disable=SC2086 # a list of options
	if php -n $load -r "exit((int) !extension_loaded('$extension'));" >/dev/null 2>&1; then
		php -n $load tests/chaos/forked.php "$client" | sed '$d'
	else
		echo "  $client is not installed"
	fi
}

if [ "${1:-}" = fork ]; then
	forked
	exit
fi
[ "${1:-}" = local ] || usage
kills=${2:-20000}
case $kills in
	*[!0-9]*) usage ;;
esac

so=$(tests/support/build_so.sh)
tests/support/packages.sh php-apcu
out=.build/chaos.out
passed=0 failed=0

figure() {
	tail -n 1 "$out" | sed -n "s/.*\b\([0-9][0-9]*\) $1.*/\1/p" | grep . || echo "$2"
}

# The memory is a fraction of what all values need, so that eviction never rests.
for way in on auto; do
	echo "strata, zero_copy=$way"
	php -n -d extension=posix -d extension="$so" -d strata.memory=8M -d strata.zero_copy="$way" \
		tests/chaos/local.php strata $((kills / 2)) 2>&1 | tee "$out" | sed '$ { /^[0-9]* passed/d; }'
	passed=$((passed + $(figure passed 0)))
	failed=$((failed + $(figure failed 1)))
done

# Who hangs there may hang at the end as well.
echo "APCu, the same load, until it hangs or for a minute"
timeout -s KILL 100 php -n -d extension=posix -d extension=apcu -d apc.enable_cli=1 \
	-d apc.shm_size=8M tests/chaos/local.php apcu "$kills" || echo "  it did not end"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
