#!/bin/sh
# The README's table of directives is the one the extension is made from. With --write, it becomes so.
set -eu
cd "$(dirname "$0")/../.."

begin='<!-- settings:begin -->'
end='<!-- settings:end -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! grep -qxF -e "$begin" README.md || ! grep -qxF -e "$end" README.md; then
	echo "README.md has no lines $begin and $end for the table to stand between"
	exit 1
fi

# conf/ini.c is for PHP.
# shellcheck disable=SC2046 # a list of files
gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iext -o "$work/table" \
	tests/support/settings_table.c ext/base/view.c \
	$(find ext/conf -name '*.c' ! -name ini.c)
"$work/table" >"$work/rows"

# Empty lines around the table, or Markdown takes the comments for a part of it.
awk -v begin="$begin" -v end="$end" -v rows="$work/rows" '
	$0 == end { inside = 0; print "" }
	!inside { print }
	$0 == begin { inside = 1; print ""; while ((getline row < rows) > 0) print row }
' README.md >"$work/readme"

if [ "${1:-}" = --write ]; then
	cmp -s "$work/readme" README.md || cat "$work/readme" >README.md
elif ! diff -u --label README.md --label "ext/conf/settings.h" README.md "$work/readme"; then
	echo "tests/lint/readme_settings.sh --write brings README.md up to date"
	exit 1
fi
