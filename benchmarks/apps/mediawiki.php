<?php
/* What the LocalSettings.php of the measured wiki ends with: the cache that STRATA_APPS_CACHE names. */

$folder = getenv('STRATA_APPS_FOLDER');
$wgDBserver = 'localhost:' . getenv('STRATA_APPS_MYSQL');
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgCacheDirectory = "$folder/wiki/cache";
$wgUploadDirectory = "$folder/wiki/images";
$wgEnableUploads = false;
$wgJobRunRate = 0;
$wgPingback = false;
$wgEnableEmail = false;

switch (getenv('STRATA_APPS_CACHE')) {
	case 'apcu':
		$wgMainCacheType = CACHE_ACCEL;
		break;
	case 'local':
	case 'redis':
		require getenv('STRATA_APPS_ROOT') . '/bridges/autoload.php';
		$wgObjectCaches['strata'] = ['class' => Strata\Bridge\MediaWiki\BagOStuff::class];
		$wgMainCacheType = 'strata';
		/* What MediaWiki keeps for one host alone is in APCu where there is one, and nowhere else by itself. */
		$wgHooks['MediaWikiServices'][] = static function ($services): void {
			$services->redefineService('LocalServerObjectCache', static fn () => new Strata\Bridge\MediaWiki\BagOStuff([
				'database' => 'host', 'keyspace' => $GLOBALS['wgDBname'],
			]));
		};
		break;
	default:
		/* As the installer writes it: what must be kept is kept in tables. */
		$wgMainCacheType = CACHE_NONE;
}
