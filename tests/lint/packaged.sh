#!/bin/sh
# What a packaged test names is in the package too: a user runs `make test` with nothing else.
#
# Scripts of the shell are not packaged. What needs one skips itself where it is not there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

git ls-files tests | git check-attr --stdin export-ignore >"$work/all"
sed -n 's/: export-ignore: unspecified$//p' "$work/all" >"$work/packaged"
sed -n 's/: export-ignore: set$//p' "$work/all" | grep -E '^tests/(chaos|support)/' | grep -v '\.sh$' >"$work/others"
while read -r file; do
	xargs grep -lF -e "/$(basename "$file")'" -e "/$(basename "$file")\"" <"$work/packaged" >"$work/users" || continue
	echo "$file is in no package (.gitattributes), and needed by $(head -n 1 "$work/users")"
	bad=1
done <"$work/others"
exit $bad
