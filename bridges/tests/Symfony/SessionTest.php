<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use PHPUnit\Framework\TestCase;

/** Visits of one user, each in a process of its own, as the workers of a site have them. */
final class SessionTest extends TestCase
{
    use Sessions;

    private const VISIT = <<<'PHP'
        require 'Symfony/Component/HttpFoundation/autoload.php';
        use Symfony\Component\HttpFoundation\Session\Session;
        use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;
        $_COOKIE['PHPSESSID'] = $argv[1];
        session_id($argv[1]);
        $session = new Session(new NativeSessionStorage(['use_strict_mode' => 1, 'name' => 'PHPSESSID']));
        ob_start();
        $session->start();
        $said = eval($argv[2]);
        $session->save();
        ob_end_clean();
        echo json_encode([$session->getId(), $said]);
        PHP;

    protected function setUp(): void
    {
        if (getenv('STRATA_TEST_BACKEND') === 'local') {
            $this->markTestSkipped('processes that are started one by one share no memory');
        }
    }

    protected function tearDown(): void
    {
    }

    /** @return array{string, mixed} the id and what the code returns, in another process */
    private function visit(string $id, string $code): array
    {
        $command = [PHP_BINARY, '-r', self::VISIT, '--', $id, $code];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        $said = stream_get_contents($pipes[1]);
        proc_close($process);
        $this->assertNotNull(json_decode($said), $said);
        return json_decode($said, true);
    }

    public function testLoginIsSeenByTheNextProcessAndItsLogoutByAll(): void
    {
        [$guest] = $this->visit('', '$session->set("cart", [1, 2]);');
        [$user, $said] = $this->visit($guest, '$session->migrate(true); $session->set("user", "ada"); return $session->get("cart");');
        $this->assertSame([1, 2], $said);
        $this->assertNotSame($guest, $user);
        $this->assertSame([$user, 'ada'], $this->visit($user, 'return $session->get("user");'));
        [$other, $said] = $this->visit($guest, 'return $session->all();');
        $this->assertSame([], $said, 'the id of before the login leads nowhere');
        $this->assertNotSame($guest, $other);
        $this->visit($user, '$session->invalidate();');
        $this->assertSame([], $this->visit($user, 'return $session->all();')[1]);
    }

    public function testFlashIsShownOnce(): void
    {
        [$id] = $this->visit('', '$session->getFlashBag()->add("notice", "saved");');
        $this->assertSame([$id, ['saved']], $this->visit($id, 'return $session->getFlashBag()->get("notice");'));
        $this->assertSame([], $this->visit($id, 'return $session->getFlashBag()->get("notice");')[1]);
    }

    public function testRequestsUnderWayEndWhereTheUserIs(): void
    {
        [$old] = $this->visit('', '$session->set("user", "ada");');
        [$new] = $this->visit($old, '$session->migrate();');
        $this->assertNotSame($old, $new);
        $this->assertSame('ada', $this->visit($old, 'return $session->get("user");')[1]);
    }

    /** Symfony reads it to see that there is none, and then begins another one in the same request. */
    public function testUnknownIdIsRefusedAndLeftAlone(): void
    {
        $unknown = bin2hex(random_bytes(16));
        foreach (['first', 'second'] as $visit) {
            [$id, $said] = $this->visit($unknown, 'return $session->all();');
            $this->assertSame([], $said, $visit);
            $this->assertNotSame($unknown, $id, $visit);
        }
        [$id] = $this->visit($unknown, '$session->set("user", "ada");');
        $this->assertSame([$id, 'ada'], $this->visit($id, 'return $session->get("user");'));
    }
}
