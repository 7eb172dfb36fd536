#!/bin/sh
# Identifiers and files have the field's words, not our own: tests/lint/private_words lists both.
exec php -n tests/lint/words.php
