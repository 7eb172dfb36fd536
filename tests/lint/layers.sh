#!/bin/sh
# One way down: a folder of ext/ includes only itself and folders of lower rank, never a sibling,
# and PHP stops at the skin. tests/lint/ranks has the ranks.
set -eu

php='\b(zval|(zend|php)_[a-z_]+|(ZEND|PHP|TSRM)_[A-Z_]+|[ep]?e(malloc|calloc|realloc|free))\b|include *"php.*"'
bad=0

# PHP's own "ext/standard/…" is no folder of ours.
git ls-files 'ext/*/*.c' 'ext/*/*.h' | xargs awk '
	function complain(what) { print FILENAME ": " what; bad = 1 }
	FILENAME == "tests/lint/ranks" {
		if ($1 ~ /^[0-9]+$/) rank[$2] = $1
		next
	}
	FNR == 1 {
		from = FILENAME
		gsub(/^ext\/|\/[^\/]*$/, "", from)
		if (!(from in rank)) complain("the folder " from "/ has no rank")
	}
	/^# *include "[a-z_\/]*\// {
		to = $0
		gsub(/^[^"]*"|\/[^\/]*$/, "", to)
		if (to ~ /^ext\// || to == from) next
		if (!(to in rank)) complain("includes from " to "/, which has no rank")
		else if (from in rank && rank[from] <= rank[to]) complain(from "/ may not include " to "/")
	}
	END { exit bad }
' tests/lint/ranks || bad=1

for file in $(git ls-files 'ext/*/*.c' 'ext/*/*.h'); do
	case $file in
		ext/codec/scan/*) ;;
		ext/api/* | ext/codec/* | ext/conf/ini.[ch] | ext/conf/ini_said.[ch] | ext/conf/ini_origin.[ch]) continue ;;
	esac
	# The compiler drops the comments, which may well speak of PHP.
	found=$(gcc -fpreprocessed -dD -E -P "$file" 2>/dev/null | grep -oE "$php" | sort -u | tr '\n' ' ')
	[ -z "$found" ] || {
		echo "$file: is plain C and may not use $found"
		bad=1
	}
done
exit $bad
