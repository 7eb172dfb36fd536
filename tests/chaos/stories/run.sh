#!/bin/sh
# run.sh LETTER [--short] [--write] — installs what a story needs, and tells it in a network of its own.
#
# --short takes about 10 s. --write puts the table and the picture into docs/stories. Ends with the sum.
set -eu
cd "$(dirname "$0")/../../.."

letter=${1:-}
case $letter in
	a | b | c | d | e) ;;
	*)
		echo "usage: ./dev chaos story a | b | c | d | e [--short] [--write]" >&2
		exit 2
		;;
esac
STRATA_SO=${STRATA_SO:-$(tests/support/build_so.sh)}
export STRATA_SO
tests/support/packages.sh php-fpm php-igbinary php-msgpack php-redis php-memcached php-apcu \
	memcached redis-server redis-tools iproute2 iptables
# MariaDB is large: the short form takes it where it is, and SQLite where it is not.
case $letter in
	d)
		tests/support/packages.sh php-symfony-http-foundation php-sqlite3
		case " $* " in
			*" --short "*) ;;
			*) tests/support/packages.sh mariadb-server php-mysql ;;
		esac
		;;
	e) tests/support/packages.sh php-symfony-cache php-sqlite3 ;;
esac

# Threads need a PHP of their own, which is built once. A short form does not wait for that.
case $letter:$* in
	b:*--short*) ;;
	b:*)
		if STRATA_ZTS_PHP=$(tests/support/php_from_source.sh zts); then
			STRATA_ZTS_SO=$(tests/support/build_so.sh release "$STRATA_ZTS_PHP")
			STRATA_ZTS_PEER=$(tests/chaos/stories/php_memcached_zts.sh "$STRATA_ZTS_PHP") || STRATA_ZTS_PEER="not built: $STRATA_ZTS_PEER"
			export STRATA_ZTS_SO STRATA_ZTS_PEER
		fi
		export STRATA_ZTS_PHP
		;;
esac

tell() {
	# The namespace ends with its first process, and all that it started with it.
	exec unshare -n -m -p -f --kill-child --mount-proc sh -c 'ip link set lo up && exec "$@"' sh \
		php -n -d extension=posix -d memory_limit=1G tests/chaos/story.php "$@"
}

if unshare -n -m -p -f --mount-proc sh -c 'ip link set lo up && iptables -A INPUT -p tcp --dport 1 -j DROP' 2>/dev/null; then
	export STRATA_CHAOS_NAMESPACE=1
	tell "$@"
fi
exec php -n -d extension=posix -d memory_limit=1G tests/chaos/story.php "$@"
