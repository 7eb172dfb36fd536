#!/bin/sh
# A file missing from config.m4 or package.xml shows only when a user installs the package.
exec tests/support/manifest.sh --check
