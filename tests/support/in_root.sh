#!/bin/sh
# in_root.sh ROOT FOLDER COMMAND... — run a command in a private Debian (debian_root.sh), with this
# machine's /dev, a /proc, and FOLDER of this machine at the same place in there; / shows nothing.
#
# All mounts are in a namespace of the command's own, and gone with it.
set -eu

# shellcheck disable=SC2016 # for the shells in there
exec unshare -m --propagation private sh -euc '
	root=$1 folder=$2
	shift 2
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	if [ "$folder" != / ]; then
		mkdir -p "$root$folder"
		mount --bind "$folder" "$root$folder"
	fi
	exec chroot "$root" sh -c "cd \"\$0\" && exec \"\$@\"" "$folder" "$@"
' sh "$@"
