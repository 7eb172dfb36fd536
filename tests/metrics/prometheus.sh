#!/bin/sh
# prometheus.sh PROGRAM — print the path of promtool or prometheus, as Debian builds them.
#
# Where the package is not installed it is unpacked below .build: what it depends on is for its own web pages.
set -eu
cd "$(dirname "$0")/../.."

if command -v "$1"; then
	exit 0
fi
folder=$PWD/.build/prometheus
if [ ! -x "$folder/usr/bin/$1" ]; then
	mkdir -p "$folder"
	cd "$folder"
	{ apt-get -qq download prometheus || { apt-get -qq update && apt-get -qq download prometheus; }; } >/dev/null 2>&1 || {
		echo "there is no $1, and Debian's package prometheus could not be had"
		exit 1
	}
	dpkg -x prometheus_*.deb .
	rm prometheus_*.deb
fi
echo "$folder/usr/bin/$1"
