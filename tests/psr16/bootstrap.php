<?php

/* Debian's copies of the interface and of its tests. */
require_once 'Psr/SimpleCache/autoload.php';
require_once 'Cache/IntegrationTests/autoload.php';
