#!/bin/sh
# run.sh json [--quick] [FILE] [PART...] — every figure of figures.inc beside its peer, in one run, as one document of JSON.
# run.sh plot [FILE] — benchmarks/RESULTS.md and benchmarks/plots/ of such a document.
#
# FILE is .build/results.json where none is said. A PART is a part of ./dev bench, or trips names fleet overlaps kills
# failpoints reload; all of them if none is said. With --quick the samples are short: it says whether all works.
set -eu
cd "$(dirname "$0")/../.."

parts='local memcached session redis outage trips fleet names overlaps kills failpoints reload'
document=.build/results.json

usage() {
	echo "usage: ./dev bench --json [--quick] [FILE.json] [$(echo "$parts" | tr ' ' '|')...] | plot [FILE.json]" >&2
	exit 2
}

if [ "$1" = plot ]; then
	exec php -n benchmarks/results/plot.php "${2:-$document}" benchmarks
fi

shift
wanted=
for word in "$@"; do
	case $word in
		--quick) export STRATA_BENCH_QUICK=1 ;;
		*.json) document=$word ;;
		*)
			case " $parts " in *" $word "*) wanted="$wanted $word" ;; *) usage ;; esac
			;;
	esac
done

so=$(tests/support/build_so.sh)
STRATA_BENCH_ROWS=$(mktemp)
export STRATA_BENCH_ROWS
trap 'rm -f "$STRATA_BENCH_ROWS"' EXIT
trap 'exit 1' INT TERM HUP
began=$(date +%s)
load=$(cat /proc/loadavg)

# Many where there is time for as many, few in a quick run.
many() {
	[ -z "${STRATA_BENCH_QUICK:-}" ] && echo "$1" || echo "$2"
}

failpoints() {
	said=$(tests/unit/run plain store/test_store_kill) || true
	echo "$said"
	failed=$(echo "$said" | sed -n '$s/^[0-9]* passed, \([0-9]*\) failed$/\1/p')
	# shellcheck disable=SC2016 # PHP's variable
	php -n -r 'require "tests/support/rows.inc"; note_figure("kills.failpoints", [(int) $argv[1]]);' "${failed:-1}"
}

measure() {
	case $1 in
		trips) benchmarks/trips/run.sh ;;
		fleet)
			tests/chaos/run.sh fleet 'one miss, 24'
			tests/chaos/run.sh fleet 'by get and set'
			;;
		names) tests/chaos/run.sh names 60 redis ;;
		overlaps)
			tests/chaos/run.sh interleavings "$(many 300 20)"
			php -n -d extension=igbinary -d extension=msgpack -d extension=memcached -d extension=redis -d extension=posix \
				benchmarks/results/by_hand.php
			;;
		kills) tests/chaos/run.sh local "$(many 20000 500)" ;;
		failpoints) failpoints ;;
		reload) tests/chaos/run.sh segment reload "reloads=$(many 9 3)" restarts=0 ;;
		*) benchmarks/run.sh "$1" ;;
	esac
}

for part in ${wanted:-$parts}; do
	begun=$(date +%s)
	echo "== $part"
	measure "$part" || echo "   $part failed"
	echo "   $part: $(($(date +%s) - begun)) s"
done

mkdir -p "$(dirname "$document")"
php -n benchmarks/results/document.php "$STRATA_BENCH_ROWS" "$so" "$began" "$load" "$(git rev-parse --short=12 HEAD)" >"$document.new"
mv "$document.new" "$document"
echo "$document, $(($(date +%s) - began)) s"
