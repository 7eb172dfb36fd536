#!/bin/bash
# servers.sh start | stop FOLDER | up | down — throwaway servers on free loopback ports.
#
# `start` prints the temporary folder they live in; its file `env` holds where they are, its file
# `pids` one line "address pid" each. `up` and `down` do the same for a developer at the keyboard,
# who gets a php.ini instead. Two memcached and one more on a unix socket, a Redis with a password
# (TCP, TLS and unix socket), a Redis Cluster of 3 masters and 3 replicas; with TLS only, one
# memcached and a cluster of 3 masters. The folder `tls` holds the certificates.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)

password=open-sesame
host=127.0.0.1
remembered=$root/.build/servers

# Debian ships the server's program in redis-tools, under the name of a checker: it becomes the
# server when called by that name. So no service needs to be installed.
redis_server() {
	command -v redis-server && return
	ln -sf "$(command -v redis-check-rdb)" "$folder/redis-server"
	echo "$folder/redis-server"
}

is_free() {
	! (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null
}

# Ports below the kernel's ephemeral range, so that no outgoing connection takes one first. Redis
# Cluster talks to itself on the port 10000 above.
take_ports() {
	ports=()
	local port=$((RANDOM % 10000 + 11000))
	while [ ${#ports[@]} -lt "$1" ]; do
		port=$((port + 1))
		if is_free "$port" && is_free $((port + 10000)); then
			ports+=("$port")
		fi
	done
}

# launch ADDRESS COMMAND... in the folder, surviving this script, holding none of its files.
launch() {
	local address=$1
	shift
	(cd "$folder" && exec "$@") </dev/null >>"$folder/log" 2>&1 3>&- 9>&- &
	echo "$address $!" >>"$folder/pids"
}

launch_memcached() {
	launch "$1" memcached -u "$(id -un)" -m 64 -U 0 "${@:2}"
}

launch_redis() {
	launch "$1" "$redis" --dir "$folder" --save "" --appendonly no --daemonize no \
		--repl-diskless-sync-delay 0 "${@:2}"
}

node_id() {
	printf '%040d' "$1"
}

# One node's view of the whole cluster, written beforehand: nobody has to introduce the nodes.
# Nodes 3 to 5, where there are so many, replicate 0 to 2.
write_topology() {
	local me=$1 cluster=("${@:2}")
	local first=(0 5461 10923) last=(5460 10922 16383)
	local i flags master slots
	for i in "${!cluster[@]}"; do
		if [ "$i" -lt 3 ]; then
			flags=master master=- slots=" ${first[i]}-${last[i]}"
		else
			flags=slave master=$(node_id $((i - 3))) slots=
		fi
		[ "$i" -ne "$me" ] || flags=myself,$flags
		echo "$(node_id "$i") $host:${cluster[i]}@$((cluster[i] + 10000)) $flags $master 0 0" \
			"$((i % 3 + 1)) connected$slots"
	done
	echo "vars currentEpoch 3 lastVoteEpoch 0"
}

# launch_cluster plain|tls PORT...
launch_cluster() {
	local cluster=("${@:2}") i options
	for i in "${!cluster[@]}"; do
		options=(--port "${cluster[i]}")
		[ "$1" = plain ] ||
			options=(--port 0 --tls-port "${cluster[i]}" --tls-cluster yes "${redis_tls[@]}")
		write_topology "$i" "${cluster[@]}" >"$folder/nodes-$1-$i.conf"
		launch_redis "$host:${cluster[i]}" --bind "$host" "${options[@]}" --cluster-enabled yes \
			--cluster-config-file "nodes-$1-$i.conf" --cluster-node-timeout 2000
	done
}

# certify NAME AUTHORITY SUBJECT-ALTERNATIVE-NAMES: NAME.pem and NAME.key.
certify() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj "/CN=strata test $1" -addext "subjectAltName=$3" -addext basicConstraints=CA:false \
		-CA "tls/$2.pem" -CAkey "tls/$2.key" -keyout "tls/$1.key" -out "tls/$1.pem"
}

found_authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj "/CN=strata test $1" -keyout "tls/$1.key" -out "tls/$1.pem"
}

# An authority, a certificate for this host, one for another, one for a client; an authority that signed
# none of them.
make_certificates() {
	mkdir "$folder/tls"
	(
		cd "$folder"
		found_authority authority
		found_authority stranger
		certify server authority "DNS:localhost,IP:$host"
		certify elsewhere authority DNS:elsewhere.example
		certify client authority DNS:client.example
	) >>"$folder/log" 2>&1
	redis_tls=(--tls-cert-file "$folder/tls/server.pem" --tls-key-file "$folder/tls/server.key"
		--tls-ca-cert-file "$folder/tls/authority.pem" --tls-auth-clients optional)
}

# answers NEEDLE COMMAND...: does the output hold the needle?
answers() {
	"${@:2}" 2>/dev/null | grep -q "$1"
}

memcached_version() {
	exec 3<>"/dev/tcp/$host/$1" && printf 'version\r\nquit\r\n' >&3 && cat <&3
}

wait_for() {
	local tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

redis_cli_tls() {
	redis-cli --tls --cacert "$folder/tls/authority.pem" "$@"
}

is_taken() {
	! is_free "$1"
}

are_ready() {
	local i
	wait_for answers VERSION memcached_version "${ports[0]}" || return 1
	wait_for answers VERSION memcached_version "${ports[1]}" || return 1
	wait_for test -S "$folder/memcached.sock" || return 1
	wait_for answers PONG redis-cli -s "$folder/redis.sock" -a "$password" --no-auth-warning ping ||
		return 1
	for i in 3 4 5 6 7 8; do
		wait_for answers cluster_state:ok redis-cli -p "${ports[i]}" cluster info || return 1
	done
	for i in 6 7 8; do
		wait_for answers master_link_status:up redis-cli -p "${ports[i]}" info replication || return 1
	done
	wait_for is_taken "${ports[9]}" || return 1
	wait_for is_taken "${ports[10]}" || return 1
	for i in 11 12 13; do
		wait_for answers cluster_state:ok redis_cli_tls -p "${ports[i]}" cluster info || return 1
	done
}

# The names that end in DSN are for the INI sections of phpt.
write_env() {
	cat >"$folder/env" <<END
export STRATA_TEST_MEMCACHED_DSN="memcached://$host:${ports[0]},$host:${ports[1]}"
export STRATA_TEST_ONE_MEMCACHED_DSN="memcached://$host:${ports[0]}"
export STRATA_TEST_UNEVEN_MEMCACHED_DSN="memcached://$host:${ports[0]},$host:${ports[1]}?weight=3"
export STRATA_TEST_MEMCACHED_AND_DEAD_DSN="memcached://$host:${ports[0]},$host:1"
export STRATA_TEST_MEMCACHED_SOCKET_DSN="memcached://$folder/memcached.sock"
export STRATA_TEST_REDIS_DSN="redis://:$password@$host:${ports[2]}"
export STRATA_TEST_REDIS_1_DSN="redis://:$password@$host:${ports[2]}/1"
export STRATA_TEST_REDIS_3_DSN="redis://:$password@$host:${ports[2]}/3"
export STRATA_TEST_REDIS_SOCKET_DSN="redis://:$password@$folder/redis.sock?database=5"
export STRATA_TEST_CLUSTER_DSN="redis-cluster://$host:${ports[3]},$host:${ports[4]},$host:${ports[5]}"
export STRATA_TEST_MEMCACHED="$host:${ports[0]},$host:${ports[1]}"
export STRATA_TEST_MEMCACHED_SOCKET="$folder/memcached.sock"
export STRATA_TEST_REDIS="$host:${ports[2]}"
export STRATA_TEST_REDIS_PASSWORD="$password"
export STRATA_TEST_REDIS_SOCKET="$folder/redis.sock"
export STRATA_TEST_CLUSTER="$host:${ports[3]},$host:${ports[4]},$host:${ports[5]}"
export STRATA_TEST_TLS="$folder/tls"
export STRATA_TEST_TLS_REDIS="$host:${ports[9]}"
export STRATA_TEST_TLS_MEMCACHED="$host:${ports[10]}"
export STRATA_TEST_TLS_CLUSTER="$host:${ports[11]},$host:${ports[12]},$host:${ports[13]}"
export STRATA_TEST_PIDS="$folder/pids"
END
}

start() {
	"$root/tests/support/packages.sh" memcached redis-tools openssl
	folder=$(mktemp -d "${TMPDIR:-/tmp}/strata-servers.XXXXXX")
	trap 'stop "$folder"' EXIT
	trap 'exit 1' INT TERM HUP
	redis=$(redis_server)
	take_ports 14
	make_certificates
	launch_memcached "$host:${ports[0]}" -l "$host" -p "${ports[0]}"
	launch_memcached "$host:${ports[1]}" -l "$host" -p "${ports[1]}"
	launch_memcached "$folder/memcached.sock" -s "$folder/memcached.sock"
	launch_redis "$host:${ports[2]}" --bind "$host" --port "${ports[2]}" \
		--unixsocket "$folder/redis.sock" --requirepass "$password" \
		--tls-port "${ports[9]}" "${redis_tls[@]}"
	launch_memcached "$host:${ports[10]}" -l "$host" -p "${ports[10]}" -Z \
		-o "ssl_chain_cert=$folder/tls/server.pem,ssl_key=$folder/tls/server.key"
	launch_cluster plain "${ports[@]:3:6}"
	launch_cluster tls "${ports[@]:11:3}"
	if ! are_ready; then
		tail -n 20 "$folder/log" >&2
		echo "strata: the servers did not get ready" >&2
		return 1
	fi
	write_env
	trap - EXIT INT TERM HUP
	echo "$folder"
}

# A number in an old file may belong to somebody else by now: ours live in the folder. Where /proc is
# not mounted, as in a bare chroot, the file is believed.
stop() {
	local address pid
	[ -d "$1" ] || return 0
	while read -r address pid; do
		if [ ! -e /proc/self ] || [ "$(readlink "/proc/$pid/cwd")" = "$1" ]; then
			kill -9 "$pid"
		fi
	done <"$1/pids" 2>/dev/null || true
	rm -rf "$1"
}

up() {
	mkdir -p "$root/.build"
	[ ! -e "$remembered" ] || stop "$(cat "$remembered")"
	echo "strata: starting memcached and Redis" >&2
	folder=$(start)
	echo "$folder" >"$remembered"
	# shellcheck disable=SC1091 # written by start
	. "$folder/env"
	cat <<END
; cat this into a php.ini; ./dev down stops the servers
strata.memcached = "memcached://$STRATA_TEST_MEMCACHED"
strata.redis = "redis-cluster://$STRATA_TEST_CLUSTER"
; or the standalone one:
; strata.redis = "redis://:$STRATA_TEST_REDIS_PASSWORD@$STRATA_TEST_REDIS"
END
}

down() {
	[ -e "$remembered" ] || return 0
	stop "$(cat "$remembered")"
	rm -f "$remembered"
}

case ${1:-} in
	start) start ;;
	stop) stop "$2" ;;
	up) up ;;
	down) down ;;
	*)
		echo "usage: servers.sh start | stop FOLDER | up | down" >&2
		exit 2
		;;
esac
