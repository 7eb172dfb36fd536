--TEST--
strata_status_page(): a button needs strata.operator, a token of this host and hour, and a browser that stands on the page
--SKIPIF--
<?php require __DIR__ . '/../../support/web.inc'; skip_without_web(); ?>
--FILE--
<?php
require __DIR__ . '/../../support/web.inc';
$code = 'strata_get("key");
    if (isset($_GET["state"])) { exit(strata_status()["nodes"]["127.0.0.1:1"]["state"]); }
    strata_status_page();';
$servers = ['strata.memcached' => 'memcached://127.0.0.1:1', 'strata.memory' => '1M'];
$web = new Web($servers + ['strata.operator' => 'on'], $code);
$order = ['strata_node' => '127.0.0.1:1', 'strata_action' => 'disable'];
function token(Web $web): string
{
    preg_match('~name="strata_token" value="(\w*)"~', $web->answer(''), $found);
    return $found[1] ?? 'none';
}
/** The status of an answer, where it leads, and the reason of a refusal. */
function told(string $answer): string
{
    preg_match('~^HTTP/\S+ (\d+)~', $answer, $status);
    preg_match('~^Location: (\S*)~mi', $answer, $to);
    preg_match('~<h2>The order was refused</h2><p>([^;<]*)~', $answer, $why);
    return implode(' ', array_filter([$status[1], $to[1] ?? '', $why[1] ?? '']));
}
function tell(string $what, string $answer): void
{
    global $web;
    echo str_pad("$what:", 28), told($answer), $web->get('state') === 'forced_open' ? ', and it is taken out' : '', "\n";
}
$token = token($web);
$right = $order + ['strata_token' => $token];
echo strlen($token), ' ', $token === token($web) ? 'the same again' : 'another one', "\n";
tell('without a token', $web->post('', $order));
tell('an empty one', $web->post('', $order + ['strata_token' => '']));
tell('one digit wrong', $web->post('', $order + ['strata_token' => strtr($token, '0123456789abcdef', '123456789abcdef0')]));
tell('as a list', $web->post('', $order + ['strata_token' => [$token]]));
tell('by GET', $web->answer(http_build_query($right)));
tell('from another site', $web->post('', $right, ['Sec-Fetch-Site: cross-site']));
tell('from a subdomain', $web->post('', $right, ['Sec-Fetch-Site: same-site']));
tell('typed by nobody', $web->post('', $right, ['Sec-Fetch-Site: none']));
tell('an older browser', $web->post('', $right, ['Origin: http://evil.example']));
tell('an origin without a host', $web->post('', $right, ['Origin: null']));
tell('another host name', $web->post('', $right, ['X: y', "Host: evil.example"]));
tell('an unknown order', $web->post('', ['strata_action' => 'reboot'] + $right));
tell('an unknown node', $web->post('', ['strata_node' => '127.0.0.1:2'] + $right));
tell('a form of the site itself', $web->post('', ['name' => 'value']));
tell('right', $web->post('a=b&refresh=5&strata_said=auto', $right, ['Sec-Fetch-Site: same-origin', 'Origin: null']));
tell('auto', $web->post('', ['strata_action' => 'auto'] + $right, ['Origin: http://' . $web->host()]));
tell('an order past', $web->answer('strata_said=disable'));
echo substr_count($web->answer('strata_said=disable'), 'The node has its order: disable'), ' ',
    substr_count($web->answer('strata_said=<script>'), 'The node has its order'), "\n";
$other = new Web($servers + ['strata.operator' => 'on'], $code);
$other->answer('');
echo 'a token of another PHP:     ', told($other->post('', $right)), "\n";
foreach (['off', 'auto'] as $operator) {
    $web = new Web($servers + ['strata.operator' => $operator], $code);
    echo "strata.operator = $operator: ", str_contains($web->answer(''), '<form') ? 'buttons' : 'no button', ', ',
        token($web), "\n";
    tell('an order', $web->post('', $right));
}
?>
--EXPECT--
64 the same again
without a token:            403 the token is missing or too old, or PHP was started anew since
an empty one:               403 the token is missing or too old, or PHP was started anew since
one digit wrong:            403 the token is missing or too old, or PHP was started anew since
as a list:                  403 the token is missing or too old, or PHP was started anew since
by GET:                     200
from another site:          403 the order came from a page of another site
from a subdomain:           403 the order came from a page of another site
typed by nobody:            403 the order came from a page of another site
an older browser:           403 the order came from a page of another site
an origin without a host:   403 the order came from a page of another site
another host name:          403 the token is missing or too old, or PHP was started anew since
an unknown order:           403 there is no such order
an unknown node:            403 no process of this host has asked a server of that name
a form of the site itself:  200
right:                      303 ?a=b&strata_said=disable, and it is taken out
auto:                       303 ?strata_said=auto
an order past:              200
1 0
a token of another PHP:     403 the token is missing or too old, or PHP was started anew since
strata.operator = off: no button, none
an order:                   403 strata.operator is not on for this request
strata.operator = auto: no button, none
an order:                   403 strata.operator is not on for this request
