#!/bin/sh
# packages.sh PACKAGE... — see to it that these Debian packages are installed.
#
# Asks for root rights, and for the network, only when one is missing. Daemons that come along are
# neither started now nor at the next boot: the tests start their own.
set -eu

missing=
if command -v dpkg-query >/dev/null; then
	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
			missing="$missing $package"
	done
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "strata: run this as root, or install yourself:$missing" >&2
		exit 1
	}
	exec sudo -- "$0" "$@"
fi

echo "strata: installing$missing" >&2

policy=/usr/sbin/policy-rc.d
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -e "$policy" ]; then
	trap 'rm -f "$log" "$policy"' EXIT
	trap 'exit 1' INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi

services() {
	ls /etc/init.d 2>/dev/null || true
}
before=" $(services | tr '\n' ' ') "

install() {
	# shellcheck disable=SC2086 # a list of names
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y \
		--no-install-recommends $missing </dev/null >"$log" 2>&1
}

# The lists may be absent or old: they are fetched when apt turns out to need them.
install || { apt-get -qq update >"$log" 2>&1 && install; } || {
	tail -n 15 "$log" >&2
	echo "strata: apt-get could not install$missing" >&2
	exit 1
}

for service in $(services); do
	case $before in
		*" $service "*) ;;
		*) update-rc.d "$service" disable >/dev/null 2>&1 || true ;;
	esac
done
