#!/bin/sh
# No boolean parameter in an exported function: at the place of a call it says nothing. Two functions do, or an enum.
exec php -n tests/lint/no_flags.php
