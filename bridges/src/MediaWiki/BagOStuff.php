<?php

declare(strict_types=1);

namespace Strata\Bridge\MediaWiki;

use Strata\Bridge\Deepest;
use Strata\Cache;
use Strata\ConnectionException;
use Strata\Lock;
use Strata\Result;
use Strata\Status;
use Strata\StrataException;

/**
 * MediaWiki's object cache on a database of strata.
 *
 *     require_once '…/bridges/autoload.php';
 *     $wgObjectCaches['strata'] = ['class' => Strata\Bridge\MediaWiki\BagOStuff::class];
 *     $wgMainCacheType = 'strata';
 *
 * Besides what MediaWiki says itself, the array may name a "database" of strata ("default") and a "namespace" in it
 * (none: MediaWiki's own keys begin with the name of the wiki). A failure is told by getLastError() and in the log.
 */
class BagOStuff extends \MediumSpecificBagOStuff
{
    /** Seconds: the longest life that strata gives to a lock. */
    private const LONGEST = 28 * 86400;

    private readonly Cache $cache;
    private readonly Deepest $deepest;

    /** @var array<string, Lock> by the key that they are about */
    private array $held = [];

    public function __construct(array $params = [])
    {
        /* As for memcached: what a server takes unless it is told otherwise is less than 1 MiB. */
        parent::__construct($params + ['segmentationSize' => 917_504]);
        $this->cache = new Cache($params['database'] ?? 'default', $params['namespace'] ?? '');
        $this->deepest = new Deepest($this->cache);
        $this->attrMap[self::ATTR_DURABILITY] = self::QOS_DURABILITY_SERVICE;
    }

    protected function doGet($key, $flags = 0, &$casToken = null)
    {
        $wanted = $casToken === self::PASS_BY_REF;
        $casToken = null;
        $latest = $wanted || $this->fieldHasFlags($flags, self::READ_LATEST);
        $result = $this->attempt(fn () => $latest ? $this->deepest->fetch($key) : $this->cache->fetch($key), null);
        if ($result === null || !$this->isFound($key, $result)) {
            return false;
        }
        if ($wanted) {
            $casToken = $result;
        }
        return $result->value;
    }

    protected function doGetMulti(array $keys, $flags = 0)
    {
        if ($this->fieldHasFlags($flags, self::READ_LATEST)) {
            return parent::doGetMulti($keys, $flags);
        }
        $found = [];
        foreach ($this->attempt(fn () => $this->cache->fetchMultiple(self::strings($keys)), []) as $key => $result) {
            if ($this->isFound((string) $key, $result)) {
                $found[$key] = $result->value;
            }
        }
        return $found;
    }

    protected function doSet($key, $value, $exptime = 0, $flags = 0)
    {
        return $this->confirmed($key, fn () => $this->cache->set($key, $value, $this->life($exptime)));
    }

    protected function doSetMulti(array $data, $exptime = 0, $flags = 0)
    {
        return $this->confirmed('several keys', fn () => $this->cache->setMultiple($data, $this->life($exptime)));
    }

    protected function doAdd($key, $value, $exptime = 0, $flags = 0)
    {
        return $this->attempt(fn () => $this->cache->add($key, $value, $this->life($exptime)), false);
    }

    protected function doCas($casToken, $key, $value, $exptime = 0, $flags = 0)
    {
        if (!$casToken instanceof Result) {
            return false;
        }
        $life = $this->life($exptime);
        return $this->attempt(fn () => $this->cache->compareAndSet($key, $casToken, $value, $life), false);
    }

    protected function doDelete($key, $flags = 0)
    {
        return $this->confirmed($key, fn () => $this->cache->delete($key));
    }

    protected function doDeleteMulti(array $keys, $flags = 0)
    {
        return $this->confirmed('several keys', fn () => $this->cache->deleteMultiple(self::strings($keys)));
    }

