#!/bin/sh
# arginfo.sh — write ext/strata_arginfo.h from ext/strata.stub.php.
#
# PHP 8.4's generator writes one header that suits 8.1 to 8.5 (8.2's would write one for 8.2 only). It
# comes with Debian 13's php8.4-dev. It wants PHP-Parser 5 beside it and would download that from
# GitHub; Debian 13 has its source. The generated header is committed: only a changed stub needs this.
set -eu
cd "$(dirname "$0")/../.."

generator=${XDG_CACHE_HOME:-$HOME/.cache}/strata/gen_stub

if [ ! -e "$generator/gen_stub.php" ]; then
	tests/support/debian_source.sh php-parser "$generator/PHP-Parser-5.0.0" trixie >&2
	root=$(tests/support/debian_root.sh php8.4 trixie php8.4-cli php8.4-dev) || {
		echo "strata: $root" >&2
		exit 1
	}
	cp "$root"/usr/lib/php/*/build/gen_stub.php "$generator/"
fi

php -n -d extension=tokenizer "$generator/gen_stub.php" -f ext/strata.stub.php
