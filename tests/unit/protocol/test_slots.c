#include "protocol/slots.h"

#include "base/hash.h"

#include "unit.h"

static uint16_t slot_of(const char *key)
{
	return strata_slots_of_key(strata_view_of(key));
}

/* The slot that the key must have when just this part of it is hashed. */
static uint16_t slot_of_whole(const char *part)
{
	return strata_hash_crc16(strata_view_of(part)) % STRATA_SLOT_COUNT;
}

static void known_keys_have_the_slots_that_servers_give_them(void)
{
	CHECK(slot_of("foo") == 12182);
	CHECK(slot_of("hello") == 866);
	CHECK(slot_of("123456789") == 0x31C3 % STRATA_SLOT_COUNT);
	CHECK(slot_of("somekey") == 11058);
}

static void keys_with_the_same_tag_share_a_slot(void)
{
	CHECK(slot_of("{user1000}.following") == slot_of("{user1000}.followers"));
	CHECK(slot_of("{user1000}.following") == slot_of_whole("user1000"));
	CHECK(slot_of("foo{hash_tag}") == 2515);
}

static void an_empty_tag_hashes_the_whole_key(void)
{
	CHECK(slot_of("foo{}{bar}") == slot_of_whole("foo{}{bar}"));
	CHECK(slot_of("foo{}{bar}") == 8363);
	CHECK(slot_of("{}x") == slot_of_whole("{}x"));
}

static void the_tag_ends_at_the_first_brace_that_closes(void)
{
	CHECK(slot_of("foo{{bar}}zap") == slot_of_whole("{bar"));
	CHECK(slot_of("foo{{bar}}zap") == 4015);
}

static void only_the_first_tag_counts(void)
{
	CHECK(slot_of("foo{bar}{zap}") == slot_of_whole("bar"));
	CHECK(slot_of("foo{bar}{zap}") == 5061);
}

static void a_brace_that_is_never_closed_is_no_tag(void)
{
	CHECK(slot_of("foo{bar") == slot_of_whole("foo{bar"));
	CHECK(slot_of("}foo{bar") == slot_of_whole("}foo{bar"));
	CHECK(slot_of("{") == slot_of_whole("{"));
}

static void keys_may_hold_any_bytes(void)
{
	strata_view zero = { "a\0{b\0c}d", 8 };
	strata_view tag = { "b\0c", 3 };

	CHECK(strata_slots_of_key(zero) == strata_hash_crc16(tag) % STRATA_SLOT_COUNT);
	CHECK(strata_slots_of_key((strata_view){ NULL, 0 }) == 0);
}

int main(void)
{
	RUN(known_keys_have_the_slots_that_servers_give_them);
	RUN(keys_with_the_same_tag_share_a_slot);
	RUN(an_empty_tag_hashes_the_whole_key);
	RUN(the_tag_ends_at_the_first_brace_that_closes);
	RUN(only_the_first_tag_counts);
	RUN(a_brace_that_is_never_closed_is_no_tag);
	RUN(keys_may_hold_any_bytes);
	return unit_end();
}
