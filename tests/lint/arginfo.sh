#!/bin/sh
# The generated header belongs to the stub beside it.
set -eu
hash=$(sha1sum <ext/strata.stub.php | cut -d' ' -f1)
grep -q "Stub hash: $hash" ext/strata_arginfo.h || {
	echo "ext/strata_arginfo.h is not of this ext/strata.stub.php: run ./dev arginfo"
	exit 1
}
