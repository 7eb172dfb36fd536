#!/bin/bash
# run.sh [mediawiki | wordpress] — Debian's MediaWiki and WordPress under nginx and php-fpm, asked for 200 pages
# each without a cache and with each of several: are the pages equal, how many queries does the database
# answer, and how long does a page take?
#
# All of it lives in a folder of its own under /tmp: a MariaDB, a Redis, nginx and php-fpm with ports and
# sockets of their own, stopped by their process numbers. STRATA_APPS_KEEP=1 leaves the folder.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD

wanted=${1:-all}
case $wanted in
	all | mediawiki | wordpress) ;;
	*)
		echo "usage: ./dev bench apps [mediawiki | wordpress]" >&2
		exit 2
		;;
esac

so=$(tests/support/build_so.sh)
tests/support/packages.sh mariadb-server mediawiki nginx-light php-apcu php-curl php-fpm php-gd php-intl \
	php-mbstring php-mysql php-xml redis-tools wordpress wordpress-theme-twentytwentyone

folder=$(mktemp -d /tmp/strata_apps.XXXXXX)
# A build meanwhile must not change what the workers have in their memory.
cp "$so" "$folder/strata.so"
so=$folder/strata.so
pids=()
fpm=()
read -ra caches <<<"${STRATA_APPS_CACHES:-none apcu local redis}"

