#!/bin/sh
# A function of more than 60 lines, or a file of more than 800, answers more than one question.
set -eu

git ls-files 'ext/*.c' 'ext/*.h' 'tests/*.c' | grep -v '_arginfo\.h$' | xargs awk '
	FNR == 1 { inside = 0 }
	/^\{/ { inside = 1; start = FNR }
	/^\}/ && inside {
		inside = 0
		if (FNR - start - 1 > 60) {
			print FILENAME ":" start ": a function of " FNR - start - 1 " lines"
			bad = 1
		}
	}
	FNR == 801 && FILENAME ~ /^ext/ { print FILENAME ": more than 800 lines"; bad = 1 }
	END { exit bad }'
