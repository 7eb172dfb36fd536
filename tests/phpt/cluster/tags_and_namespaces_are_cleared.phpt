--TEST--
Three tiers over Redis Cluster: what is in a namespace that was cleared or has a tag that was invalidated is a miss to all verbs
--SKIPIF--
<?php require __DIR__ . '/../../support/servers.inc'; skip_without_cluster(); skip_without_memcached(); ?>
--INI--
strata.redis="${STRATA_TEST_CLUSTER_DSN}"
strata.memcached="${STRATA_TEST_MEMCACHED_DSN}"
strata.namespace=cluster-tags-${STRATA_TEST_RUN}
strata.operation_timeout=5s
strata.request_budget=0
strata.connect_timeout=5s
--FILE--
<?php
require __DIR__ . '/../../support/try_tags.inc';

try_tags();
?>
--EXPECT--
- clear() of a namespace
root posts de other
true: root posts other
true: root other
bool(false)
enum(Strata\Status::Miss)
bool(false)
bool(false)
int(5)
bool(true)
string(3) "new"
NULL
true: 
- invalidateTags()
bool(true)
bool(false)
bool(true)
bool(true)
int(2)
bool(true)
[{"both":[1],"one":[3],"many":2,"none":5,"added":1},[2]]
true[{"both":[1],"one":[3],"many":2,"none":5,"added":1},[2]]
true[{"many":2,"none":5,"added":1},null]
true[{"none":5},null]0
bool(true)
string(5) "again"
bool(true)
NULL
int(1)
- compareAndSet() keeps the tags that were seen
bool(true)
array(1) {
  [0]=>
  string(3) "new"
}
bool(true)
NULL
bool(false)
bool(false)
NULL
bool(true)
int(2)
bool(true)
bool(false)
bool(true)
int(3)
bool(true)
NULL
- remember()
int(1)
int(1)
int(1)
bool(true)
NULL
int(2)
int(2)
- an invalidation while it is computed is not lost
[["old",null],["old","old"],["old",null],["old","old"]]
[[{"m":1,"n":1},null],[{"m":1,"n":1},1]]
- tags that the function names
[["value","value"],["value","value"],["value","value"]]
NULL
NULL
