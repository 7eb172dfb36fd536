<?php

declare(strict_types=1);

namespace Strata\Bridge\Tests\Symfony;

use PHPUnit\Framework\TestCase;
use Strata\Bridge\Symfony\Adapter;
use Strata\Bridge\Symfony\Store;
use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Component\Config\Loader\LoaderInterface;
use Symfony\Component\DependencyInjection\ContainerBuilder;
use Symfony\Component\HttpKernel\Kernel;
use Symfony\Component\Lock\LockFactory;

/** The configuration of docs/frameworks.md, as it stands there, in an application of Symfony. */
final class FrameworkTest extends TestCase
{
    private string $folder;

    /** What Debian has no package of here comes from the source. */
    public static function setUpBeforeClass(): void
    {
        foreach (['Container', 'EventDispatcher', 'Log'] as $interfaces) {
            require_once "Psr/$interfaces/autoload.php";
        }
        spl_autoload_register(function (string $class): void {
            $file = getenv('STRATA_SOURCES') . '-symfony/src/' . strtr($class, '\\', '/') . '.php';
            if (is_file($file)) {
                require_once $file;
            }
        });
        require_once getenv('STRATA_SOURCES') . '-symfony/src/Symfony/Contracts/Deprecation/function.php';
    }

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/' . uniqid('strata-framework-');
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        $entries = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator($this->folder, \FilesystemIterator::SKIP_DOTS),
            \RecursiveIteratorIterator::CHILD_FIRST,
        );
        foreach ($entries as $entry) {
            $entry->isDir() ? rmdir((string) $entry) : unlink((string) $entry);
        }
        rmdir($this->folder);
    }

    public function testTheConfigurationOfThePage(): void
    {
        $page = file_get_contents(__DIR__ . '/../../../docs/frameworks.md');
        $this->assertSame(1, preg_match('/^```yaml\n(.*?)^```/ms', $page, $yaml));
        file_put_contents("$this->folder/services.yaml", $yaml[1]);
        $kernel = $this->kernel($this->folder);
        $kernel->boot();
        $pool = $kernel->getContainer()->get('the.pool');
        $this->assertInstanceOf(Adapter::class, $pool);
        $this->assertSame(5, $pool->get('product.1', fn () => 5));
        $this->assertTrue($pool->clear('product.') && !$pool->hasItem('product.1'));
        $factory = $kernel->getContainer()->get('the.factory');
        $this->assertInstanceOf(LockFactory::class, $factory);
        $this->assertInstanceOf(Store::class, (new \ReflectionProperty($factory, 'store'))->getValue($factory));
        $lock = $factory->createLock(uniqid('framework', true), 5);
        $this->assertTrue($lock->acquire());
        $lock->release();
    }

    private function kernel(string $folder): Kernel
    {
        return new class ($folder) extends Kernel {
            public function __construct(private string $folder)
            {
                parent::__construct('dev', false);
            }

            public function registerBundles(): iterable
            {
                return [new FrameworkBundle()];
            }

            public function registerContainerConfiguration(LoaderInterface $loader): void
            {
                $loader->load("$this->folder/services.yaml");
                $loader->load(function (ContainerBuilder $container): void {
                    $container->loadFromExtension('framework', ['secret' => 's', 'http_method_override' => false]);
                    $container->setAlias('the.pool', 'catalog.cache')->setPublic(true);
                    $container->setAlias('the.factory', LockFactory::class)->setPublic(true);
                });
            }

            public function getProjectDir(): string
            {
                return $this->folder;
            }
        };
    }
}
