--TEST--
strata_status(): names of all sections and counters, with numbers in them
--INI--
strata.databases=unused,b
strata.b.policies="page:* ttl=1h"
strata.b.analyse=off
strata.b.redis=redis://127.0.0.1:1
strata.b.memcached=memcached://127.0.0.1:2
strata.b.shadow_redis=redis://127.0.0.1:3
--FILE--
<?php
(new Strata\Cache())->set('key', 1);
(new Strata\Cache('b'))->get('key');
// The sample of keys is taken by chance: of so many sets there are some.
for ($i = 0; $i < 2000; $i++) {
    strata_set('key', 1);
}
function shape(mixed $value, string $name, int $depth = 0): void
{
    $isSeries = is_array($value) && $value !== [] && array_is_list($value) && !is_array($value[0]);
    $told = $isSeries ? ' of ' . count($value) : (is_array($value) ? '' : ' ' . (is_object($value) ? 'options' : get_debug_type($value)));
    echo str_repeat('  ', $depth), $name, $told, "\n";
    foreach (is_array($value) && !$isSeries ? $value : [] as $key => $element) {
        shape($element, array_is_list($value) ? '-' : $key, $depth + 1);
    }
}
$status = strata_status();
/* Each of them is told of in docs/configuration.md. */
foreach ($status['configuration']['settings'] as $database => &$options) {
    $options = new class($options) { public function __construct(public array $options) {} };
}
shape($status, 'status');
?>
--EXPECTF--
status
  version string
  zstd %s
  host
    shared bool
    processes int
    leases int
    spin_permits int
    locks int
  local
    enabled bool
    size int
    used int
    free int
    retired int
    pinned int
    largest_free int
    entries int
    evicted int
    evicted_large int
    evicted_share int
    refused_held int
    expired int
    outdated int
    repairs int
    damages int
    lock_timeouts int
    shards int
    copying int
    value_limit int
    two_views bool
    memo int
    map
      cell_size int
      cells
        live of 256
        retired of 256
        free of 256
        pinned of 256
      namespaces
        -
          database string
          namespace string
          bytes int
      more_namespaces int
    hit_ratio float
  segment
    file null
    found null
    processes null
    seconds_old null
    seconds_used null
    serves bool
    problem null
  databases
    default
      local
        hits int
        misses int
        sets int
        deletes int
        fills int
        increments int
        stale int
        computations int
        lease_waits int
        overflows int
        refreshed int
        voided int
        unfenced int
        tags_asked int
        tags_outdated int
        tags_displaced int
        invalidations int
        transactions_unfinished int
        locks_acquired int
        locks_waited int
        locks_lost int
        locks_freed int
        sessions
          opened int
          written int
          skipped int
          refused int
          waits int
          seconds_waited float
          timeouts int
        reasons
        operations
          set
            stored int
        value_bytes_read int
        value_bytes_stored int
    unused
    b
      local
        hits int
        misses int
        sets int
        deletes int
        fills int
        increments int
        stale int
        computations int
        lease_waits int
        overflows int
        refreshed int
        voided int
        unfenced int
        tags_asked int
        tags_outdated int
        tags_displaced int
        invalidations int
        transactions_unfinished int
        locks_acquired int
        locks_waited int
        locks_lost int
        locks_freed int
        sessions
          opened int
          written int
          skipped int
          refused int
          waits int
          seconds_waited float
          timeouts int
        reasons
        operations
          get
            miss int
        value_bytes_read int
        value_bytes_stored int
      memcached
        hits int
        misses int
        sets int
        deletes int
        fills int
        increments int
        stale int
        computations int
        lease_waits int
        overflows int
        refreshed int
        voided int
        unfenced int
        tags_asked int
        tags_outdated int
        tags_displaced int
        invalidations int
        transactions_unfinished int
        locks_acquired int
        locks_waited int
        locks_lost int
        locks_freed int
        sessions
          opened int
          written int
          skipped int
          refused int
          waits int
          seconds_waited float
          timeouts int
        reasons
        operations
        value_bytes_read int
        value_bytes_stored int
      redis
        hits int
        misses int
        sets int
        deletes int
        fills int
        increments int
        stale int
        computations int
        lease_waits int
        overflows int
        refreshed int
        voided int
        unfenced int
        tags_asked int
        tags_outdated int
        tags_displaced int
        invalidations int
        transactions_unfinished int
        locks_acquired int
        locks_waited int
        locks_lost int
        locks_freed int
        sessions
          opened int
          written int
          skipped int
          refused int
          waits int
          seconds_waited float
          timeouts int
        reasons
        operations
        value_bytes_read int
        value_bytes_stored int
      shadow
        mode string
        leads bool
        refused null
        answers of 2
        follows
        share int
        compare int
        fill bool
        at_once bool
        waiting int
        counts
          copied int
          removed int
          raised int
          filled int
          failed int
          dropped int
          compared int
          left_out int
        classes
          equal int
          missing int
          surplus int
          older int
          newer int
          value int
          end int
          foreign int
        prefixes
        keys
  nodes
    127.0.0.1:2
      protocol string
      state string
      cause string
      seconds_left null
      times_open int
      in_flight int
      limit int
      shed float
      suspected bool
      clock_difference null
      milliseconds
        p50 null
        p95 null
        p99 null
      seconds float
      operations int
      connects int
      auths int
      redirects int
      refreshes int
      desyncs int
      retries int
      closes int
      nonces int
      closed
        failed int
        unfit int
        aged int
        dropped int
        surplus int
      spins
        begun int
        met int
        refused int
      outcomes
        ok int
        slow int
        hard int
        soft int
        stale int
        protocol int
        auth int
        full int
        not_ready int
        local int
      bytes_sent int
      bytes_received int
      reasons
      last_error null
      history
        seconds int
        until float
        answers of 60
        failures of 60
        mean of 60
        longest of 60
    127.0.0.1:1
      protocol string
      state string
      cause string
      seconds_left null
      times_open int
      in_flight int
      limit int
      shed float
      suspected bool
      clock_difference null
      milliseconds
        p50 null
        p95 null
        p99 null
      seconds float
      operations int
      connects int
      auths int
      redirects int
      refreshes int
      desyncs int
      retries int
      closes int
      nonces int
      closed
        failed int
        unfit int
        aged int
        dropped int
        surplus int
      spins
        begun int
        met int
        refused int
      outcomes
        ok int
        slow int
        hard int
        soft int
        stale int
        protocol int
        auth int
        full int
        not_ready int
        local int
      bytes_sent int
      bytes_received int
      reasons
        refused int
      last_error
        text string
        time float
        count int
      history
        seconds int
        until float
        answers of 60
        failures of 60
        mean of 60
        longest of 60
  policies
    default
    unused
    b
      page:*
        ttl float
        stale null
        local_ttl null
        tiers null
        applied int
  prefixes
    -
      database string
      namespace string
      prefix string
      tiers
        local
          operations int
          hits int
          bytes_in int
          bytes_out int
          errors int
          seconds float
      computations int
      seconds_computed float
  hot_keys
    default
      -
        namespace string
        key string
        count int
        error int
        hot bool
  rings
    b
      fingerprint string
      replicas int
      servers
        127.0.0.1:2
          ring_name null
          weight int
  clusters
  mixed_users
  names
  unconfirmed
  anomalies
  topology
    file string
    version int
    followed int
    time float
    looks int
    problem string
    disabled
    coming
      from float
      in_force bool
      problem string
  configuration
    refused
    not_kept int
    unconfigured
    settings
      default options
      unused options
      b options
