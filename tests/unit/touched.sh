#!/bin/sh
# touched.sh MACRO — the sources that differ when MACRO is defined: it stands in them, or in a header
# that they include themselves or by way of others.
set -eu
pattern="\\b$1\\b"
found=
until
	before=$found
	found=$(grep -rlE "$pattern" --include='*.[ch]' ext)
	[ "$found" = "$before" ]
do
	for header in $(echo "$found" | sed -n 's|^ext/\(.*\.h\)$|\1|p'); do
		pattern="$pattern|include \"$header\""
	done
done
echo "$found" | grep '\.c$'
