/*
 * A context reads its files once, when the first call of a thread opens a database. PHP's start is
 * too early: php-fpm sets the directives of a pool later, and only its user may be able to read the
 * keys.
 *
 * A session is kept by its node and not in OpenSSL's own cache, which is searched by name. It is
 * offered again and again, with TLS 1.3 as well. There a ticket that is used once hides the
 * identity of the client. A cache server knows its clients anyway.
 *
 * OpenSSL keeps its errors in a queue of the thread, which PHP's own modules use too. It is emptied
 * before each call whose error counts and left empty.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct strata_tls {
	SSL_CTX *context;
	char *name; /* empty: the host's */
	bool verifies;
};

/* ---- sessions ---- */

void strata_tls_memory_fini(strata_tls_memory *memory)
{
	SSL_SESSION_free(memory->session);
	memory->session = NULL;
}

/* The server sent a session, maybe long after the handshake. 1: this side frees it. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	strata_tls_memory *memory = SSL_get_app_data(ssl);

	strata_tls_memory_fini(memory);
	memory->session = session;
	return 1;
}

/* ---- files ---- */

__attribute__((format(printf, 3, 4))) static strata_result fail(strata_tls_error *error,
	const char *option, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	error->option = option;
	ERR_clear_error();
	return STRATA_TLS;
}

static strata_result fail_for_memory(strata_tls_error *error)
{
	(void) fail(error, "tls_ca", "%s", strata_result_text(STRATA_NO_MEMORY));
	return STRATA_NO_MEMORY;
}

/* OpenSSL names a missing file differently in each version, so the kernel is asked. */
static strata_result check_readable(const char *option, const char *path, strata_tls_error *error)
{
	if (access(path, R_OK) != 0) {
		return fail(error, option, "\"%.120s\" cannot be read: %s", path, strerror(errno));
	}
	return STRATA_OK;
}

