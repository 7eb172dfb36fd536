#!/bin/sh
# run.sh local [KILLS] — what is left of a cache whose users are killed all the time?
# run.sh fpm [SECONDS] — does any request fail while php-fpm recycles its workers and is reloaded under load?
#
# Half of the kills hit processes that hold values where they lie, the other half such as keep
# copies. The same load on APCu comes last, as a figure. Ends with the sum.
set -eu
cd "$(dirname "$0")/../.."

usage() {
	echo "usage: ./dev chaos local [kills] | fpm [seconds]" >&2
	exit 2
}

if [ "${1:-}" = fpm ]; then
	tests/support/packages.sh nginx-light php-fpm wrk
	export STRATA_LOAD_SECONDS="${2:-60}"
	exec tests/phpt.sh nts workers_come_and_go_under_load
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
