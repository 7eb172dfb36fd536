PHP_ARG_ENABLE([strata],
  [whether to enable strata],
  [AS_HELP_STRING([--enable-strata], [Enable strata, the cache in three tiers])])

PHP_ARG_ENABLE([strata-dev],
  [whether to build strata with every warning an error],
  [AS_HELP_STRING([--enable-strata-dev], [strata: warnings are errors, assertions are on])],
  [no], [no])

PHP_ARG_ENABLE([strata-sanitize],
  [whether to build strata with sanitizers],
  [AS_HELP_STRING([--enable-strata-sanitize], [strata: address and undefined sanitizers])],
  [no], [no])

PHP_ARG_ENABLE([strata-poison],
  [whether strata destroys values that nobody holds],
  [AS_HELP_STRING([--enable-strata-poison], [strata: overwrite images that nobody holds, for tests])],
  [no], [no])

PHP_ARG_ENABLE([strata-coverage],
  [whether to build strata with gcov],
  [AS_HELP_STRING([--enable-strata-coverage], [strata: gcov instrumentation])],
  [no], [no])

PHP_ARG_WITH([strata-resp],
  [which library reads the replies of Redis],
  [AS_HELP_STRING([--with-strata-resp=NAME], [strata: hiredis, valkey (libvalkey), or auto: whichever there is])],
  [auto], [no])

PHP_ARG_WITH([strata-zstd],
  [whether to compress values by zstd],
  [AS_HELP_STRING([--with-strata-zstd], [strata: compress values by libzstd; auto: where there is one])],
  [auto], [no])

dnl STRATA_LIBRARY(prefix, pkg-config module, least version, Debian package, what for)
dnl The version found goes to config.h, for phpinfo() to tell what was built in.
AC_DEFUN([STRATA_LIBRARY], [
  PKG_CHECK_MODULES([STRATA_$1], [$2 >= $3], [
    STRATA_CFLAGS="$STRATA_CFLAGS $STRATA_$1_CFLAGS"
    AC_DEFINE_UNQUOTED([STRATA_BUILT_WITH_$1], ["$($PKG_CONFIG --modversion $2)"],
      [Version of $2 that strata was built with.])
  ], [
    AC_MSG_ERROR([strata needs $2 >= $3 $5 (Debian and Ubuntu: apt-get install $4 pkg-config)])
  ])
])

