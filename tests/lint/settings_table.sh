#!/bin/sh
# The table of directives in the docs is the one the extension is made from. With --write, it becomes so.
set -eu
cd "$(dirname "$0")/../.."

page=docs/configuration.md
begin='<!-- settings:begin -->'
end='<!-- settings:end -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! grep -qxF -e "$begin" "$page" || ! grep -qxF -e "$end" "$page"; then
	echo "$page has no lines $begin and $end for the table to stand between"
	exit 1
fi

# conf/ini*.c is for PHP.
# shellcheck disable=SC2046 # a list of files
gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iext -o "$work/table" \
	tests/support/settings_table.c ext/base/buffer.c ext/base/view.c \
	$(find ext/conf -name '*.c' ! -name 'ini*.c')
"$work/table" >"$work/rows"

# Empty lines around the table, or Markdown takes the comments for a part of it.
awk -v begin="$begin" -v end="$end" -v rows="$work/rows" '
	$0 == end { inside = 0; print "" }
	!inside { print }
	$0 == begin { inside = 1; print ""; while ((getline row < rows) > 0) print row }
' "$page" >"$work/page"

if [ "${1:-}" = --write ]; then
	cmp -s "$work/page" "$page" || cat "$work/page" >"$page"
elif ! diff -u --label "$page" --label "ext/conf/settings.h" "$page" "$work/page"; then
	echo "tests/lint/settings_table.sh --write brings $page up to date"
	exit 1
fi
