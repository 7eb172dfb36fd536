#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/stream.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/clock.h"
#include "net/socket.h"
#include "scripted_server.h"
#include "unit.h"

enum { PATIENCE_MSEC = 10 * 1000, MEGABYTES = 4 << 20 };

/* The server's side: one context and one certificate, for 127.0.0.1, which is its own authority. */
static SSL_CTX *server_context;
static char authority[] = "/tmp/strata_tls.XXXXXX";
static atomic_uint resumed, farewells;

/* The client's. */
static strata_tls *tls;
static strata_tls_memory memory;
static strata_stream stream;
static strata_address_list addresses;

/* ---- a certificate ---- */

static EVP_PKEY *new_key(void)
{
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
	EVP_PKEY *key = NULL;

	REQUIRE(maker != NULL && EVP_PKEY_keygen_init(maker) == 1);
	REQUIRE(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, NID_X9_62_prime256v1) == 1);
	REQUIRE(EVP_PKEY_keygen(maker, &key) == 1);
	EVP_PKEY_CTX_free(maker);
	return key;
}

static void extend(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

	REQUIRE(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *new_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name;

	REQUIRE(certificate != NULL && X509_set_version(certificate, 2) == 1);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
	X509_set_pubkey(certificate, key);
	name = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *) "strata", -1, -1,
		0);
	X509_set_issuer_name(certificate, name);
	extend(certificate, NID_basic_constraints, "CA:TRUE");
	extend(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:cache.example.org");
	REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
	return certificate;
}

