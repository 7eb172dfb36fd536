/*
 * A page of another site can have a browser send a form here, with all that the browser is known
 * by. It cannot read this page. So what is ordered has to come with a token that stands here: an
 * HMAC of hour, host and user, under a key that only the processes of this PHP know. Beside that,
 * browsers say where a request comes from, and what they say is looked at first.
 */
#include "api/page/order.h"

#include "SAPI.h"

#include <openssl/crypto.h>

#include "api/operator/node.h"
#include "api/request/globals.h"
#include "conf/ini.h"
#include "os/clock.h"
#include "tier/mac.h"

enum { LONGEST_QUERY = 150, LONGEST_REFRESH = 3600, DISABLED_FOR = 30 /* s */ };

static const strata_msec hour = 3600 * 1000;

/* ---- what the request says ---- */

static const zval *variable(int track, const char *name)
{
	const zval *all = &PG(http_globals)[track];
	const zval *found;

	if (Z_TYPE_P(all) != IS_ARRAY) {
		return NULL;
	}
	found = zend_hash_str_find(Z_ARRVAL_P(all), name, strlen(name));
	return found != NULL && Z_TYPE_P(found) == IS_STRING ? found : NULL;
}

/* Empty where there is none. PHP fills in $_SERVER when it is first asked for. */
static const char *server(const char *name)
{
	const zval *found;

	zend_is_auto_global_str(ZEND_STRL("_SERVER"));
	found = variable(TRACK_VARS_SERVER, name);
	return found != NULL ? Z_STRVAL_P(found) : "";
}

/* A text without NUL; else NULL. */
static const char *posted(const char *name)
{
	const zval *found = variable(TRACK_VARS_POST, name);

	return found != NULL && strlen(Z_STRVAL_P(found)) == Z_STRLEN_P(found) ? Z_STRVAL_P(found)
																		   : NULL;
}

static bool is_own(const char *part, size_t size)
{
	return (size >= 8 && memcmp(part, "refresh=", 8) == 0) ||
		   (size >= 11 && memcmp(part, "strata_said", 11) == 0);
}

void strata_order_write_query(smart_str *out)
{
	const char *rest = server("QUERY_STRING");

	if (strlen(rest) > LONGEST_QUERY) {
		return;
	}
	while (*rest != '\0') {
		size_t size = strcspn(rest, "&");

		if (size > 0 && !is_own(rest, size)) {
			smart_str_appendl(out, rest, size);
			smart_str_appendc(out, '&');
		}
		rest += size + (rest[size] == '&');
	}
}

zend_long strata_order_refresh(void)
{
	const zval *wish = variable(TRACK_VARS_GET, "refresh");
	zend_long seconds = wish != NULL ? ZEND_STRTOL(Z_STRVAL_P(wish), NULL, 10) : 0;

	return seconds < 1 ? 0 : MIN(seconds, LONGEST_REFRESH);
}

/* ---- tokens ---- */

bool strata_order_is_allowed(void)
{
	return strata_ini_operator() == STRATA_OPERATOR_ON;
}

static void write_digits(const unsigned char mac[STRATA_MAC_SIZE], char token[STRATA_ORDER_TOKEN])
{
	for (size_t i = 0; i < STRATA_MAC_SIZE; i++) {
		snprintf(token + 2 * i, 3, "%02x", mac[i]);
	}
}

/* Each part with its NUL, so that no two lists of them are one text. */
static strata_view part_of(const char *text)
{
	return (strata_view){ text, strlen(text) + 1 };
}

