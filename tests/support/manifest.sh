#!/bin/sh
# manifest.sh [--check] — write the lists of files that config.m4 and package.xml carry, from the
# files git tracks: `git add` a new file, then run this. With --check, change nothing and fail when
# a list is not what it should be.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C
tests/support/packages.sh git
git ls-files --error-unmatch config.m4 >/dev/null 2>&1 || {
	echo "strata: the lists are made of what git tracks, and $PWD is no checkout of git" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sources() {
	git ls-files 'ext/*.c' | sort | sed 's/^/    /'
}

# What .gitattributes does not keep from `git archive`, with the role pecl wants to know.
contents() {
	git ls-files | git check-attr --stdin export-ignore | sed -n 's/: export-ignore: unspecified$//p' |
		grep -vx package.xml | sort | while read -r file; do
		case $file in
			ext/* | command/* | config.m4 | *.h) role=src ;;
			strata) role=script ;;
			tests/*) role="test" ;;
			*) role=doc ;;
		esac
		echo "      <file name=\"$file\" role=\"$role\" />"
	done
}

# rewrite FILE AFTER BEFORE LIST: the lines between those matching AFTER and BEFORE become LIST.
rewrite() {
	awk -v after="$2" -v before="$3" -v list="$4" '
		inside && $0 ~ before { inside = 0 }
		!inside { print }
		!inside && $0 ~ after { inside = 1; while ((getline line < list) > 0) print line }
	' "$1" >"$work/new"
	cmp -s "$1" "$work/new" && return
	if [ "$check" ]; then
		echo "$1 does not list what git tracks (tests/support/manifest.sh writes it):"
		diff "$1" "$work/new" | sed -n 's/^[<>].*/	&/p'
		status=1
	else
		cat "$work/new" >"$1"
	fi
}

check=${1:-}
status=0
sources >"$work/sources"
contents >"$work/contents"
rewrite config.m4 '^  STRATA_SOURCES="$' '^  "$' "$work/sources"
rewrite package.xml '<dir name="/">' '</dir>' "$work/contents"
exit $status
