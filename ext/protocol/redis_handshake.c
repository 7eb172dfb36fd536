/*
 * The commands of a handshake follow from the setup alone. Composing and checking walk the same
 * list of steps, so they agree about which reply belongs to which command.
 *
 * The reply to AUTH is never repeated: a server that does not know the command echoes its
 * arguments, and with them the password. For the other steps the server's words are the best
 * explanation.
 */
#include "protocol/redis_handshake.h"

#include <stdio.h>

#include "os/process.h"
#include "protocol/resp.h"

typedef enum { AUTH, SELECT, SETNAME, READONLY, ROLE } step;

enum { MAX_STEPS = 5 };

static uint32_t steps_of(const strata_connection_setup *setup, step *steps)
{
	uint32_t count = 0;

	if (setup->password != NULL) {
		steps[count++] = AUTH;
	}
	if (setup->database != 0) {
		steps[count++] = SELECT;
	}
	if (!setup->is_bare) {
		steps[count++] = SETNAME;
	}
	if (setup->is_replica) {
		steps[count++] = READONLY;
	}
	if (setup->wants_master) {
		steps[count++] = ROLE;
	}
	return count;
}

static int compose_auth(const strata_connection_setup *setup, strata_buffer *out)
{
	strata_view arguments[3] = { strata_view_of("AUTH") };
	size_t count = 1;

	if (setup->user != NULL) {
		arguments[count++] = strata_view_of(setup->user);
	}
	arguments[count++] = strata_view_of(setup->password);
	return strata_resp_compose(out, arguments, count);
}

static int compose_select(const strata_connection_setup *setup, strata_buffer *out)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned) setup->database);
	return strata_resp_compose(out,
		(strata_view[]){ strata_view_of("SELECT"), strata_view_of(number) }, 2);
}

static int compose_setname(strata_buffer *out)
{
	char name[32];

	snprintf(name, sizeof(name), "strata:%u", (unsigned) strata_process_id());
	return strata_resp_compose(out,
		(strata_view[]){ strata_view_of("CLIENT"), strata_view_of("SETNAME"),
			strata_view_of(name) },
		3);
}

static int compose_readonly(strata_buffer *out)
{
	return strata_resp_compose(out, (strata_view[]){ strata_view_of("READONLY") }, 1);
}

static int compose_role(strata_buffer *out)
{
	return strata_resp_compose(out, (strata_view[]){ strata_view_of("ROLE") }, 1);
}

static int compose_step(const strata_connection_setup *setup, step wanted, strata_buffer *out)
{
	switch (wanted) {
		case AUTH: return compose_auth(setup, out);
		case SELECT: return compose_select(setup, out);
		case SETNAME: return compose_setname(out);
		case READONLY: return compose_readonly(out);
		case ROLE: return compose_role(out);
	}
	return -1;
}

strata_result strata_redis_handshake_compose(const strata_connection_setup *setup,
	strata_buffer *out, uint32_t *expected, bool *sends_auth)
{
	step steps[MAX_STEPS];
	uint32_t count = steps_of(setup, steps);

	*expected = 0;
	*sends_auth = setup->password != NULL;
	for (uint32_t i = 0; i < count; i++) {
		if (compose_step(setup, steps[i], out) != 0) {
			return STRATA_NO_MEMORY;
		}
	}
	*expected = count;
	return STRATA_OK;
}

static strata_result explain(strata_protocol_error *error, strata_result result,
	const char *sentence)
{
	snprintf(error->text, sizeof(error->text), "%s", sentence);
	return result;
}

/* The words of the server, unless they hold the password. Never called for AUTH. */
static strata_result quote(const strata_connection_setup *setup, strata_result result,
	const strata_resp_reply *reply, strata_protocol_error *error)
{
	char words[128];

	strata_resp_print_error(reply, words, sizeof(words));
	if (setup->password != NULL && strstr(words, setup->password) != NULL) {
		return explain(error, result, "the server refused SELECT");
	}
	snprintf(error->text, sizeof(error->text), "SELECT %u: %s%s", (unsigned) setup->database, words,
		strata_resp_is_error(reply, "ERR DB index") ? " (see its directive \"databases\")" : "");
	return result;
}

/* Errors that a server gives to any first command. OK when it is none of them. */
static strata_result check_server(const strata_resp_reply *reply, strata_protocol_error *error)
{
	if (reply->type != STRATA_RESP_ERROR && !strata_resp_is_ok(reply)) {
		return explain(error, STRATA_PROTOCOL,
			"the server does not speak the Redis protocol: it answered its greeting with no "
			"status");
	}
	if (strata_resp_is_error(reply, "LOADING")) {
		return explain(error, STRATA_NOT_READY, "the server is still loading its data");
	}
	if (strata_resp_is_error(reply, "DENIED")) {
		error->lasts = true;
		return explain(error, STRATA_SERVER,
			"the server is in protected mode and wants no client of this host: give it a password, "
			"or set its bind and protected-mode");
	}
	if (strata_resp_is_error(reply, "ERR max number of clients")) {
		return explain(error, STRATA_FULL, "the server has reached its maximum number of clients");
	}
	return STRATA_OK;
}

