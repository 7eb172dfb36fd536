#!/bin/sh
# What the docs name is there: functions of files, files, links, and words of the code.
#
#     api/single.c:strata_api_get     a file of ext/, and a function that it defines
#     `ext/conf/settings.h`           a file or a folder, also without ext/
#     [words](page.md#heading)        a page and a heading in it
#     `strata_breaker_admit`          a name that the sources know
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
complain() {
	echo "$1"
	bad=1
}

# A definition begins in the first column and is no prototype: a body follows it.
defines() {
	awk -v name="$2" '
		$0 ~ "^[A-Za-z].*[^A-Za-z0-9_]" name "[()]" { open = 1 }
		open && /;$/ { open = 0 }
		open && /\{$/ { found = 1; exit }
		END { exit !found }' "$1"
}

# A heading as GitHub makes an anchor of it.
anchors() {
	sed -n 's/^#\{1,6\} //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

for page in README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs/*.md docs/stories/*.md; do
	grep -oE '[a-z_/]+\.[ch]:[A-Za-z_]+' "$page" | sort -u >"$work/functions" || true
	while IFS=: read -r file name; do
		if [ ! -e "ext/$file" ]; then
			complain "$page: there is no ext/$file"
		elif ! defines "ext/$file" "$name"; then
			complain "$page: ext/$file does not define $name"
		fi
	done <"$work/functions"

	# Behind a blank there are arguments; what holds other marks is a pattern.
	grep -oE '`[a-zA-Z_./-]+[` ]' "$page" | tr -d '` ' | sort -u |
		grep -E '^(ext|tests|docs|benchmarks)/|^[a-z_/]+\.[ch]$' >"$work/files" || true
	while read -r file; do
		[ -e "$file" ] || [ -e "ext/$file" ] || complain "$page: there is no $file"
	done <"$work/files"

	grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//' | grep -v '^https*:' | sort -u >"$work/links" || true
	while read -r link; do
		target=${link%%#*}
		target=${target:+$(dirname "$page")/$target}
		target=${target:-$page}
		if [ ! -e "$target" ]; then
			complain "$page: a link leads to $target, which is not there"
		elif [ "${link#*#}" != "$link" ] && ! anchors "$target" | grep -qxF -e "${link#*#}"; then
			complain "$page: $target has no heading for #${link#*#}"
		fi
	done <"$work/links"

	grep -oE '\b(strata|STRATA)_[A-Za-z0-9_]*[A-Za-z0-9]\b' "$page" | sort -u >"$work/names" || true
	while read -r name; do
		git grep -qw -e "$name" -- ext tests bridges command config.m4 php_strata.h ||
			complain "$page: no source knows the name $name"
	done <"$work/names"
done

# The table of the house has every room.
for folder in $(git ls-files 'ext/*/*.[ch]' | sed 's|/[^/]*$||' | sort -u); do
	grep -qF -e "\`${folder#ext/}/\`" docs/architecture.md ||
		complain "docs/architecture.md: the folder ${folder#ext/}/ is not in the table"
done
exit $bad
