#!/bin/sh
# fault_proxy.sh — build the fault proxy of the tests if needed and print its path.
set -eu
cd "$(dirname "$0")/../.."

# What the sanitizers need to be in PHP has no business in a compiler.
unset LD_PRELOAD

source=tests/support/fault_proxy.c
binary=$PWD/.build/fault_proxy
mkdir -p .build
exec 9>.build/fault_proxy.lock
flock 9
if [ ! -e "$binary" ] || [ -n "$(find "$source" -newer "$binary")" ]; then
	gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Wstrict-prototypes -Wformat=2 "$source" -o "$binary.new" >&2
	mv "$binary.new" "$binary"
fi
echo "$binary"
