#!/bin/sh
# The scripts, judged by shellcheck where it is installed.
set -eu
command -v shellcheck >/dev/null || {
	echo "shellcheck is not installed"
	exit 77
}
git ls-files '*.sh' dev .ci/run tests/unit/run tests/bridges/run tests/sessions_of_php/run tests/fuzz/run tests/lint/run | xargs shellcheck -S warning