    protected function doChangeTTL($key, $exptime, $flags)
    {
        $end = $this->getExpirationAsTimestamp($exptime);
        if ($end == self::TTL_INDEFINITE || $end > $this->getCurrentTime()) {
            return $this->attempt(fn () => $this->cache->touch($key, $this->life($exptime)), false);
        }
        return $this->doGet($key, self::READ_LATEST) !== false && $this->doDelete($key);
    }

    public function incr($key, $value = 1, $flags = 0)
    {
        return $this->count($key, (int) $value, null, 0);
    }

    public function decr($key, $value = 1, $flags = 0)
    {
        return $this->count($key, -(int) $value, null, 0);
    }

    protected function doIncrWithInit($key, $exptime, $step, $init, $flags)
    {
        /* strata begins to count from the initial value, MediaWiki stores it. */
        return $this->count($key, $step, $init - $step, $exptime);
    }

    private function count(string $key, int $step, ?int $initial, $exptime): int|false
    {
        $life = $this->life($exptime);
        return $this->attempt(fn () => $this->cache->increment($key, $step, $initial, $life), null) ?? false;
    }

    /* A lock of strata is its holder's alone, and waits without asking the server again and again. */
    protected function doLock($key, $timeout, $exptime)
    {
        $held = $this->attempt(function () use ($key, $timeout, $exptime) {
            $lock = $this->cache->lock($key, (int) min(self::LONGEST, max(1, ceil($exptime))));
            return $lock->acquire((float) $timeout) ? $lock : null;
        }, null);
        if ($held === null) {
            $this->logger->info('no lock for {key} within {timeout} s', ['key' => $key, 'timeout' => $timeout]);
            return null;
        }
        $this->held[$key] = $held;
        return microtime(true);
    }

    protected function doUnlock($key)
    {
        $lock = $this->held[$key] ?? null;
        unset($this->held[$key]);
        return $lock !== null && $this->attempt(fn () => $lock->release(), false);
    }

    /* Values go to strata as they are: their size is guessed, as MediaWiki does where it does not serialize. */
    public function setNewPreparedValues(array $valueByKey)
    {
        return $this->guessSerialSizeOfValues($valueByKey);
    }

    public function makeKeyInternal($keyspace, $components)
    {
        return $this->genericKeyFromComponents($keyspace, ...$components);
    }

    protected function convertGenericKey($key)
    {
        return $key;
    }

    /** Seconds, as strata takes them: null has no end. */
    private function life($exptime): ?int
    {
        $seconds = $this->getExpirationAsTTL($exptime);
        return $seconds == self::TTL_INDEFINITE ? null : (int) $seconds;
    }

    /** Array keys that are decimal numbers are integers in PHP. */
    private static function strings(array $keys): array
    {
        return array_map('strval', array_values($keys));
    }

    private function isFound(string $key, Result $result): bool
    {
        if ($result->status === Status::Error) {
            $this->failed(self::ERR_UNREACHABLE, "{key}: {reason}", ['key' => $key, 'reason' => $result->reason?->value]);
        }
        return $result->status === Status::Hit || $result->status === Status::Stale;
    }

    /** Of a change that is false only where a server did not confirm it. */
    private function confirmed(string $key, callable $act): bool
    {
        $done = $this->attempt($act, null);
        if ($done === false) {
            $this->failed(self::ERR_UNREACHABLE, '{key}: a change was not confirmed', ['key' => $key]);
        }
        return $done === true;
    }

    /** What the function returns; where strata throws, that is told, and the fallback is returned. */
    private function attempt(callable $act, mixed $fallback): mixed
    {
        try {
            return $act();
        } catch (ConnectionException $thrown) {
            $this->failed(self::ERR_UNREACHABLE, '{said}', ['said' => $thrown->getMessage()]);
        } catch (StrataException $thrown) {
            $this->failed(self::ERR_UNEXPECTED, '{said}', ['said' => $thrown->getMessage()]);
        }
        return $fallback;
    }

    private function failed(int $error, string $message, array $context): void
    {
        $this->setLastError($error);
        $this->logger->error("strata: $message", $context);
    }
}
