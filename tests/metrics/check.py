#!/usr/bin/python3
"""check.py FAMILIES DOCS — what load.php writes: is each text OpenMetrics to the client library of Prometheus, does
any counter go back, are the sums those of the processes and servers? FAMILIES lists all names that may be there, and
DOCS is the page that explains them. One line for each answer, and the sum."""
import json
import re
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

passed = failed = 0


def check(right, what, detail=""):
    global passed, failed
    if right:
        passed += 1
        print("ok", what)
    else:
        failed += 1
        print("FAILED metrics:", what, detail)


def samples_of(text, types):
    samples = {}
    for family in text_string_to_metric_families(text):
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        types[family.name + suffix] = family.type
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in samples:
                raise ValueError("twice: %s" % (key,))
            samples[key] = sample.value
    return samples


def only_grows(name, types):
    base = re.sub("_(bucket|count|sum)$", "", name)
    return types.get(name) == "counter" or types.get(base) == "histogram"


def total(samples, name, **wanted):
    return sum(value for (found, labels), value in samples.items()
               if found == name and all(dict(labels).get(label) in choice if isinstance(choice, tuple)
                                        else dict(labels).get(label) == choice for label, choice in wanted.items()))


def read_scrapes():
    while (line := sys.stdin.buffer.readline().decode()) not in ("end\n", ""):
        yield sys.stdin.buffer.read(int(line)).decode()


families = dict(line.split() for line in open(sys.argv[1]))
page = open(sys.argv[2]).read()
types, last, scrapes, wrong, fell = {}, {}, 0, "", ""
for text in read_scrapes():
    scrapes += 1
    try:
        samples = samples_of(text, types)
    except ValueError as error:
        wrong = wrong or "scrape %d: %s" % (scrapes, error)
        continue
    for key, value in last.items():
        if only_grows(key[0], types) and samples.get(key, -1) < value:
            fell = fell or "scrape %d: %s from %s to %s" % (scrapes, key, value, samples.get(key))
    last = samples
check(scrapes > 1 and not wrong, "all %d scrapes are OpenMetrics" % scrapes, wrong)
check(not fell, "no counter goes back, and no series of one ends", fell)
check(not set(types.items()) - set(families.items()), "each family is listed in tests/metrics/families",
      sorted(set(types.items()) - set(families.items())))
check(not [name for name in families if name not in page], "the page explains each family",
      [name for name in families if name not in page])

counts = json.loads(sys.stdin.readline())
before, after = counts["before"], counts["after"]
nodes = {labels["protocol"]: labels["node"] for (name, pairs) in last for labels in [dict(pairs)]
         if name == "strata_node_info"}
asked = ("hit", "miss", "stale", "unusable")


def same(what, ours, theirs):
    check(ours == theirs and ours > 0, "%s: %d" % (what, theirs), "metrics say %d" % ours)


for database, gets in counts["gets"].items():
    same("gets of " + database, total(last, "strata_operations_total", database=database, tier="local", operation="get"),
         gets)


def grown(server, name):
    return after[server].get(name, 0) - before[server].get(name, 0)


redis, memcached = nodes["redis"], nodes["memcached"]
# A connection says its name first. The former INFO was counted when it had been answered.
same("commands of Redis", total(last, "strata_node_operations_total", node=redis) +
     total(last, "strata_node_connects_total", node=redis), grown("redis", "total_commands_processed") - 1)
same("bytes to Redis", total(last, "strata_node_sent_bytes_total", node=redis),
     grown("redis", "total_net_input_bytes") - len("INFO everything\r\n"))
same("bytes from Redis", total(last, "strata_node_received_bytes_total", node=redis),
     grown("redis", "total_net_output_bytes") - before["redis"]["answer"])
same("INCRBY of Redis", total(last, "strata_operations_total", tier="redis", operation="increment"),
     grown("redis", "cmdstat_incrby"))
same("UNLINK of Redis", total(last, "strata_operations_total", tier="redis", operation="delete",
                              outcome=("removed", "miss")), grown("redis", "cmdstat_unlink"))
same("gets of memcached", total(last, "strata_operations_total", tier="memcached", operation="get", outcome=asked),
     grown("memcached", "cmd_get"))
same("bytes to memcached", total(last, "strata_node_sent_bytes_total", node=memcached),
     grown("memcached", "bytes_read") - len("stats\r\n"))
same("bytes from memcached", total(last, "strata_node_received_bytes_total", node=memcached),
     grown("memcached", "bytes_written") - before["memcached"]["answer"])
for node, name in (redis, "Redis"), (memcached, "memcached"):
    address, port = node.rsplit(":", 1)
    same("answers of " + name, total(last, "db_client_operation_duration_seconds_count", server_address=address,
                                     server_port=port), total(last, "strata_node_outcomes_total", node=node, outcome="ok"))
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
