#!/bin/sh
# A function of more than 40 lines, a file of more than 800, or a folder of more than 25 files answers
# more than one question. A test may take 60 lines to tell its story.
set -eu
bad=0

git ls-files 'ext/*.c' 'ext/*.h' 'tests/*.c' 'tests/*.h' 'benchmarks/*.c' | grep -v '_arginfo\.h$' | xargs awk '
	FNR == 1 { inside = 0; most = FILENAME ~ /^ext/ ? 40 : 60 }
	/^\{/ { inside = 1; start = FNR }
	/^\}/ && inside {
		inside = 0
		if (FNR - start - 1 > most) {
			print FILENAME ":" start ": a function of " FNR - start - 1 " lines"
			bad = 1
		}
	}
	FNR == 801 && FILENAME ~ /^ext/ { print FILENAME ": more than 800 lines"; bad = 1 }
	END { exit bad }' || bad=1

git ls-files 'ext/*.c' 'ext/*.h' | sed 's|/[^/]*$||' | sort | uniq -c |
	awk '$1 > 25 { print $2 ": a folder of " $1 " files"; bad = 1 } END { exit bad }' || bad=1
exit $bad
