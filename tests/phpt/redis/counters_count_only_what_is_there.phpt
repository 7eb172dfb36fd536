--TEST--
Redis: null counts only what is there, a ttl of 0 deletes what was seen, and fetch() says when numbers end
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_redis(); ?>
--INI--
strata.redis="${STRATA_TEST_REDIS_DSN}"
strata.namespace=redis-small-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
strata.local_ttl=0
strata.ttl_jitter=0
--FILE--
<?php
require __DIR__ . '/../../support/small_verbs.inc';

try_small_verbs(new Strata\Cache());
?>
--EXPECT--
- null counts only what is there
NULL
NULL
NULL
bool(false)
int(7)
int(-3)
int(-2)
int(-2)
Strata\CapacityException: key "high": the sum does not fit a 64-bit integer
Strata\SerializationException: key "text": the stored value is not an integer
int(7)
int(8)
int(-1)
NULL
int(1)
int(2)
bool(true)
NULL
NULL
NULL
int(1)
- a ttl of 0 deletes what was seen
[false,true,true,false]
[false,true,true,false]
[false,true,true,false]
bool(true)
bool(true)
bool(false)
int(1)
- ends of numbers
bool(true)
bool(true)
bool(true)
NULL
NULL
enum(Strata\Status::Miss)
int(1)
bool(true)
bool(true)
bool(true)
NULL
