#!/bin/sh
# One way down: a folder of ext/ includes only itself and folders of lower rank, never a sibling,
# and PHP stops at the skin.
set -eu

rank() {
	case $1 in
		base) echo 0 ;;
		os) echo 1 ;;
		host) echo 2 ;;
		net | conf) echo 3 ;;
		health | stats) echo 4 ;;
		protocol | store) echo 5 ;;
		node) echo 6 ;;
		redis/cluster | redis/sentinel) echo 7 ;;
		codec | redis | memcached) echo 8 ;;
		tier) echo 9 ;;
		tier/memcached | tier/redis) echo 10 ;;
		cache) echo 11 ;;
		api/request) echo 12 ;;
		api/value) echo 13 ;;
		api) echo 14 ;;
		ext/*) echo 0 ;; # PHP's own "ext/standard/…"
		*) echo unknown ;;
	esac
}

php='\b(zval|(zend|php)_[a-z_]+|(ZEND|PHP|TSRM)_[A-Z_]+|[ep]?e(malloc|calloc|realloc|free))\b|include *"php.*"'
bad=0
complain() {
	echo "$1"
	bad=1
}

for file in $(git ls-files 'ext/*/*.c' 'ext/*/*.h'); do
	from=$(dirname "${file#ext/}")
	[ "$(rank "$from")" != unknown ] || complain "$file: the folder $from/ has no rank"
	for to in $(sed -n 's|^# *include "\([a-z_/]*\)/.*|\1|p' "$file" | sort -u); do
		if [ "$(rank "$to")" = unknown ]; then
			complain "$file: includes from $to/, which has no rank"
		elif [ "$from" != "$to" ] && [ "$(rank "$from")" -le "$(rank "$to")" ]; then
			complain "$file: $from/ may not include $to/"
		fi
	done

	case $file in
		ext/api/* | ext/codec/* | ext/conf/ini.[ch]) continue ;;
	esac
	# The compiler drops the comments, which may well speak of PHP.
	found=$(gcc -fpreprocessed -dD -E -P "$file" 2>/dev/null | grep -oE "$php" | sort -u | tr '\n' ' ')
	[ -z "$found" ] || complain "$file: is plain C and may not use $found"
done
exit $bad