static bool make_token(strata_msec hours, char token[STRATA_ORDER_TOKEN])
{
	const unsigned char *key = strata_process_runtime.token_key;
	strata_mac *mac = strata_mac_new((strata_view){ (const char *) key, STRATA_RUNTIME_TOKEN_KEY });
	unsigned char whole[STRATA_MAC_SIZE];
	char moment[32];
	strata_view parts[4];
	bool is_made;

	token[0] = '\0';
	snprintf(moment, sizeof(moment), "%" PRIu64, (uint64_t) hours);
	parts[0] = part_of("strata_status_page");
	parts[1] = part_of(moment);
	parts[2] = part_of(server("HTTP_HOST"));
	parts[3] = part_of(server("REMOTE_USER"));
	is_made = mac != NULL && strata_mac_of(mac, parts, 4, whole);
	if (is_made) {
		write_digits(whole, token);
	}
	strata_mac_free(mac);
	return is_made;
}

bool strata_order_make_token(char token[STRATA_ORDER_TOKEN])
{
	return make_token(strata_clock_wall_msec() / hour, token);
}

/* Of this hour or the one before. Both are always compared, each in the same time. */
static bool is_token(const char *shown)
{
	strata_msec now = strata_clock_wall_msec() / hour;
	char wanted[STRATA_ORDER_TOKEN];
	bool is_right = false;

	if (strlen(shown) != STRATA_ORDER_TOKEN - 1) {
		return false;
	}
	for (strata_msec ago = 0; ago < 2; ago++) {
		is_right |= make_token(now - ago, wanted) &&
					CRYPTO_memcmp(shown, wanted, STRATA_ORDER_TOKEN - 1) == 0;
	}
	return is_right;
}

/* ---- orders ---- */

/*
 * Sec-Fetch-Site (W3C, Fetch Metadata) tells it in one word. Browsers without it send an Origin,
 * whose host has to be the one that was asked.
 */
static bool is_from_elsewhere(void)
{
	const char *site = server("HTTP_SEC_FETCH_SITE");
	const char *origin = server("HTTP_ORIGIN");
	const char *host = strstr(origin, "://");

	if (site[0] != '\0') {
		return strcmp(site, "same-origin") != 0;
	}
	if (origin[0] == '\0') {
		return false;
	}
	return host == NULL || zend_binary_strcasecmp(host + 3, strlen(host + 3), server("HTTP_HOST"),
							   strlen(server("HTTP_HOST"))) != 0;
}

/* The words that buttons send, as constant texts. */
static const char *known_action(const char *word)
{
	static const char *const actions[] = { "disable", "enable", "drain", "auto" };

	for (size_t i = 0; word != NULL && i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(word, actions[i]) == 0) {
			return actions[i];
		}
	}
	return NULL;
}

static const char *objection(const char *node, const char *token, const char *action)
{
	if (!strata_order_is_allowed()) {
		return "strata.operator is not on for this request; accepted: strata.operator = on, in "
			   "the pool or place where operators see this page";
	}
	if (is_from_elsewhere()) {
		return "the order came from a page of another site; accepted: a button of this page";
	}
	if (token == NULL || !is_token(token)) {
		return "the token is missing or too old, or PHP was started anew since; accepted: this "
			   "page loaded again, and its button";
	}
	return node == NULL || action == NULL
			   ? "there is no such order; accepted: disable, enable, drain or auto, and a node"
			   : NULL;
}

strata_order_outcome strata_order_take(const char **action, const char **why)
{
	const char *method = SG(request_info).request_method;
	const char *node = posted("strata_node");
	const char *word = known_action(posted("strata_action"));

	*action = NULL;
	*why = NULL;
	if (method == NULL || strcmp(method, "POST") != 0 || posted("strata_action") == NULL) {
		return STRATA_ORDER_NONE;
	}
	*why = objection(node, posted("strata_token"), word);
	if (*why == NULL &&
		!strata_operator_order(node, word, strcmp(word, "disable") == 0 ? DISABLED_FOR : 0)) {
		*why = "no process of this host has asked a server of that name";
	}
	if (*why != NULL) {
		return STRATA_ORDER_REFUSED;
	}
	*action = word;
	return STRATA_ORDER_TAKEN;
}

const char *strata_order_said(void)
{
	const zval *said = variable(TRACK_VARS_GET, "strata_said");

	return said != NULL ? known_action(Z_STRVAL_P(said)) : NULL;
}
