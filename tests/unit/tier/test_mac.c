#include "tier/mac.h"

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

typedef struct {
	const char *secret;
	const char *text;
	unsigned char mac[STRATA_MAC_SIZE];
} known;

/* RFC 4231, test cases 2 and, with a key that is longer than a block, 6. */
static const known known_macs[] = {
	{ "Jefe", "what do ya want for nothing?",
		{ 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75,
			0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64,
			0xec, 0x38, 0x43 } },
	{ NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
		{ 0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26, 0xaa, 0xcb, 0xf5, 0xb7,
			0x7f, 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28, 0xc5, 0x14, 0x05, 0x46, 0x04, 0x0f, 0x0e,
			0xe3, 0x7f, 0x54 } },
};

static strata_mac *mac_with(const char *secret)
{
	char long_secret[131];
	strata_mac *mac;

	memset(long_secret, 0xaa, sizeof(long_secret));
	mac = strata_mac_new(secret == NULL ? (strata_view){ long_secret, sizeof(long_secret) }
										: strata_view_of(secret));
	REQUIRE(mac != NULL);
	return mac;
}

/* Whatever the parts are that it comes in, and each time anew. */
static bool is_right(strata_mac *mac, const known *known)
{
	unsigned char out[STRATA_MAC_SIZE];
	size_t size = strlen(known->text);

	for (size_t cut = 0; cut <= size; cut++) {
		const strata_view parts[] = { { known->text, cut }, { NULL, 0 },
			{ known->text + cut, size - cut } };

		if (!strata_mac_of(mac, parts, 3, out) || memcmp(out, known->mac, sizeof(out)) != 0) {
			return false;
		}
	}
	return true;
}

static void macs_are_those_of_the_rfc(void)
{
	for (size_t i = 0; i < sizeof(known_macs) / sizeof(known_macs[0]); i++) {
		strata_mac *mac = mac_with(known_macs[i].secret);

		CHECK(is_right(mac, &known_macs[i]));
		strata_mac_free(mac);
	}
}

static void two_of_them_do_not_meet(void)
{
	strata_mac *one = mac_with(known_macs[0].secret), *other = mac_with(known_macs[1].secret);

	for (int i = 0; i < 3; i++) {
		CHECK(is_right(one, &known_macs[0]) && is_right(other, &known_macs[1]));
	}
	strata_mac_free(one);
	CHECK(is_right(other, &known_macs[1]));
	strata_mac_free(other);
	strata_mac_free(NULL);
}

static void a_forked_child_goes_on_with_its_copy(void)
{
	strata_mac *mac = mac_with(known_macs[0].secret);
	int status;
	pid_t child;

	CHECK(is_right(mac, &known_macs[0]));
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		_exit(is_right(mac, &known_macs[0]) ? 0 : 1);
	}
	CHECK(is_right(mac, &known_macs[0]));
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	strata_mac_free(mac);
}

int main(void)
{
	RUN(macs_are_those_of_the_rfc);
	RUN(two_of_them_do_not_meet);
	RUN(a_forked_child_goes_on_with_its_copy);
	return unit_end();
}
