#!/bin/sh
# run.sh [--against OTHER/strata.so] — instructions of each public operation, counted by callgrind.
#
# The same build counted twice differs by less than 0.1 %, and by 0.4 % where a hundred keys come from
# servers; so two builds can be told apart where times cannot. The build is that of users, with
# link-time optimization.
set -eu
cd "$(dirname "$0")/../.."

other=
if [ "${1:-}" = --against ]; then
	other=$(realpath "$2")
elif [ $# -ne 0 ]; then
	echo "usage: ./dev bench instructions [--against OTHER/strata.so]" >&2
	exit 2
fi

so=$(tests/support/build_so.sh)
tests/support/packages.sh valgrind php-common util-linux
sections=$PWD/.build/sections.so
gcc -O2 -shared -fPIC -Wall -Wextra -Werror -o "$sections" \
	benchmarks/instructions/sections.c tests/support/nodeepbind.c -ldl

# The servers and what is measured share one processor, and a server goes first: so it has always
# answered in full when the answer is read, and every run reads it in as many pieces.
taskset -pc "$(taskset -pc $$ | sed 's/.*: *\([0-9]*\).*/\1/')" $$ >/dev/null

servers=$(tests/support/servers.sh start)
trap 'tests/support/servers.sh stop "$servers"' EXIT
trap 'exit 1' INT TERM HUP
# shellcheck disable=SC1091 # written by servers.sh
. "$servers/env"
php -n benchmarks/instructions/instructions.php "$sections" "$so" ${other:+"$other"}
