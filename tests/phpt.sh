#!/bin/sh
# phpt.sh nts | asan | poison | zts | root | servers [filter] — the phpt suite on one build of PHP and strata.
#
#   nts    the PHP of this machine
#   asan   the same, strata built with the address and undefined-behaviour sanitizers
#   poison the same, strata built to overwrite every image that nobody holds any more
#   zts    a thread-safe PHP from source, which reports every leak of its own memory
#   root   the PHP of the private Debian that this runs in (other_php.sh)
#   servers  the PHP of this machine, on other servers (other_servers.sh)
#
# Without a filter a build runs the areas that tests/phpt/areas gives it, in their order there.
# support/chosen.sh says what a filter chooses.
# Servers are found through STRATA_TEST_*, and started here when nobody did. Ends with the sum.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-nts}
filter=${2:-}
prefix=

mkdir -p .build
all=$(tests/support/chosen.sh tests/phpt '*.phpt' "$filter") || {
	echo "strata: there is no test $filter in tests/phpt" >&2
	exit 2
}

broken() {
	echo "FAILED phpt ($kind): $*"
	echo "0 passed, 1 failed"
	exit 1
}

case $kind in
	nts | root | servers) so=$(tests/support/build_so.sh dev) || broken "no strata.so" ;;
	asan) so=$(tests/support/build_so.sh sanitize) || broken "no strata.so" ;;
	poison) so=$(tests/support/build_so.sh poison) || broken "no strata.so" ;;
	zts)
		if ! prefix=$(tests/support/php_from_source.sh zts); then
			echo "skipped zts: $prefix"
			echo "0 passed, 0 failed, 1 skipped"
			exit 0
		fi
		so=$(tests/support/build_so.sh dev "$prefix") || broken "no strata.so for the PHP from source"
		;;
esac
php=$(command -v "${prefix:+$prefix/bin/}php")
build=$(dirname "$(dirname "$so")")
list=$build/phpt.list
log=$build/phpt.log

unlisted=$(for folder in tests/phpt/*/; do
	area=$(basename "$folder")
	grep -q "^$area " tests/phpt/areas || echo "$area"
done)
# shellcheck disable=SC2086 # a list of words
[ -z "$unlisted" ] || broken "tests/phpt/areas does not list" $unlisted

# By areas in their order: all that a filter chooses, or what this build is for.
sed 's/#.*//' tests/phpt/areas | while read -r area builds; do
	case " ${filter:+$kind }$builds " in
		*" $kind "*) echo "$all" | grep "^tests/phpt/$area/" || true ;;
	esac
done >"$list"

if [ -z "${STRATA_TEST_MEMCACHED:-}" ]; then
	servers=$(tests/support/servers.sh start) || broken "no servers"
	trap 'tests/support/servers.sh stop "$servers"' EXIT
	trap 'exit 1' INT TERM HUP
	# shellcheck disable=SC1091 # written by servers.sh
	. "$servers/env"
fi

export STRATA_SO="$so" STRATA_TEST_RUN=$$ TEST_PHP_EXECUTABLE="$php" NO_INTERACTION=1 LC_ALL=C
# Most tests wait most of the time, for servers or for time to pass: so more run than there are
# processors, handed out two at a time: in lots of 33, as usual, one worker gets all the slow ones.
sed 's/^\( *$maxBatchSize = \).*/\11;/' "$build/src/run-tests.php" >"$build/run-tests.php"
options="-n -q --no-progress --no-color -j$((2 * $(nproc))) -g FAIL,BORK,WARN,LEAK,SKIP --show-diff --show-slow 0"

# The defaults are for servers beside a web server with processors to spare. What a busy machine makes
# of them is not what a test is about; tests of waits say how long they are.
patience="-d strata.operation_timeout=5s -d strata.connect_timeout=5s -d strata.request_budget=0"

# The shim and the sanitizer's allocator come before everything else, and PHP's own allocator stands
# back, or the sanitizer would see one block where PHP sees thousands.
if [ "$kind" = asan ]; then
	gcc -shared -fPIC -O2 -o "$build/nodeepbind.so" tests/support/nodeepbind.c -ldl ||
		broken "the preload did not compile"
	options="$options --asan"
	export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
	export USE_ZEND_ALLOC=0
	preload="$build/nodeepbind.so $(gcc -print-file-name=libasan.so)"
fi

# shellcheck disable=SC2086 # a list of options
env ${preload:+LD_PRELOAD="$preload"} "$php" -n "$build/run-tests.php" $options \
	$patience -d extension="$so" -r "$list" >"$log" 2>&1 || true

count() {
	sed -n "s/^$1 *: *\([0-9]*\).*/\1/p" "$log" | tail -n 1 | grep . || echo 0
}
passed=$(count 'Tests passed')
skipped=$(count 'Tests skipped')
failed=$(($(count 'Tests failed') + $(count 'Tests borked') + $(count 'Tests warned') + $(count 'Tests leaked')))

grep -a '^SKIP ' "$log" | sed -n 's/^SKIP .*\[\(.*\.phpt\)\] *\(reason: \)\{0,1\}/skipped \1: /p' || true
if [ "$((passed + skipped + failed))" -ne "$(wc -l <"$list")" ]; then
	tail -n 30 "$log"
	echo "FAILED phpt ($kind): run-tests.php did not report on every test"
	failed=$((failed + 1))
elif [ "$failed" -ne 0 ]; then
	sed -n '/^========DIFF/,/^========DONE/p' "$log"
	while read -r test; do
		grep -a '^\(FAIL\|BORK\|WARN\|LEAK\).*\['"$test"'\]' "$log" || true
	done <"$list"
fi
if [ -e "${prefix:-/nowhere}/not-8.4" ]; then
	skipped=$((skipped + 1))
	echo "skipped php8.4: $(cat "$prefix/not-8.4"); it was PHP $("$prefix/bin/php-config" --version)"
fi
[ -z "${STRATA_TIMES:-}" ] ||
	sed -n "/SKIPIF of/d; s/^(\([0-9]*\)\.\([0-9]*\) s) .*\[\(.*\)\]\$/\1\2 $kind \3/p" "$log" >>"$STRATA_TIMES"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
