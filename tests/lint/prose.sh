#!/bin/sh
# A comment says "the process", "the caller" or "the node": in this program nothing is a person.
exec php -n tests/lint/prose.php
