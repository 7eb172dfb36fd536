#!/bin/sh
# What editors are told is what the extension has.
exec tests/support/stubs.sh --check
