#!/bin/sh
# chosen.sh FOLDER PATTERN [FILTER] — the files below FOLDER named like PATTERN that FILTER chooses.
#
# FILTER is folders and part of a path: "cluster" is what FOLDER/cluster holds, "cluster/moved" what
# has "moved" in its path there, "moved" what has it anywhere. Exit code 1 when that is nothing.
set -eu
folder=$1 pattern=$2 part=${3:-}

while [ "$part" ] && [ -d "$folder/${part%%/*}" ]; do
	folder=$folder/${part%%/*}
	case $part in
		*/*) part=${part#*/} ;;
		*) part= ;;
	esac
done
find "$folder" -name "$pattern" | sort | awk -v from=$((${#folder} + 2)) -v part="$part" '
	index(substr($0, from), part) || part == "" { print; found = 1 }
	END { exit !found }'
