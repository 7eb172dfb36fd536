#!/bin/sh
# format.sh [--check] — clang-format on every C file that a person wrote.
set -eu
cd "$(dirname "$0")/../.."
tests/support/packages.sh git clang-format-14

mode=-i
[ "${1:-}" != --check ] || mode="--dry-run -Werror"
# shellcheck disable=SC2086 # a list of options
git ls-files '*.c' '*.h' | grep -v '_arginfo\.h$' | xargs clang-format-14 $mode --style=file
