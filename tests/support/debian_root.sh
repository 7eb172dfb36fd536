#!/bin/sh
# debian_root.sh NAME RELEASE PACKAGES... — print the folder of a private Debian with these packages.
#
# RELEASE is a release that Debian's mirror has, as trixie or sid; with "+experimental" behind it, what
# the release has not comes from there. The folder is kept, and never a part of this machine's own
# system: in_root.sh runs commands in it, and its programs can be run from outside (other_servers.sh).
# When there is none to be had, one line says why and the exit code is 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

name=$1 release=${2%+experimental} suites=$2
shift 2
mirror=http://deb.debian.org/debian
cache=${XDG_CACHE_HOME:-$HOME/.cache}/strata/roots
root=$cache/$name
log=$cache/$name.log

give_up() {
	echo "$*; see $log"
	exit 1
}

mkdir -p "$cache"
exec 9>"$cache/$name.lock"
flock 9
: >>"$log"
[ "$(id -u)" = 0 ] || give_up "a private Debian takes root rights"
unshare -m true 2>>"$log" || give_up "a private Debian takes mount namespaces"
"$here/packages.sh" debootstrap

# It appears when complete. A mirror that stands still for a while is good enough for tests.
make_root() {
	rm -rf "$root.new"
	debootstrap --variant=minbase --include=ca-certificates "$release" "$root.new" "$mirror"
	case $suites in
		*+experimental) echo "deb $mirror experimental main" >>"$root.new/etc/apt/sources.list" ;;
	esac
	echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/90strata"
	printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
	chmod 755 "$root.new/usr/sbin/policy-rc.d"
	mv "$root.new" "$root"
}

inside() {
	"$here/in_root.sh" "$root" / "$@"
}

if [ ! -d "$root" ]; then
	echo "strata: making a private Debian $suites in $root" >&2
	make_root >"$log" 2>&1 9>&- || give_up "there is no Debian $release to be had from $mirror"
fi
# shellcheck disable=SC2016 # for the shell in there
inside sh -c '
	dpkg-query -W -f="\${db:Status-Status}\n" "$@" 2>/dev/null | grep -cx installed | grep -qx $#
' sh "$@" || {
	echo "strata: installing $* there" >&2
	# shellcheck disable=SC2016
	inside sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends "$@"' sh "$@" >"$log" 2>&1 </dev/null 9>&- ||
		give_up "Debian $suites has no" "$@"
}
echo "$root"