if test "$PHP_STRATA" != "no"; then
  STRATA_CFLAGS="-I@ext_srcdir@ -I@ext_srcdir@/ext -std=gnu11 -D_GNU_SOURCE -fvisibility=hidden"
  STRATA_CFLAGS="$STRATA_CFLAGS -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1"

  dnl Without threads in PHP nothing of ours has to be kept for each of them.
  if test "$PHP_THREAD_SAFETY" = "no"; then
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_ONE_THREAD=1"
  fi

  if test -z "$PKG_CONFIG"; then
    AC_MSG_ERROR([strata finds its libraries by pkg-config, which is not there (Debian and Ubuntu: apt-get install pkg-config)])
  fi

  dnl libvalkey goes on from hiredis, with the same reader; no Debian has it yet.
  case $PHP_STRATA_RESP in
    hiredis|valkey) ;;
    auto|yes)
      AS_IF([$PKG_CONFIG --exists "hiredis >= 0.14.0"], [PHP_STRATA_RESP=hiredis],
        [$PKG_CONFIG --exists "valkey >= 0.1.0"], [PHP_STRATA_RESP=valkey], [PHP_STRATA_RESP=hiredis])
      ;;
    *)
      AC_MSG_ERROR([--with-strata-resp=$PHP_STRATA_RESP: no such library; accepted: hiredis, valkey, auto])
      ;;
  esac
  if test "$PHP_STRATA_RESP" = "valkey"; then
    AS_IF([$PKG_CONFIG --exists "valkey >= 0.1.0"], [],
      [AC_MSG_ERROR([strata finds no libvalkey >= 0.1.0 by pkg-config; where there is no package of it: --with-strata-resp=hiredis])])
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_WITH_LIBVALKEY=1"
    STRATA_LIBRARY([RESP], [valkey], [0.1.0], [libvalkey-dev], [to read the replies of Redis])
  else
    STRATA_LIBRARY([RESP], [hiredis], [0.14.0], [libhiredis-dev], [to read the replies of Redis])
  fi
  STRATA_LIBRARY([LIBMEMCACHED], [libmemcached], [1.1.4], [libmemcached-dev],
    [to find memcached servers by key])
  STRATA_LIBRARY([CARES], [libcares], [1.18.0], [libc-ares-dev], [to look up names of servers])
  STRATA_LIBRARY([OPENSSL], [openssl], [1.1.1], [libssl-dev], [for base64 and TLS])
  STRATA_LIBRARY([XXHASH], [libxxhash], [0.8.0], [libxxhash-dev], [to hash keys])

  dnl Without it values stay as they are, and what other hosts compressed is a miss.
  dnl The least version is the first whose context keeps its level.
  strata_zstd="libzstd >= 1.4.0"
  case $PHP_STRATA_ZSTD in
    no) ;;
    yes) STRATA_LIBRARY([ZSTD], [libzstd], [1.4.0], [libzstd-dev], [to compress values]) ;;
    auto)
      AS_IF([$PKG_CONFIG --exists "$strata_zstd"],
        [PHP_STRATA_ZSTD=yes; STRATA_LIBRARY([ZSTD], [libzstd], [1.4.0], [libzstd-dev], [to compress values])],
        [PHP_STRATA_ZSTD=no
        AC_MSG_NOTICE([strata compresses no values: there is no $strata_zstd (Debian and Ubuntu: apt-get install libzstd-dev)])])
      ;;
    *)
      AC_MSG_ERROR([--with-strata-zstd=$PHP_STRATA_ZSTD: no such choice; accepted: yes, no, auto])
      ;;
  esac
  if test "$PHP_STRATA_ZSTD" = "yes"; then
    PHP_EVAL_LIBLINE([$STRATA_ZSTD_LIBS], [STRATA_SHARED_LIBADD])
  else
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_WITHOUT_ZSTD=1"
  fi

  dnl Only what is called is linked: libmemcached's own list would bring SASL and its utilities along.
  PHP_EVAL_LIBLINE([$STRATA_RESP_LIBS], [STRATA_SHARED_LIBADD])
  PHP_EVAL_LIBLINE([$($PKG_CONFIG --libs-only-L libmemcached) -lmemcached], [STRATA_SHARED_LIBADD])
  PHP_EVAL_LIBLINE([$STRATA_CARES_LIBS], [STRATA_SHARED_LIBADD])
  PHP_EVAL_LIBLINE([$STRATA_XXHASH_LIBS], [STRATA_SHARED_LIBADD])
  PHP_EVAL_LIBLINE([$STRATA_OPENSSL_LIBS], [STRATA_SHARED_LIBADD])
  PHP_ADD_LIBRARY([pthread], [], [STRATA_SHARED_LIBADD])
  PHP_ADD_LIBRARY([dl], [], [STRATA_SHARED_LIBADD])

  dnl A local hit goes through a dozen small functions in as many files; compiled as one program it
  dnl takes a quarter fewer instructions. Not where somebody wants to see what happens.
  dnl A compiler that can may still have a linker that cannot; and a static build is PHP's to decide.
  if test "$ext_shared$PHP_STRATA_SANITIZE$PHP_STRATA_COVERAGE" = "yesnono"; then
    strata_saved_cflags=$CFLAGS
    CFLAGS="$CFLAGS -flto"
    AC_MSG_CHECKING([whether programs can be compiled and linked with -flto])
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [
      AC_MSG_RESULT([yes])
      STRATA_CFLAGS="$STRATA_CFLAGS -flto"
      dnl libtool links without the flags of the compiler: gcc finds its plugin all the same, clang does not.
      LDFLAGS="$LDFLAGS -flto"
    ], [AC_MSG_RESULT([no])])
    CFLAGS=$strata_saved_cflags
  fi

  if test "$PHP_STRATA_DEV" != "no"; then
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_DEV=1"
    for strata_flag in -Wall -Wextra -Werror -Wno-unused-parameter -Wstrict-prototypes -Wformat=2; do
      AX_CHECK_COMPILE_FLAG([$strata_flag], [STRATA_CFLAGS="$STRATA_CFLAGS $strata_flag"])
    done
  fi

  if test "$PHP_STRATA_POISON" != "no"; then
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_POISON=1"
  fi

  if test "$PHP_STRATA_SANITIZE" != "no"; then
    STRATA_CFLAGS="$STRATA_CFLAGS -g -O1 -fno-omit-frame-pointer"
    STRATA_CFLAGS="$STRATA_CFLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    LDFLAGS="$LDFLAGS -fsanitize=address,undefined"
  fi

  if test "$PHP_STRATA_COVERAGE" != "no"; then
    STRATA_CFLAGS="$STRATA_CFLAGS -g -O0 --coverage"
    LDFLAGS="$LDFLAGS --coverage"
  fi

  dnl tests/support/manifest.sh keeps this list equal to the tracked files.
  STRATA_SOURCES="
    ext/api/cache.c
    ext/api/compare.c
    ext/api/ending/ending.c
    ext/api/functions.c
    ext/api/info.c
    ext/api/lock/held.c
    ext/api/lock/lock.c
    ext/api/metrics/counts.c
    ext/api/metrics/host.c
    ext/api/metrics/metrics.c
    ext/api/metrics/nodes.c
    ext/api/metrics/page.c
    ext/api/metrics/prefixes.c
    ext/api/metrics/servers.c
    ext/api/metrics/shadow.c
    ext/api/metrics/text.c
    ext/api/metrics/tiers.c
    ext/api/multiple.c
    ext/api/operator/allowed.c
    ext/api/operator/check.c
    ext/api/operator/keys.c
    ext/api/operator/node.c
    ext/api/operator/purge.c
    ext/api/operator/renew.c
    ext/api/page/attention.c
    ext/api/page/clusters.c
    ext/api/page/heap.c
    ext/api/page/html.c
    ext/api/page/keys.c
    ext/api/page/lookup.c
    ext/api/page/nodes.c
    ext/api/page/order.c
    ext/api/page/page.c
    ext/api/page/records.c
    ext/api/page/style.c
    ext/api/page/tiers.c
    ext/api/remember/after_response.c
    ext/api/remember/computed.c
    ext/api/remember/remember.c
    ext/api/remember/remember_multiple.c
    ext/api/remember/remember_options.c
    ext/api/remember/tag_numbers.c
    ext/api/request/call.c
    ext/api/request/databases.c
    ext/api/request/errors.c
    ext/api/request/exceptions.c
    ext/api/request/interrupts.c
    ext/api/request/lent_arena.c
    ext/api/request/memo.c
    ext/api/request/request.c
    ext/api/request/session_source.c
    ext/api/request/space.c
    ext/api/request/switch.c
    ext/api/request/topology.c
    ext/api/session/new_id.c
    ext/api/session/opened.c
    ext/api/session/save_handler.c
    ext/api/session/session_module.c
    ext/api/session/session_warnings.c
    ext/api/single.c
    ext/api/status/configuration.c
    ext/api/status/heap_map.c
    ext/api/status/nodes.c
    ext/api/status/policies.c
    ext/api/status/prefixes.c
    ext/api/status/rings.c
    ext/api/status/segment.c
    ext/api/status/shadow.c
    ext/api/status/slot_masters.c
    ext/api/status/status.c
    ext/api/transaction/pending.c
    ext/api/transaction/sending.c
    ext/api/transaction/transaction.c
    ext/api/transaction/unfinished.c
    ext/api/transaction/verbs.c
    ext/api/transactions.c
    ext/api/value/arguments.c
    ext/api/value/file_names.c
    ext/api/value/operator_right.c
    ext/api/value/peek.c
    ext/api/value/result.c
    ext/api/value/shadow_view.c
    ext/api/value/shown_key.c
    ext/api/value/value.c
    ext/api/value/viewer.c
    ext/base/arena.c
    ext/base/budget.c
    ext/base/buffer.c
    ext/base/compression.c
    ext/base/hash.c
    ext/base/image.c
    ext/base/result.c
    ext/base/view.c
    ext/cache/analyse.c
    ext/cache/batch.c
    ext/cache/change.c
    ext/cache/confirm.c
    ext/cache/generation.c
    ext/cache/local.c
    ext/cache/lock/lock.c
    ext/cache/mirror/follow.c
    ext/cache/mirror/mark.c
    ext/cache/mirror/numbers.c
    ext/cache/mirror/pair.c
    ext/cache/mirror/pass.c
    ext/cache/mirror/raise.c
    ext/cache/mirror/sample.c
    ext/cache/mirror/turns.c
    ext/cache/mirror/visit.c
    ext/cache/read.c
    ext/cache/remember/computation.c
    ext/cache/remember/early.c
    ext/cache/remember/remember.c
    ext/cache/removal.c
    ext/cache/servers/check.c
    ext/cache/servers/purge.c
    ext/cache/session/local_session.c
    ext/cache/session/session.c
    ext/cache/session/session_import.c
    ext/cache/stale.c
    ext/cache/tagged.c
    ext/cache/tags.c
    ext/cache/write.c
    ext/codec/classes.c
    ext/codec/codec.c
    ext/codec/depth.c
    ext/codec/image/dates.c
    ext/codec/image/image.c
    ext/codec/image/image_copy.c
    ext/codec/image/image_table.c
    ext/codec/image/image_writer.c
    ext/codec/image/object_builder.c
    ext/codec/image/object_layout.c
    ext/codec/image/object_writer.c
    ext/codec/image/stack_end.c
    ext/codec/isolation.c
    ext/codec/objects.c
    ext/codec/reading.c
    ext/codec/scan/igbinary_scan.c
    ext/codec/scan/text_scan.c
    ext/codec/serializer_igbinary.c
    ext/codec/serializer_php.c
    ext/codec/storable.c
    ext/codec/unseen.c
    ext/conf/directive.c
    ext/conf/dsn.c
    ext/conf/dsn_mask.c
    ext/conf/ini.c
    ext/conf/ini_origin.c
    ext/conf/ini_said.c
    ext/conf/password_file.c
    ext/conf/policies.c
    ext/conf/resolve.c
    ext/conf/settings.c
    ext/conf/text/class_names.c
    ext/conf/text/host_name.c
    ext/conf/text/names.c
    ext/conf/text/place.c
    ext/conf/text/quantity.c
    ext/conf/topology.c
    ext/conf/topology_time.c
    ext/database/config_watcher.c
    ext/database/database.c
    ext/database/database_policies.c
    ext/database/database_users.c
    ext/database/in_force.c
    ext/database/mirror.c
    ext/database/places.c
    ext/database/plain_names.c
    ext/database/policy_terms.c
    ext/database/route.c
    ext/database/runtime.c
    ext/database/shared_tables.c
    ext/database/switch/switching.c
    ext/health/breaker.c
    ext/health/breaker_state.c
    ext/health/breaker_table.c
    ext/health/clock_difference.c
    ext/health/connect_turn.c
    ext/health/inflight.c
    ext/health/latency.c
    ext/health/notes/history.c
    ext/health/notes/last_error.c
    ext/health/notes/replica_watch.c
    ext/health/notes/tls_seen.c
    ext/health/outcome.c
    ext/health/size_limit.c
    ext/health/token_bucket.c
    ext/host/confirmed.c
    ext/host/gate.c
    ext/host/generation.c
    ext/host/host.c
    ext/host/lease.c
    ext/host/pins.c
    ext/host/process_slot.c
    ext/host/published.c
    ext/host/published_config.c
    ext/host/registry.c
    ext/host/segment/segment.c
    ext/host/segment/segment_file.c
    ext/host/segment/segment_stamp.c
    ext/host/table/followed.c
    ext/host/table/lock_table.c
    ext/host/table/refusals.c
    ext/host/table/spin.c
    ext/host/table/tag_table.c
    ext/host/unconfirmed.c
    ext/host/under_way.c
    ext/memcached/carried.c
    ext/memcached/memcached.c
    ext/memcached/ring.c
    ext/memcached/server_check.c
    ext/net/address.c
    ext/net/endpoint.c
    ext/net/resolver/dns_query.c
    ext/net/resolver/name.c
    ext/net/resolver/name_table.c
    ext/net/socket.c
    ext/net/stream.c
    ext/net/tls.c
    ext/net/tls_look.c
    ext/net/tls_stream.c
    ext/node/connection.c
    ext/node/dispatch.c
    ext/node/idle_pool.c
    ext/node/io_loop.c
    ext/node/location.c
    ext/node/node.c
    ext/node/node_advice.c
    ext/node/node_records.c
    ext/node/probe.c
    ext/node/question/question.c
    ext/node/reply_check.c
    ext/node/terms/client_options.c
    ext/node/terms/deadline.c
    ext/node/terms/lifetime.c
    ext/os/clock.c
    ext/os/cpus.c
    ext/os/file.c
    ext/os/futex.c
    ext/os/listen_queue.c
    ext/os/map.c
    ext/os/mutex.c
    ext/os/process.c
    ext/os/root_directory.c
    ext/os/stack.c
    ext/plain/fastlz.c
    ext/plain/plain.c
    ext/policy/policy_table.c
    ext/protocol/error_reply.c
    ext/protocol/memcached_protocol.c
    ext/protocol/meta.c
    ext/protocol/meta_reader.c
    ext/protocol/redirect.c
    ext/protocol/redis_handshake.c
    ext/protocol/redis_protocol.c
    ext/protocol/resp.c
    ext/protocol/resp_reader.c
    ext/protocol/slots.c
    ext/redis/advice.c
    ext/redis/attempt.c
    ext/redis/carried.c
    ext/redis/cluster/cluster.c
    ext/redis/cluster/cluster_nodes.c
    ext/redis/cluster/cluster_slots.c
    ext/redis/cluster/local_slot_map.c
    ext/redis/cluster/replica_reads.c
    ext/redis/cluster/shared_slot_map.c
    ext/redis/cluster/slot_map.c
    ext/redis/cluster/slot_masters.c
    ext/redis/first_node.c
    ext/redis/redis_client.c
    ext/redis/replacement.c
    ext/redis/router.c
    ext/redis/sentinel/master_table.c
    ext/redis/sentinel/sentinel.c
    ext/redis/sentinel/sentinel_answer.c
    ext/redis/sentinel/sentinel_vote.c
    ext/redis/server_check.c
    ext/redis/server_rights.c
    ext/stats/anomalies.c
    ext/stats/differences.c
    ext/stats/findings.c
    ext/stats/hot_keys.c
    ext/stats/prefixes.c
    ext/stats/printable.c
    ext/stats/stats.c
    ext/stats/suspects.c
    ext/store/block/entry.c
    ext/store/block/heap.c
    ext/store/block/namespaces.c
    ext/store/block/shard.c
    ext/store/evict.c
    ext/store/ghosts.c
    ext/store/index.c
    ext/store/layout.c
    ext/store/map/heap_map.c
    ext/store/nursery.c
    ext/store/reader.c
    ext/store/repair.c
    ext/store/share.c
    ext/store/store.c
    ext/store/victim.c
    ext/store/walk.c
    ext/store/writer.c
    ext/strata.c
    ext/tier/claim.c
    ext/tier/envelope.c
    ext/tier/generation_check.c
    ext/tier/generation_copies.c
    ext/tier/item.c
    ext/tier/keyspace.c
    ext/tier/local.c
    ext/tier/local_tags.c
    ext/tier/mac.c
    ext/tier/memcached/memcached.c
    ext/tier/memcached/memcached_batch.c
    ext/tier/memcached/memcached_change.c
    ext/tier/memcached/memcached_copies.c
    ext/tier/memcached/memcached_fence.c
    ext/tier/memcached/memcached_generation.c
    ext/tier/memcached/memcached_replicas.c
    ext/tier/memcached/memcached_session.c
    ext/tier/memcached/memcached_session_places.c
    ext/tier/memcached/memcached_session_store.c
    ext/tier/memcached/memcached_swap.c
    ext/tier/memcached/memcached_tags.c
    ext/tier/redis/redis.c
    ext/tier/redis/redis_batch.c
    ext/tier/redis/redis_change.c
    ext/tier/redis/redis_copies.c
    ext/tier/redis/redis_fence.c
    ext/tier/redis/redis_generation.c
    ext/tier/redis/redis_purge.c
    ext/tier/redis/redis_put.c
    ext/tier/redis/redis_scan.c
    ext/tier/redis/redis_session.c
    ext/tier/redis/redis_swap.c
    ext/tier/redis/redis_tags.c
    ext/tier/remote_key.c
  "

  dnl The handler of sessions takes the declarations of PHP's module, and finds the rest at run time.
  AC_MSG_CHECKING([for the headers of PHP's module of sessions])
  if test -f "$phpincludedir/ext/session/php_session.h" || test -f "$abs_srcdir/ext/session/php_session.h"; then
    AC_MSG_RESULT([yes])
    STRATA_CFLAGS="$STRATA_CFLAGS -DSTRATA_WITH_SESSION=1"
  else
    AC_MSG_RESULT([no])
    AC_MSG_NOTICE([strata has no session.save_handler: this PHP was built without sessions])
    STRATA_SOURCES=$(echo $STRATA_SOURCES | sed 's|ext/api/session/@<:@a-z_@:>@*\.c||g')
  fi

  PHP_NEW_EXTENSION([strata], [$STRATA_SOURCES], [$ext_shared],, [$STRATA_CFLAGS])

  dnl Out of tree nobody else makes the folders of the objects.
  PHP_ADD_BUILD_DIR([$ext_builddir/ext])
  for strata_source in $STRATA_SOURCES; do
    PHP_ADD_BUILD_DIR([$ext_builddir/${strata_source%/*}])
  done

  PHP_SUBST([STRATA_SHARED_LIBADD])
  PHP_ADD_MAKEFILE_FRAGMENT([$ext_srcdir/ext/Makefile.frag])
  PHP_INSTALL_HEADERS([ext/strata], [php_strata.h])
fi