static bool is_directory(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static strata_result trust(SSL_CTX *context, const char *path, strata_tls_error *error)
{
	strata_result result;

	if (path[0] == '\0') {
		return SSL_CTX_set_default_verify_paths(context) == 1
				   ? STRATA_OK
				   : fail(error, "tls_ca", "the system's certificates cannot be read");
	}
	result = check_readable("tls_ca", path, error);
	if (result != STRATA_OK) {
		return result;
	}
	if (is_directory(path)) {
		return SSL_CTX_load_verify_locations(context, NULL, path) == 1 ? STRATA_OK
																	   : fail_for_memory(error);
	}
	return SSL_CTX_load_verify_locations(context, path, NULL) == 1
			   ? STRATA_OK
			   : fail(error, "tls_ca", "\"%.120s\" holds no certificate in PEM", path);
}

/* OpenSSL itself would ask on the terminal, and the request would wait for an answer. */
static int give_no_passphrase(char *room, int size, int writes, void *was_asked)
{
	(void) room;
	(void) size;
	(void) writes;
	*(bool *) was_asked = true;
	return -1;
}

static const char *objection_to_key(SSL_CTX *context, const char *path)
{
	bool was_asked = false;
	bool is_used;

	SSL_CTX_set_default_passwd_cb(context, give_no_passphrase);
	SSL_CTX_set_default_passwd_cb_userdata(context, &was_asked);
	is_used = SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1;
	SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
	if (is_used) {
		return SSL_CTX_check_private_key(context) == 1 ? NULL : "is not the key of tls_certificate";
	}
	if (was_asked) {
		return "is locked with a passphrase, and nobody is there to give it";
	}
	return ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH
			   ? "is not the key of tls_certificate"
			   : "holds no key in PEM";
}

static strata_result use_key(SSL_CTX *context, const char *option, const char *path,
	strata_tls_error *error)
{
	strata_result result = check_readable(option, path, error);
	const char *objection;

	if (result != STRATA_OK) {
		return result;
	}
	ERR_clear_error();
	objection = objection_to_key(context, path);
	return objection == NULL ? STRATA_OK : fail(error, option, "\"%.120s\" %s", path, objection);
}

static strata_result use_certificate(SSL_CTX *context, const strata_tls_settings *settings,
	strata_tls_error *error)
{
	const char *path = settings->certificate;
	strata_result result;

	if (path[0] == '\0') {
		return settings->key[0] == '\0'
				   ? STRATA_OK
				   : fail(error, "tls_key", "it is of no use without tls_certificate");
	}
	result = check_readable("tls_certificate", path, error);
	if (result != STRATA_OK) {
		return result;
	}
	if (SSL_CTX_use_certificate_chain_file(context, path) != 1) {
		return fail(error, "tls_certificate", "\"%.120s\" holds no certificate in PEM", path);
	}
	return settings->key[0] == '\0' ? use_key(context, "tls_certificate", path, error)
									: use_key(context, "tls_key", settings->key, error);
}

/* ---- the context ---- */

/* Partial writes, so that a buffer may be sent from where the last call stopped. */
static bool prepare(SSL_CTX *context, bool verifies)
{
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
								  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_quiet_shutdown(context, 1);
	SSL_CTX_set_session_cache_mode(context,
		SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
	SSL_CTX_sess_set_new_cb(context, keep_session);
	SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}

static strata_result fill(strata_tls *tls, const strata_tls_settings *settings,
	strata_tls_error *error)
{
	strata_result result;

	tls->verifies = settings->verifies;
	tls->name = strdup(settings->name);
	tls->context = SSL_CTX_new(TLS_client_method());
	if (tls->name == NULL || tls->context == NULL || !prepare(tls->context, tls->verifies)) {
		return fail_for_memory(error);
	}
	result = tls->verifies ? trust(tls->context, settings->ca, error) : STRATA_OK;
	return result == STRATA_OK ? use_certificate(tls->context, settings, error) : result;
}

strata_result strata_tls_new(const strata_tls_settings *settings, strata_tls **out,
	strata_tls_error *error)
{
	strata_tls *tls = calloc(1, sizeof(*tls));
	strata_result result;

	*out = NULL;
	*error = (strata_tls_error){ .option = "", .text = "" };
	if (tls == NULL) {
		return fail_for_memory(error);
	}
	result = fill(tls, settings, error);
	ERR_clear_error();
	if (result != STRATA_OK) {
		strata_tls_free(tls);
		return result;
	}
	*out = tls;
	return STRATA_OK;
}

void strata_tls_free(strata_tls *tls)
{
	if (tls == NULL) {
		return;
	}
	SSL_CTX_free(tls->context);
	free(tls->name);
	free(tls);
}

/* ---- connections ---- */

const char *strata_tls_name(const strata_tls *tls, const char *host)
{
	return tls->name[0] != '\0' ? tls->name : host;
}

static bool is_address(const char *name)
{
	struct in6_addr room;

	return inet_pton(AF_INET, name, &room) == 1 || inet_pton(AF_INET6, name, &room) == 1;
}

/* A certificate lists addresses apart from names, and only names are sent to the server. */
static bool expect(SSL *ssl, const char *name)
{
	char plain[256];
	size_t size = strlen(name);

	if (is_address(name)) {
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	}
	/* A final dot makes a name complete for the resolver. No certificate has it. */
	size -= size > 1 && name[size - 1] == '.' ? 1 : 0;
	snprintf(plain, sizeof(plain), "%.*s", (int) size, name);
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, plain) == 1 && SSL_set_tlsext_host_name(ssl, plain) == 1;
}

SSL *strata_tls_begin(const strata_tls *tls, const char *host, strata_tls_memory *memory)
{
	SSL *ssl = SSL_new(tls->context);

	if (ssl == NULL) {
		return NULL;
	}
	SSL_set_connect_state(ssl);
	if (SSL_set_app_data(ssl, memory) != 1 || !expect(ssl, strata_tls_name(tls, host)) ||
		(memory->session != NULL && SSL_set_session(ssl, memory->session) != 1)) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}
