#!/bin/sh
# run.sh [filter] — everything, in steps; each step ends with a line "N passed, N failed[, N skipped]"
# and the last line here is their sum.
#
# The filter is the name of a step, or part of the names of unit tests and phpt files.
set -eu
cd "$(dirname "$0")/.."

filter=${1:-}
passed=0 failed=0 skipped=0
out=.build/step.out
mkdir -p .build

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
	echo "   $name: $sum ($(($(date +%s) - begun)) s)"
}

figure() {
	found=$(echo "$sum" | sed -n "s/.*\b\([0-9][0-9]*\) $1.*/\1/p")
	echo "${found:-0}"
}

start_servers() {
	servers=$(tests/support/servers.sh start) || {
		echo "the servers did not start: the steps that need them will say so"
		failed=$((failed + 1))
		return
	}
	trap 'tests/support/servers.sh stop "$servers"' EXIT
	trap 'exit 1' INT TERM HUP
	# shellcheck disable=SC1091 # written by servers.sh
	. "$servers/env"
}

all() {
	step "lint" tests/lint/run
	step "unit tests, asan and ubsan" tests/unit/run asan
	step "fuzz, asan and ubsan" tests/fuzz/run
	step "images" tests/image/run
	start_servers
	step "phpt, PHP of this machine" tests/phpt.sh nts
	step "phpt, asan and ubsan" tests/phpt.sh asan
	step "phpt, images overwritten once nobody holds them" tests/phpt.sh poison
	step "PSR-16 integration suite" tests/psr16/run
	step "phpt, PHP 8.4 ZTS debug" tests/phpt.sh zts
	step "threads" tests/threads/run
	step "package" tests/packaging/run
}

some() {
	case $filter in
		lint) step lint tests/lint/run ;;
		unit) step unit tests/unit/run asan ;;
		fuzz) step fuzz tests/fuzz/run ;;
		images) step images tests/image/run ;;
		threads) step threads tests/threads/run ;;
		tsan) step "unit, tsan" tests/unit/run tsan ;;
		phpt) step phpt tests/phpt.sh nts ;;
		asan | poison | zts) step "phpt, $filter" tests/phpt.sh "$filter" ;;
		psr16) start_servers && step psr16 tests/psr16/run ;;
		package) step package tests/packaging/run ;;
		*)
			step "unit tests named $filter" tests/unit/run asan "$filter"
			step "phpt named $filter" tests/phpt.sh nts "$filter"
			;;
	esac
}

tests/support/php_packages.sh
if [ "$filter" ]; then
	some
else
	tests/support/packages.sh git libapache2-mod-php nginx-light php-cgi php-fpm php-igbinary \
		php-memcached wrk
	all
fi

if [ "$skipped" -ne 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
