#!/bin/sh
# arginfo.sh — write ext/strata_arginfo.h from ext/strata.stub.php.
#
# PHP 8.4's generator writes one header that suits 8.1 to 8.5 (8.2's would write one for 8.2 only).
# It wants PHP-Parser 5 beside it and would download that from GitHub; Debian 13's source packages
# have both. The generated header is committed, so only who changes the stub needs this.
set -eu
cd "$(dirname "$0")/../.."

generator=${XDG_CACHE_HOME:-$HOME/.cache}/strata/gen_stub

if [ ! -e "$generator/gen_stub.php" ]; then
	tests/support/debian_source.sh php-parser "$generator/PHP-Parser-5.0.0" trixie >&2
	tests/support/debian_source.sh php8.4 "$generator/php" trixie trixie-security sid >&2
	mv "$generator/php/build/gen_stub.php" "$generator/"
	rm -rf "$generator/php"
fi

php -n -d extension=tokenizer "$generator/gen_stub.php" -f ext/strata.stub.php