static void make_server_context(void)
{
	EVP_PKEY *key = new_key();
	X509 *certificate = new_certificate(key);
	int fd = mkstemp(authority);
	FILE *file = fdopen(fd, "w");

	REQUIRE(file != NULL && PEM_write_X509(file, certificate) == 1);
	fclose(file);
	server_context = SSL_CTX_new(TLS_server_method());
	REQUIRE(server_context != NULL);
	REQUIRE(SSL_CTX_use_certificate(server_context, certificate) == 1);
	REQUIRE(SSL_CTX_use_PrivateKey(server_context, key) == 1);
	SSL_CTX_set_session_id_context(server_context, (const unsigned char *) "strata", 6);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* ---- the server ---- */

/* Each of these plays one connection after the handshake. */
typedef bool (*talk)(SSL *ssl);

static bool await_end(SSL *ssl)
{
	char byte;

	if (SSL_read(ssl, &byte, 1) > 0) {
		return false;
	}
	farewells += (SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
	return true;
}

static bool echo(SSL *ssl)
{
	static char room[50000];
	int count;

	while ((count = SSL_read(ssl, room, sizeof(room))) > 0) {
		if (SSL_write(ssl, room, count) != count) {
			return false;
		}
	}
	return true;
}

static bool say_something(SSL *ssl)
{
	return SSL_write(ssl, "+PONG\r\n", 7) == 7 && await_end(ssl);
}

static bool say_farewell(SSL *ssl)
{
	return SSL_shutdown(ssl) >= 0 && await_end(ssl);
}

static bool leave(SSL *ssl)
{
	return ssl != NULL;
}

/*
 * The handshake may fail, where the client does not like us: that is for the client's side to
 * check.
 */
static bool serve(int fd, void *context)
{
	SSL *ssl = SSL_new(server_context);
	bool is_good = true;
	sigset_t signals;

	/* The server's OpenSSL writes as it likes; the client's must not raise the signal at all. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	SSL_set_fd(ssl, fd);
	SSL_set_quiet_shutdown(ssl, 0);
	if (SSL_accept(ssl) == 1) {
		resumed += (unsigned) SSL_session_reused(ssl);
		is_good = ((talk) context)(ssl);
	}
	SSL_free(ssl);
	return is_good;
}

/* ---- the client ---- */

static void configure(const char *name)
{
	strata_tls_settings settings = { .ca = authority,
		.certificate = "",
		.key = "",
		.name = name,
		.verifies = true };
	strata_tls_error error;

	REQUIRE(strata_tls_new(&settings, &tls, &error) == STRATA_OK);
}

static void await(short extra)
{
	struct pollfd wanted = strata_stream_poll(&stream, STRATA_SOCKET_RECEIVES);

	wanted.events |= extra;
	REQUIRE(poll(&wanted, 1, PATIENCE_MSEC) == 1);
}

static strata_result open_stream(scripted_server *server, const char *host)
{
	const char *cause;
	bool is_open = false;
	strata_result result;

	REQUIRE(strata_address_read("127.0.0.1", scripted_server_port(server), &addresses.items[0],
				&cause) == STRATA_OK);
	addresses.count = 1;
	strata_stream_init(&stream, 0);
	result =
		strata_stream_begin(&stream, (strata_stream_target){ &addresses, 0, tls, host, &memory });
	while (result == STRATA_OK && !is_open) {
		await(0);
		result = strata_stream_advance(&stream, &is_open);
	}
	return result;
}

static void close_stream(void)
{
	strata_stream_close(&stream);
}

static void fini(scripted_server *server)
{
	CHECK(scripted_server_end(server));
	strata_tls_memory_fini(&memory);
	strata_tls_free(tls);
	tls = NULL;
}

static strata_result refusal_of(const char *name, const char *host)
{
	const scripted_step script[] = { ACT(serve, await_end), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_result result;

	configure(name);
	result = open_stream(server, host);
	if (result != STRATA_OK) {
		CHECK(strstr(stream.cause, name[0] != '\0' ? name : host) != NULL);
		CHECK(memory.session == NULL);
	}
	close_stream();
	fini(server);
	return result;
}

/* ---- sentences ---- */

static void a_certificate_must_hold_the_name_or_the_address(void)
{
	CHECK(refusal_of("", "127.0.0.1") == STRATA_OK);
	CHECK(refusal_of("", "cache.example.org") == STRATA_OK);
	CHECK(refusal_of("", "cache.example.org.") == STRATA_OK);
	CHECK(refusal_of("cache.example.org", "10.0.0.1") == STRATA_OK);
	CHECK(refusal_of("", "10.0.0.1") == STRATA_TLS);
	CHECK(refusal_of("", "example.org") == STRATA_TLS);
	CHECK(refusal_of("", "127.0.0.2") == STRATA_TLS);
	CHECK(refusal_of("other.example.org", "127.0.0.1") == STRATA_TLS);
}

static void tickets_that_come_while_it_is_idle_are_taken(void)
{
	const scripted_step script[] = { ACT(serve, await_end), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);

	configure("");
	REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
	await(POLLIN);
	CHECK(!strata_socket_is_quiet(stream.fd));
	CHECK(strata_stream_is_quiet(&stream));
	CHECK(memory.session != NULL);
	close_stream();
	fini(server);
}

/* Whatever the server does after the handshake: in the end the stream is not quiet. */
static bool stays_quiet(talk act)
{
	const scripted_step script[] = { ACT(serve, act), CLOSE };
	scripted_server *server = scripted_server_start(script, NULL);

	configure("");
	REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
	do {
		await(POLLIN);
	} while (strata_stream_is_quiet(&stream));
	CHECK(!strata_stream_is_quiet(&stream));
	close_stream();
	fini(server);
	return false;
}

static void bytes_and_both_kinds_of_end_are_no_silence(void)
{
	CHECK(!stays_quiet(say_something));
	CHECK(!stays_quiet(say_farewell));
	CHECK(!stays_quiet(leave));
}

static void both_kinds_of_end_are_the_end_of_the_connection(void)
{
	const talk ends[] = { say_farewell, leave };

	for (size_t i = 0; i < 2; i++) {
		const scripted_step script[] = { ACT(serve, ends[i]), CLOSE };
		scripted_server *server = scripted_server_start(script, NULL);
		strata_result result;
		char room[STRATA_TLS_RECORD];
		size_t received;

		configure("");
		REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
		do {
			await(POLLIN);
			result = strata_stream_receive(&stream, room, sizeof(room), &received);
			CHECK(received == 0);
		} while (result == STRATA_OK);
		CHECK(result == STRATA_CONNECTION);
		CHECK(strcmp(stream.cause, "the server closed the connection") == 0);
		close_stream();
		fini(server);
	}
}

static void a_reconnect_resumes_the_session(void)
{
	const scripted_step script[] = { ACT(serve, say_something), LEAVE };
	scripted_server *server = scripted_server_start(script, script, script, NULL);

	configure("");
	resumed = 0;
	for (unsigned i = 0; i < 3; i++) {
		char room[STRATA_TLS_RECORD];
		size_t received = 0;

		REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
		while (received == 0) {
			await(POLLIN);
			REQUIRE(strata_stream_receive(&stream, room, sizeof(room), &received) == STRATA_OK);
		}
		close_stream();
	}
	fini(server);
	CHECK(resumed == 2);
}

static void closing_says_no_farewell(void)
{
	const scripted_step script[] = { ACT(serve, await_end), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);

	configure("");
	farewells = 0;
	REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
	close_stream();
	fini(server);
	CHECK(farewells == 0);
}

/* SIGPIPE would end this program. */
static void writing_to_a_peer_that_is_gone_fails_without_a_signal(void)
{
	const scripted_step script[] = { ACT(serve, leave), RESET };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_result result = STRATA_OK;
	size_t sent;

	configure("");
	REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
	while (result == STRATA_OK) {
		await(POLLOUT);
		result = strata_stream_send(&stream, strata_view_of("PING\r\n"), &sent);
	}
	CHECK(result == STRATA_CONNECTION);
	CHECK(strata_stream_send(&stream, strata_view_of("PING\r\n"), &sent) != STRATA_OK);
	CHECK(sent == 0);
	close_stream();
	fini(server);
}

static void megabytes_go_both_ways_at_once(void)
{
	const scripted_step script[] = { ACT(serve, echo), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	char *out = malloc(MEGABYTES), *in = malloc(MEGABYTES + STRATA_TLS_RECORD);
	size_t sent = 0, received = 0;

	for (size_t i = 0; i < MEGABYTES; i++) {
		out[i] = (char) (i * 2654435761U >> 13);
	}
	configure("");
	REQUIRE(open_stream(server, "127.0.0.1") == STRATA_OK);
	while (received < MEGABYTES) {
		struct pollfd wanted = strata_stream_poll(&stream,
			sent < MEGABYTES ? STRATA_SOCKET_SENDS_AND_RECEIVES : STRATA_SOCKET_RECEIVES);
		size_t more;

		REQUIRE(poll(&wanted, 1, PATIENCE_MSEC) == 1);
		REQUIRE(
			strata_stream_receive(&stream, in + received, STRATA_TLS_RECORD, &more) == STRATA_OK);
		received += more;
		if (sent < MEGABYTES) {
			strata_view rest = { out + sent, MEGABYTES - sent };

			REQUIRE(strata_stream_send(&stream, rest, &more) == STRATA_OK);
			sent += more;
		}
	}
	CHECK(received == MEGABYTES && memcmp(in, out, MEGABYTES) == 0);
	close_stream();
	fini(server);
	free(in);
	free(out);
}

static void a_server_in_the_clear_is_recognised(void)
{
	static const scripted_step script[] = { SEND("-ERR unknown command\r\n"), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);

	configure("");
	CHECK(open_stream(server, "127.0.0.1") == STRATA_TLS);
	CHECK(strstr(stream.cause, "does not speak TLS") != NULL);
	CHECK(strcmp(strata_stream_phase_text(&stream), "TLS handshake") == 0);
	close_stream();
	fini(server);
}

int main(void)
{
	make_server_context();
	RUN(a_certificate_must_hold_the_name_or_the_address);
	RUN(tickets_that_come_while_it_is_idle_are_taken);
	RUN(bytes_and_both_kinds_of_end_are_no_silence);
	RUN(both_kinds_of_end_are_the_end_of_the_connection);
	RUN(a_reconnect_resumes_the_session);
	RUN(closing_says_no_farewell);
	RUN(writing_to_a_peer_that_is_gone_fails_without_a_signal);
	RUN(megabytes_go_both_ways_at_once);
	RUN(a_server_in_the_clear_is_recognised);
	SSL_CTX_free(server_context);
	unlink(authority);
	return unit_end();
}
