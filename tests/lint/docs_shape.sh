#!/bin/sh
# The README is short, no line of a page is wider than a window, and the glossary is in order.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
	echo "$1"
	bad=1
}

lines=$(wc -l <README.md)
[ "$lines" -le 120 ] || complain "README.md has $lines lines: the limit is 120"

# A table of the docs cannot be wrapped. Columns are characters, not bytes.
for page in README.md CHANGELOG.md SECURITY.md docs/*.md docs/stories/*.md; do
	LC_ALL=C.UTF-8 grep -nE '^.{121,}' "$page" >"$work/long" || continue
	case $page in
		SECURITY.md | docs/*) grep -vE '^[0-9]+:\|' "$work/long" >"$work/kept" || continue ;;
		*) mv "$work/long" "$work/kept" ;;
	esac
	complain "$page: lines of more than 120 columns: $(cut -d: -f1 "$work/kept" | tr '\n' ' ')"
done

# * **term**: one sentence.
sed -n 's/^\* \*\*\([^*]*\)\*\*:.*/\1/p' docs/glossary.md >"$work/terms"
LC_ALL=C sort -fu "$work/terms" >"$work/sorted"
diff "$work/terms" "$work/sorted" >"$work/moved" ||
	complain "docs/glossary.md: terms that are out of order, or there twice:
$(cat "$work/moved")"
exit $bad
