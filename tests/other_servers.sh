#!/bin/sh
# other_servers.sh valkey-8.1 | valkey-9 | redis-8 [filter] — phpt on the PHP of this machine against these
# servers and the memcached of the same Debian: 1.6.38 with the first and the last, 1.6.45 with valkey-9.
#
# They lie in a private root and are run from outside by that root's own loader, so that tests start,
# stop and kill them like any others. Without a filter it runs every area that needs a server.
# Ends with the sum.
set -eu
cd "$(dirname "$0")/.."

name=$1 filter=${2:-}
case $name in
	valkey-8.1) release=trixie package=valkey server=valkey ;;
	valkey-9) release=sid package=valkey server=valkey ;;
	redis-8) release=trixie package=redis server=redis ;;
	*)
		echo "usage: other_servers.sh valkey-8.1 | valkey-9 | redis-8 [filter]" >&2
		exit 2
		;;
esac

if ! root=$(tests/support/debian_root.sh "$name" "$release" "$package-tools" memcached); then
	echo "skipped $name: $root"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi

programs=$PWD/.build/$name
rm -rf "$programs"
mkdir -p "$programs"

# wrap NAME PROGRAM: the folder's NAME runs the root's PROGRAM. The checker of Debian is the server when
# it is called by that name. A set of libraries of another Debian fits its own loader only.
wrap() {
	cat >"$programs/$1" <<END
#!/bin/sh
exec "$root/lib64/ld-linux-x86-64.so.2" --argv0 "$1" \\
	--library-path "$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/$2" "\$@"
END
	chmod +x "$programs/$1"
}
wrap redis-server "$server-check-rdb"
wrap redis-cli "$server-cli"
wrap memcached memcached

export PATH="$programs:$PATH"
echo "$(redis-server --version | cut -d ' ' -f 1-3), $(memcached -V)"
if [ "$filter" ]; then
	exec tests/phpt.sh nts "$filter"
fi
exec tests/phpt.sh servers
