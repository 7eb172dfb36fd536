<?php
/* What the measured pool is: asked once, before the pages. */
echo json_encode(['pid' => getmypid(), 'strata' => phpversion('strata'), 'apcu' => phpversion('apcu'), 'opcache' => opcache_get_status(false) !== false]);
