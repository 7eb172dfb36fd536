#!/bin/sh
# Every Strata\Reason is explained in docs/operations.md, in the class that the code gives it.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n '/enum Reason/,/}/s/.*case .* = "\(.*\)";/\1/p' ext/strata.stub.php | sort >"$work/cases"

# X(FOREIGN, "foreign", ANSWER, "…"): the reasons among the results.
sed -n 's/^	X([A-Z_]*, *"\([a-z_]*\)", *\([A-Z]*\), .*/\1 \2/p' ext/base/result.h |
	tr '[:upper:]' '[:lower:]' | sort | join "$work/cases" - >"$work/wanted"

# | `foreign` | answer | cause | what to do |
sed -n '/^## Reasons/,/^## [^R]/s/^| `\([a-z_]*\)` | \([a-z]*\) | .* | .* |$/\1 \2/p' docs/operations.md |
	sort >"$work/found"

diff -u --label "ext/strata.stub.php, ext/base/result.h" --label docs/operations.md \
	"$work/wanted" "$work/found"
[ "$(wc -l <"$work/cases")" -eq "$(wc -l <"$work/wanted")" ] && [ -s "$work/cases" ]
