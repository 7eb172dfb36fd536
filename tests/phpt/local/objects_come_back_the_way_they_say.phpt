--TEST--
Strata\Cache: get() returns objects as their __serialize(), __sleep(), __unserialize() and __wakeup() want it
--FILE--
<?php
class Plain
{
    public int $public = 1;
    protected ?string $protected = 'p';
    private array $private = ['q'];
    public ?Plain $other = null;
}
class Magic
{
    public function __construct(public string $kept, public string $dropped = 'here')
    {
    }
    public function __serialize(): array
    {
        return ['kept' => $this->kept];
    }
    public function __unserialize(array $data): void
    {
        $this->kept = $data['kept'] . ', unserialized';
        $this->dropped = 'gone';
    }
}
class Sleeper
{
    public $kept = 'k';
    public $connection = 'open';
    public function __sleep()
    {
        return ['kept'];
    }
    public function __wakeup()
    {
        $this->connection = 'opened again';
    }
}
enum Suit: string
{
    case Hearts = 'H';
    case Spades = 'S';
}

$cyclic = new stdClass();
$cyclic->self = $cyclic;
$cyclic->list = [$cyclic];
$plain = new Plain();
$plain->other = new Plain();
$dynamic = (object) ['a' => 1, 'b b' => [2], '3' => 'three'];

strata_set('plain', $plain);
strata_set('magic', [new Magic('m')]);
strata_set('sleeper', new Sleeper());
strata_set('suit', ['suit' => Suit::Spades]);
strata_set('date', new DateTimeImmutable('2024-02-29 12:00:00.5', new DateTimeZone('Europe/Berlin')));
strata_set('cyclic', $cyclic);
strata_set('dynamic', $dynamic);
strata_set('spl', new ArrayObject(['x' => new SplObjectStorage()]));
strata_set('twice', [$dynamic, $dynamic]);

var_dump(strata_get('plain') == $plain && strata_get('plain') !== $plain);
[$magic] = strata_get('magic');
echo "$magic->kept, $magic->dropped\n";
$sleeper = strata_get('sleeper');
echo "$sleeper->kept, $sleeper->connection\n";
var_dump(strata_get('suit')['suit'] === Suit::Spades);
echo strata_get('date')->format('c u e'), "\n";
$read = strata_get('cyclic');
var_dump($read->self === $read && $read->list[0] === $read && $read !== $cyclic);
var_dump(strata_get('dynamic') == $dynamic);
echo get_class(strata_get('spl')['x']), "\n";
[$one, $two] = strata_get('twice');
var_dump($one === $two);
?>
--EXPECT--
bool(true)
m, unserialized, gone
k, opened again
bool(true)
2024-02-29T12:00:00+01:00 500000 Europe/Berlin
bool(true)
bool(true)
SplObjectStorage
bool(true)
