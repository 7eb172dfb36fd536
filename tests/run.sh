#!/bin/sh
# run.sh [filter] — everything, in steps; each step ends with "N passed, N failed[, N skipped]" and
# the last line here is their sum. The slowest tests stand above it.
#
# A filter is
#   a step               lint unit tsan fuzz images phpt asan poison zts metrics results bridges threads package
#                        sessions_of_php php8.4 php8.5 php8.6 valkey-8.1 valkey-9 redis-8
#   a step and a part    lint/layers unit/store unit/store/kill asan/cluster bridges/Psr6 php8.6/cluster
#   an area and a part   cluster cluster/moved: of tests/phpt, on the PHP of this machine
#   part of a path       of unit tests and of phpt, or the path itself
#
# What could not be tried is skipped, and named at the end. A skip whose line has a word of
# STRATA_NEEDS, as in "php8.4 iptables", is a failure.
set -eu
cd "$(dirname "$0")/.."

# "servers valkey-9" and "servers/valkey-9" are the step valkey-9.
[ "${1:-}" != servers ] || shift
filter=${1:-}
filter=${filter#servers/}
passed=0 failed=0 skipped=0
out=.build/step.out
started=$(date +%s)
export STRATA_TIMES="$PWD/.build/times"
skips=.build/skips
failures=.build/failures
servers='' builder=''
mkdir -p .build
: >"$STRATA_TIMES"
: >"$skips"
: >"$failures"

# step NAME COMMAND...: its output as it comes, its sum added up.
step() {
	name=$1
	shift
	echo "== $name"
	begun=$(date +%s)
	{ "$@" 2>&1 || true; } | tee "$out" | sed '$ { /^[0-9]* passed, [0-9]* failed/d; }'
	sum=$(tail -n 1 "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed' || echo "0 passed, 1 failed")
	passed=$((passed + $(figure passed)))
	failed=$((failed + $(figure failed)))
	skipped=$((skipped + $(figure skipped)))
	note_skips
	note_failures
	echo "   $name: $sum ($(($(date +%s) - begun)) s)"
}

# Of a phpt only the reason is kept, so that equal ones can be counted.
note_skips() {
	sed -n 's/^skipped tests[^:]*: //p; t; s/^skipped //p' "$out" |
		awk -v name="$name" '{ print name ": " $0 }' >>"$skips"
	[ "${STRATA_NEEDS:-}" ] || return 0
	# shellcheck disable=SC2086 # a list of words
	printf '%s\n' $STRATA_NEEDS >.build/needs
	needed=$(grep '^skipped ' "$out" | grep -cFf .build/needs || true)
	[ "$needed" -eq 0 ] || echo "FAILED $name: STRATA_NEEDS asks for $needed of what was skipped"
	failed=$((failed + needed))
}

# The end of a long output is what a reader sees first, or is all that is left of it.
note_failures() {
	[ "$(figure failed)" -eq 0 ] ||
		{ grep -aE '^(FAIL|BORK|WARN|LEAK|FAILED|not ok)\b' "$out" || echo "see above"; } |
		sed "s|^|$name: |" >>"$failures"
}

figure() {
	found=$(echo "$sum" | sed -n "s/.*\b\([0-9][0-9]*\) $1.*/\1/p")
	echo "${found:-0}"
}

clean_up() {
	[ -z "$servers" ] || tests/support/servers.sh stop "$servers"
	[ -z "$builder" ] || kill -- "-$builder" 2>/dev/null || true
}

# With what the steps leave of the processors; a step that needs one before it is there waits for it.
build_php_beside() {
	# shellcheck disable=SC2016 # for the shell in there
	setsid nice -n 19 sh -c 'for kind in zts nts; do tests/support/php_from_source.sh $kind; done
		tests/other_php.sh 8.4 --prepare' \
		>.build/php_from_source.log 2>&1 </dev/null &
	builder=$!
}

start_servers() {
	servers=$(tests/support/servers.sh start) || {
		echo "the servers did not start: the steps that need them will say so"
		failed=$((failed + 1))
		return
	}
	# shellcheck disable=SC1091 # written by servers.sh
	. "$servers/env"
}

all() {
	build_php_beside
	step "lint" tests/lint/run
	step "unit tests, asan and ubsan" tests/unit/run asan
	step "unit tests of what processes share, tsan" tests/unit/run tsan races
	step "fuzz, asan and ubsan" tests/fuzz/run
	step "images" tests/image/run
	start_servers
	step "phpt, PHP of this machine" tests/phpt.sh nts
	step "phpt, asan and ubsan" tests/phpt.sh asan
	step "phpt, images overwritten once nobody holds them" tests/phpt.sh poison
	step "metrics" tests/metrics/run
	step "results" tests/results/run
	step "bridges to frameworks" tests/bridges/run
	step "PHP's own tests of sessions" tests/sessions_of_php/run
	step "phpt, PHP ZTS debug" tests/phpt.sh zts
	step "threads" tests/threads/run
	step "phpt, PHP 8.4 of Debian trixie" tests/other_php.sh 8.4
	step "package" tests/packaging/run
}

# chosen FOLDER PATTERN PART: is there such a file?
chosen() {
	tests/support/chosen.sh "$@" >/dev/null
}

nothing() {
	echo "strata: no step, folder of tests or test is named $filter (./dev names the steps)" >&2
	exit 2
}

# is_known STEP PART: is there such a step, and something in it that the part chooses?
is_known() {
	case $1:$2 in
		lint:*) chosen tests/lint '*.sh' "$2" ;;
		unit:* | tsan:*) chosen tests/unit 'test_*.c' "$2" ;;
		bridges:*) chosen bridges/tests '*Test.php' "$2" ;;
		fuzz:*) chosen tests/fuzz "fuzz_${2:-*}.c" ;;
		phpt:* | asan:* | poison:* | zts:* | php8.[456]:* | valkey-*:* | redis-8:*) chosen tests/phpt '*.phpt' "$2" ;;
		images: | threads: | package: | metrics: | results: | sessions_of_php:) ;;
		*) false ;;
	esac
}

