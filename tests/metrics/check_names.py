#!/usr/bin/python3
"""check_names.py FAMILIES DASHBOARD RULES — do the dashboard and the rules ask for metrics that are there? Each name
and each label of a selector is looked up. One line for each answer, and the sum."""
import json
import re
import sys

passed = failed = 0
families = dict(line.split() for line in open(sys.argv[1]))
LABELS = {"job", "instance", "le", "node", "database", "tier", "operation", "outcome", "state", "cause", "reason",
          "direction", "kind", "servers", "number", "server_address", "server_port", "db_system_name", "place", "class"}


def check(right, what, detail=""):
    global passed, failed
    passed += bool(right)
    failed += not right
    print("ok" if right else "FAILED metrics:", what, detail if not right else "")


def unknown(expression):
    """Names that no metric has, and labels that none has."""
    names = re.findall(r"\b(?:strata|db_client)_[a-z_]+", expression)
    bases = {re.sub("_(bucket|count|sum)$", "", name) if families.get(name) is None else name for name in names}
    labels = set(re.findall(r"([a-z_]+)(?:=~|!~|!=|=)\"", expression))
    for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression):
        labels |= {label.strip() for label in group.split(",")}
    return sorted(bases - set(families)) + sorted(labels - LABELS), bool(names)


def expressions_of(panel):
    return [target["expr"] for target in panel.get("targets", [])]


dashboard = json.load(open(sys.argv[2]))
panels = dashboard["panels"]
check(len({panel["id"] for panel in panels}) == len(panels) > 0, "the panels have numbers of their own")
places = [(x, y) for panel in panels for place in [panel["gridPos"]]
          for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
check(len(set(places)) == len(places) and max(x for x, y in places) < 24, "no panel covers another one")
for panel in panels:
    found = [unknown(expression) for expression in expressions_of(panel)]
    check(found and all(not names and any_there for names, any_there in found), "panel " + panel["title"], found)
# Of YAML only what the rules use: an expression is one line, or those that are indented below ">-".
rules = re.findall(r"expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)", open(sys.argv[3]).read())
for expression in ("".join(pair) for pair in rules):
    names, any_there = unknown(expression)
    check(not names and any_there, "rule " + " ".join(expression.split())[:60], names)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