clean_up() {
	local code=$?
	for pid in "${fpm[@]}" "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	for pid in "${fpm[@]}" "${pids[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	if [ "$code" -ne 0 ]; then
		tail -n 5 "$folder"/*.log >&2 2>/dev/null || true
	fi
	[ "${STRATA_APPS_KEEP:-}" ] || rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# free_port: one that nothing listens on, below those of outgoing connections.
free_port() {
	local port=$((RANDOM % 10000 + 11000))
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((port + 1))
	done
	echo "$port"
}

# await WHAT COMMAND...: until the command is true, for 30 seconds.
await() {
	local what=$1 tries=0
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || {
			echo "waited in vain for $what" >&2
			exit 1
		}
		sleep 0.1
	done
}

user=$(id -un)
port=$(free_port)
export STRATA_APPS_FOLDER=$folder STRATA_APPS_URL=http://127.0.0.1:$port
export STRATA_APPS_MYSQL=$folder/mysql.sock STRATA_APPS_REDIS=$folder/redis.sock STRATA_APPS_ROOT=$root

# php ARGUMENTS...: as the pages are made, on the command line.
write_ini() {
	{
		echo "zend_extension=opcache"
		for name in mysqlnd ctype curl dom fileinfo gd iconv intl mbstring mysqli posix simplexml \
			tokenizer xml xmlreader xmlwriter; do
			echo "extension=$name"
		done
		echo "memory_limit=512M"
		echo "opcache.interned_strings_buffer=16"
		echo "opcache.max_accelerated_files=20000"
		echo "opcache.validate_timestamps=0"
		echo "error_log=$folder/php.log"
		echo "log_errors=1"
		echo "display_errors=0"
		echo "error_reporting=E_ALL & ~E_DEPRECATED"
		echo "date.timezone=UTC"
	} >"$folder/php.ini"
}

on_command_line() {
	PHP_INI_SCAN_DIR='' php -c "$folder/php.ini" "$@" >>"$folder/setup.log" 2>&1
}

start_mariadb() {
	mkdir "$folder/mysql"
	mariadb-install-db --no-defaults --datadir="$folder/mysql" --user="$user" --skip-test-db \
		--auth-root-authentication-method=normal >"$folder/mariadb-install.log" 2>&1
	/usr/sbin/mariadbd --no-defaults --datadir="$folder/mysql" --user="$user" --skip-networking \
		--socket="$STRATA_APPS_MYSQL" --pid-file="$folder/mysql.pid" --innodb-buffer-pool-size=256M \
		--innodb-flush-log-at-trx-commit=2 >"$folder/mariadb.log" 2>&1 &
	pids+=($!)
	await MariaDB mariadb --no-defaults -u root -S "$STRATA_APPS_MYSQL" -e 'SELECT 1'
}

start_redis() {
	ln -s "$(command -v redis-check-rdb)" "$folder/redis-server"
	"$folder/redis-server" --port 0 --unixsocket "$STRATA_APPS_REDIS" --save "" --daemonize no \
		--dir "$folder" >"$folder/redis.log" 2>&1 &
	pids+=($!)
	await Redis redis-cli -s "$STRATA_APPS_REDIS" ping
}

start_nginx() {
	cat >"$folder/nginx.conf" <<END
user $user $(id -gn);
worker_processes 1;
daemon off;
pid $folder/nginx.pid;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $folder/body;
	proxy_temp_path $folder/proxy;
	fastcgi_temp_path $folder/fastcgi;
	uwsgi_temp_path $folder/uwsgi;
	scgi_temp_path $folder/scgi;
	server {
		listen 127.0.0.1:$port;
		location /wiki/ {
			include /etc/nginx/fastcgi_params;
			fastcgi_param HTTP_HOST \$http_host;
			fastcgi_param SCRIPT_FILENAME /usr/share/mediawiki/index.php;
			fastcgi_param SCRIPT_NAME /wiki/index.php;
			fastcgi_pass unix:$folder/fpm.\$http_x_cache.sock;
		}
		location / {
			include /etc/nginx/fastcgi_params;
			fastcgi_param HTTP_HOST \$http_host;
			fastcgi_param SCRIPT_FILENAME $folder/blog/index.php;
			fastcgi_param SCRIPT_NAME /index.php;
			fastcgi_pass unix:$folder/fpm.\$http_x_cache.sock;
		}
	}
}
END
	/usr/sbin/nginx -c "$folder/nginx.conf" -e "$folder/nginx.log" &
	pids+=($!)
}

# start_fpm CACHE: a master of its own for each, so that opcache and the caches begin empty.
start_fpm() {
	local socket=$folder/fpm.$1.sock
	cat >"$folder/fpm.$1.conf" <<END
[global]
error_log = $folder/fpm.log
daemonize = no
[www]
user = $user
listen = $socket
pm = static
pm.max_children = 2
env[STRATA_APPS_CACHE] = "$1"
env[STRATA_APPS_FOLDER] = "$folder"
env[STRATA_APPS_URL] = "$STRATA_APPS_URL"
env[STRATA_APPS_ROOT] = "$root"
env[STRATA_APPS_MYSQL] = "$STRATA_APPS_MYSQL"
env[MW_CONFIG_FILE] = "$folder/wiki/LocalSettings.php"
END
	local -a cache=()
	case $1 in
		apcu) cache=(-d extension=apcu -d apc.shm_size=128M) ;;
		local) cache=(-d extension="$so" -d strata.memory=128M -d strata.databases=host) ;;
		redis)
			cache=(-d extension="$so" -d strata.memory=128M -d strata.databases=host -d strata.host.redis=
				-d "strata.redis='redis://$STRATA_APPS_REDIS'")
			;;
	esac
	PHP_INI_SCAN_DIR='' "$(fpm_binary)" -R -c "$folder/php.ini" -y "$folder/fpm.$1.conf" "${cache[@]}" \
		>>"$folder/fpm.log" 2>&1 &
	fpm+=($!)
	await php-fpm test -S "$socket"
}

stop_fpm() {
	[ ${#fpm[@]} -gt 0 ] || return 0
	kill "${fpm[@]}"
	wait "${fpm[@]}" || true
	fpm=()
	rm -f "$folder"/fpm.*.sock
}

fpm_binary() {
	echo "/usr/sbin/php-fpm$(php -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')"
}

# The wiki's program stays where Debian has it: its settings say where everything else is.
set_up_wiki() {
	mkdir -p "$folder/wiki/cache" "$folder/wiki/images" "$folder/texts"
	(cd /usr/share/mediawiki && on_command_line maintenance/install.php --dbtype mysql \
		--dbserver "localhost:$STRATA_APPS_MYSQL" --dbname wiki --dbuser root --installdbuser root \
		--server "$STRATA_APPS_URL" --scriptpath /w --confpath "$folder/wiki" \
		--pass 'a password of no use' --skins Vector --extensions ParserFunctions,Cite 'A wiki' Author)
	echo "require '$root/benchmarks/apps/mediawiki.php';" >>"$folder/wiki/LocalSettings.php"
	php -n benchmarks/apps/fill_wiki.php "$folder/texts"
	(
		export MW_CONFIG_FILE=$folder/wiki/LocalSettings.php STRATA_APPS_CACHE=none
		cd /usr/share/mediawiki
		on_command_line maintenance/importTextFiles.php --overwrite "$folder"/texts/templates/*
		on_command_line maintenance/importTextFiles.php --overwrite "$folder"/texts/pages/*
		on_command_line maintenance/runJobs.php
		on_command_line maintenance/rebuildLocalisationCache.php --lang en
	)
	# Texts that were made while other pages did not exist yet are made anew.
	mariadb --no-defaults -u root -S "$STRATA_APPS_MYSQL" wiki \
		-e "DELETE FROM objectcache; UPDATE page SET page_touched = DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d%H%i%s')"
	sleep 2
}

# The blog's program is copied, because it looks for its settings and its drop-ins beside itself.
set_up_blog() {
	cp -rL /usr/share/wordpress "$folder/blog"
	mariadb --no-defaults -u root -S "$STRATA_APPS_MYSQL" -e 'CREATE DATABASE blog CHARACTER SET utf8mb4'
	cp benchmarks/apps/wp-config.php "$folder/blog/wp-config.php"
	on_command_line benchmarks/apps/fill_blog.php "$folder/blog"
	ln -s "$root/benchmarks/apps/object-cache.php" "$folder/blog/wp-content/object-cache.php"
}

write_ini
start_mariadb
start_redis
start_nginx
for application in wiki blog; do
	case $wanted:$application in
		mediawiki:blog | wordpress:wiki) continue ;;
	esac
	echo "setting up $application" >&2
	"set_up_$application"
	for cache in "${caches[@]}"; do
		start_fpm "$cache"
	done
	PHP_INI_SCAN_DIR='' php -c "$folder/php.ini" benchmarks/apps/measure.php "$application" "${caches[@]}"
	stop_fpm
done
echo "MediaWiki $(dpkg-query -W -f '${Version}' mediawiki), WordPress $(dpkg-query -W -f '${Version}' wordpress)," \
	"MariaDB $(dpkg-query -W -f '${Version}' mariadb-server), PHP $(php -n -r 'echo PHP_VERSION;')"
php -n benchmarks/apps/table.php "$folder/figures"