# one STEP PART
one() {
	case $1 in
		lint) step "$filter" tests/lint/run "$2" ;;
		unit) step "$filter" tests/unit/run asan "$2" ;;
		tsan) step "$filter" tests/unit/run tsan "${2:-races}" ;; # as in a whole run
		fuzz) step "$filter" tests/fuzz/run "$2" ;;
		images) step images tests/image/run ;;
		phpt) step "$filter" tests/phpt.sh nts "$2" ;;
		asan | poison | zts) step "$filter" tests/phpt.sh "$1" "$2" ;;
		php8.[456]) step "$filter" tests/other_php.sh "${1#php}" "$2" ;;
		valkey-* | redis-8) step "$filter" tests/other_servers.sh "$1" "$2" ;;
		bridges)
			start_servers
			step "$filter" tests/bridges/run "$2"
			;;
		sessions_of_php)
			start_servers
			step sessions_of_php tests/sessions_of_php/run
			;;
		threads) step threads tests/threads/run ;;
		metrics) step metrics tests/metrics/run ;;
		results) step results tests/results/run ;;
		package) step package tests/packaging/run ;;
	esac
}

some() {
	filter=${filter#tests/}
	first=${filter%%/*}
	rest=${filter#"$first"}
	if is_known "$first" ''; then
		is_known "$first" "${rest#/}" || nothing
		one "$first" "${rest#/}"
	elif [ -d "tests/phpt/$first" ]; then
		is_known phpt "$filter" || nothing
		one phpt "$filter"
	else
		is_known unit "$filter" || is_known phpt "$filter" || nothing
		! is_known unit "$filter" || one unit "$filter"
		! is_known phpt "$filter" || one phpt "$filter"
	fi
}

tell_skips() {
	[ -s "$skips" ] || return 0
	echo "== not tried"
	sort "$skips" | uniq -c
}

tell_failures() {
	[ ! -s "$failures" ] || { echo "== failed" && cut -c1-300 "$failures"; }
}

# Each test once, with the step that it took longest in.
tell_times() {
	if [ -s "$STRATA_TIMES" ]; then
		echo "== the slowest tests"
		sort -rn "$STRATA_TIMES" | awk '!seen[$3]++ { printf "%7.1f s  %-6s  %s\n", $1 / 1000, $2, $3 }' | head -n 10
	fi
	took=$(($(date +%s) - started))
	echo "== $((took / 60)) min $((took % 60)) s in all"
}

trap clean_up EXIT
trap 'exit 1' INT TERM HUP
tests/support/php_packages.sh
if [ "$filter" ]; then
	some
else
	tests/support/packages.sh git iproute2 iptables libapache2-mod-php nginx-light php-cgi php-fpm \
		php-apcu php-igbinary php-memcached php-redis php-sqlite3 php-symfony-cache \
		php-symfony-http-foundation redis-server tidy wrk
	all
fi

tell_skips
tell_times
tell_failures
if [ "$skipped" -ne 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
