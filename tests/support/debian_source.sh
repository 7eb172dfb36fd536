#!/bin/sh
# debian_source.sh PACKAGE DIR SUITE... — unpack the upstream source of a Debian package into DIR,
# from the first of the suites that has it, and print the name of that suite.
#
# The machine's own apt configuration is not touched: a scratch one, with the machine's own mirrors
# and Debian's own keys, knows one suite's sources and nothing else. DIR appears only when complete.
# Prints one line saying why when the source cannot be had: a mirror may list what it does not hold.
set -eu

package=$1 target=$2
shift 2
"$(dirname "$0")/packages.sh" xz-utils

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# apt drops its rights to _apt to download, and that user must be able to enter.
chmod 755 "$scratch"

# mirror_of SUITE: where this machine gets Debian from; security suites are a place of their own.
mirror_of() {
	case $1 in
		*-security) label=Debian-Security ;;
		*) label=Debian ;;
	esac
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
		awk -v label="$label" '$2 == "Debian" && $3 == label { print $1; exit }'
}

apt_scratch() {
	apt-get -qq -o Dir::Etc::SourceList="$scratch/sources.list" -o Dir::Etc::SourceParts=- \
		-o Dir::State::Lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@" >"$scratch/log" 2>&1
}

# download SUITE: into the folder $scratch/source.
download() {
	rm -rf "$scratch/lists" "$scratch/cache" "$scratch/source"
	mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$scratch/source"
	mirror=$(mirror_of "$1")
	if [ -z "$mirror" ]; then
		echo "this machine has no mirror of $1" >"$scratch/log"
		return 1
	fi
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" \
		>"$scratch/sources.list"
	apt_scratch update && (cd "$scratch/source" && apt_scratch source --download-only --tar-only "$package")
}

missed=
for suite in "$@"; do
	if download "$suite"; then
		mkdir "$scratch/unpacked"
		tar -xf "$scratch"/source/*.orig.tar.?z -C "$scratch/unpacked" --strip-components=1
		mkdir -p "$(dirname "$target")"
		rm -rf "$target"
		mv "$scratch/unpacked" "$target"
		echo "$suite"
		exit 0
	fi
	why=$(sed -n 's/ *\[IP: .*//; s|Failed to fetch http://.*/||; s/   */ /; s/^E: //p' "$scratch/log" | head -n 1)
	missed="$missed${missed:+, }$suite (${why:-$(tail -n 1 "$scratch/log")})"
done
echo "no source of $package in $missed"
exit 1
