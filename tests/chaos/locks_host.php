<?php
/* locks_host.php FILE FIRST ALL SECTIONS STOPS SECONDS — one host of locks.php. What it saw is its last line. */

require __DIR__ . '/locks.inc';

$host = new LockHost($argv[1], (int) $argv[2], (int) $argv[3]);
$host->run((int) $argv[4], (int) $argv[5], (float) $argv[6]);
$tiers = strata_status()['databases']['default'];
echo serialize([$host->waits, $host->kills, $host->stops, end($tiers)]);
