#!/bin/sh
# The layout of C is not a matter of opinion: ./dev format settles it.
set -eu
tests/support/format.sh --check 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c |
	awk '{ print $2 ": " $1 " places (./dev format puts them right)"; bad = 1 } END { exit bad }'
