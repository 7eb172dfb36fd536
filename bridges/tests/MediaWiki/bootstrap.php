<?php

/* So much of MediaWiki as its object caches need: no wiki, no database. */

declare(strict_types=1);

namespace {
    define('MEDIAWIKI', true);
    define('MW_ENTRY_POINT', 'cli');
    $source = getenv('STRATA_SOURCES') . '-mediawiki';
    require_once __DIR__ . '/../../autoload.php';
    require_once "$source/vendor/autoload.php";
    require_once "$source/includes/AutoLoader.php";

    function wfRandomString(int $length = 32): string
    {
        return substr(bin2hex(random_bytes($length)), 0, $length);
    }

    /* The checks of MediaWiki take a whole wiki for granted, and need none of it. */
    abstract class MediaWikiIntegrationTestCase extends PHPUnit\Framework\TestCase
    {
    }

    require_once "$source/tests/phpunit/includes/libs/objectcache/BagOStuffTestBase.php";
}

namespace Wikimedia {
    /** MediaWiki's tests reach a protected method through a class of this name, which Debian has nowhere. */
    class TestingAccessWrapper
    {
        private function __construct(private readonly object $object)
        {
        }

        public static function newFromObject(object $object): self
        {
            return new self($object);
        }

        public function __call(string $method, array $arguments): mixed
        {
            return (new \ReflectionMethod($this->object, $method))->invokeArgs($this->object, $arguments);
        }
    }
}