static strata_result check_auth(const strata_connection_setup *setup,
	const strata_resp_reply *reply, strata_protocol_error *error)
{
	if (reply->type != STRATA_RESP_ERROR) {
		return STRATA_OK;
	}
	if (strata_resp_is_error(reply, "ERR AUTH <password> called without any password") ||
		strata_resp_is_error(reply, "ERR Client sent AUTH, but no password is set")) {
		return explain(error, STRATA_AUTH,
			"a password is configured, and the server has none for its default user");
	}
	if (setup->user != NULL && strata_resp_is_error(reply, "ERR wrong number of arguments")) {
		return explain(error, STRATA_AUTH,
			"a user is configured, and the server knows none (Redis before 6.0)");
	}
	return explain(error, STRATA_AUTH,
		setup->user != NULL ? "the server did not accept the user and the password"
							: "the server did not accept the password");
}

/* For SELECT and CLIENT SETNAME. */
static strata_result check_permission(const strata_resp_reply *reply, strata_protocol_error *error)
{
	if (strata_resp_is_error(reply, "NOAUTH")) {
		return explain(error, STRATA_AUTH, "the server wants a password, and none is configured");
	}
	return STRATA_OK;
}

/*
 * Plain errors will not pass: there is no such database, or none but 0, or no SELECT. Others may,
 * such as BUSY.
 */
static strata_result select_refused_as(const strata_resp_reply *reply)
{
	if (strata_resp_is_error(reply, "NOPERM")) {
		return STRATA_AUTH;
	}
	return strata_resp_is_error(reply, "ERR") ? STRATA_UNSUPPORTED : STRATA_SERVER;
}

static strata_result check_select(const strata_connection_setup *setup,
	const strata_resp_reply *reply, strata_protocol_error *error)
{
	strata_result permission = check_permission(reply, error);

	if (permission != STRATA_OK || reply->type != STRATA_RESP_ERROR) {
		return permission;
	}
	return quote(setup, select_refused_as(reply), reply, error);
}

/* Without READONLY the replica would redirect every read to its master. */
static strata_result check_readonly(const strata_resp_reply *reply, strata_protocol_error *error)
{
	return strata_resp_is_ok(reply)
			   ? STRATA_OK
			   : explain(error, STRATA_SERVER, "the server did not accept READONLY");
}

static strata_result check_refused_role(const strata_resp_reply *reply,
	strata_protocol_error *error)
{
	if (strata_resp_is_error(reply, "NOPERM")) {
		return explain(error, STRATA_AUTH,
			"the user may not use ROLE, by which a server proves that it is the master");
	}
	if (strata_resp_is_error(reply, "ERR unknown command")) {
		return explain(error, STRATA_UNSUPPORTED, "the server does not know ROLE");
	}
	return explain(error, STRATA_SERVER, "the server did not say what its role is");
}

/* An array that begins with "master", "slave" or "sentinel". */
static strata_result check_role(const strata_resp_reply *reply, strata_protocol_error *error)
{
	const strata_resp_reply *role = strata_resp_element(reply, 0);

	if (reply->type == STRATA_RESP_ERROR) {
		return check_refused_role(reply, error);
	}
	if (role == NULL || role->type != STRATA_RESP_STRING) {
		return explain(error, STRATA_PROTOCOL, "the server answered ROLE with no role");
	}
	if (!strata_view_equal(role->text, strata_view_of("master"))) {
		return explain(error, STRATA_NO_OWNER, "the server says that it is not the master");
	}
	return STRATA_OK;
}

static strata_result check_step(const strata_connection_setup *setup, step step,
	const strata_resp_reply *reply, strata_protocol_error *error)
{
	bool has_role = step == ROLE && reply->type != STRATA_RESP_ERROR;
	strata_result server = has_role ? STRATA_OK : check_server(reply, error);

	if (server != STRATA_OK) {
		return server;
	}
	switch (step) {
		case AUTH: return check_auth(setup, reply, error);
		case SELECT: return check_select(setup, reply, error);
		/* The name only helps readers of CLIENT LIST: it is no reason to fail. */
		case SETNAME: return check_permission(reply, error);
		case READONLY: return check_readonly(reply, error);
		case ROLE: return check_role(reply, error);
	}
	return STRATA_OK;
}

strata_result strata_redis_handshake_check(const strata_connection_setup *setup,
	void *const *replies, uint32_t count, strata_protocol_error *error)
{
	step steps[MAX_STEPS];
	uint32_t wanted = steps_of(setup, steps);

	*error = (strata_protocol_error){ .text = "" };
	for (uint32_t i = 0; i < wanted && i < count; i++) {
		strata_result result = check_step(setup, steps[i], replies[i], error);

		if (result != STRATA_OK) {
			return result;
		}
	}
	return count == wanted ? STRATA_OK
						   : explain(error, STRATA_PROTOCOL,
								 "the server did not answer every command of the greeting");
}
