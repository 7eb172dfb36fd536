#!/bin/sh
# trixie_source.sh PACKAGE DIR — unpack the upstream source of a Debian 13 package into DIR.
#
# The machine's own apt configuration is not touched: a scratch one, with the machine's own mirror
# and Debian's own keys, knows trixie's sources and nothing else. DIR appears only when complete.
# Prints one line saying why when the source cannot be had.
set -eu

package=$1 target=$2
"$(dirname "$0")/packages.sh" xz-utils

# shellcheck disable=SC2016 # apt's variables
mirror=$(apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(CODENAME)' 'Created-By: Packages' |
	sed -n 's/|Debian|[a-z]*$//p' | head -n 1)
[ -n "$mirror" ] || {
	echo "no Debian mirror among this machine's apt sources"
	exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$scratch/source"
# apt drops its rights to _apt to download, and that user must be able to enter.
chmod 755 "$scratch"
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
	>"$scratch/sources.list"

apt_scratch() {
	apt-get -qq -o Dir::Etc::SourceList="$scratch/sources.list" -o Dir::Etc::SourceParts=- \
		-o Dir::State::Lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@"
}

if ! apt_scratch update >"$scratch/log" 2>&1; then
	echo "apt cannot read trixie's sources from $mirror: $(tail -n 1 "$scratch/log")"
	exit 1
fi
cd "$scratch/source"
if ! apt_scratch source --download-only "$package" >"$scratch/log" 2>&1; then
	echo "apt cannot fetch the source of $package: $(tail -n 1 "$scratch/log")"
	exit 1
fi

mkdir unpacked
tar -xf ./*.orig.tar.?z -C unpacked --strip-components=1
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv unpacked "$target"
