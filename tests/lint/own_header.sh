#!/bin/sh
# A source file has a header of its name, and defines what that header declares: a name leads to its file.
exec php -n tests/lint/own_header.php
