#include "protocol/redis_protocol.h"
#include "redis/cluster/slot_map.h"

#include "unit.h"

static strata_arena *arena;
static strata_slot_map map;
static strata_protocol_error said;

static const strata_resp_reply *reply_of(const char *bytes)
{
	void *reader = strata_redis_protocol.reader_new(1 << 20);
	void *reply;

	REQUIRE(reader != NULL);
	REQUIRE(strata_redis_protocol.feed(reader, arena, strata_view_of(bytes)) == STRATA_OK);
	REQUIRE(strata_redis_protocol.take(reader, arena, &reply) == STRATA_OK && reply != NULL);
	strata_redis_protocol.reader_free(reader);
	return reply;
}

static strata_result read_map(const char *bytes)
{
	memset(&map, 'x', sizeof(map));
	return strata_slot_map_read(&map, reply_of(bytes), "10.0.0.1", &said);
}

static bool owns(uint16_t slot, const char *host, uint16_t port)
{
	uint16_t owner = map.master_of[slot];

	return owner < map.node_count && strata_endpoint_is_at(&map.nodes[owner].at, host, port);
}

static bool has(const char *host, uint16_t port)
{
	return strata_slot_map_find(&map, host, port) != STRATA_SLOT_NO_NODE;
}

static bool replicates(const char *host, uint16_t port, uint16_t slot)
{
	uint16_t index = strata_slot_map_find(&map, host, port);

	return index != STRATA_SLOT_NO_NODE && map.nodes[index].master == map.master_of[slot] &&
		   strata_slot_map_is_master(&map, map.master_of[slot]);
}

static void every_slot_of_a_range_belongs_to_its_master(void)
{
	CHECK(
		read_map("*2\r\n"
				 "*3\r\n:0\r\n:8191\r\n*3\r\n$1\r\na\r\n:7001\r\n$3\r\nid1\r\n"
				 "*3\r\n:8192\r\n:16383\r\n*3\r\n$1\r\nb\r\n:7002\r\n$3\r\nid2\r\n") == STRATA_OK);
	CHECK(map.node_count == 2);
	CHECK(owns(0, "a", 7001) && owns(8191, "a", 7001));
	CHECK(owns(8192, "b", 7002) && owns(16383, "b", 7002));
	CHECK(said.text[0] == '\0');
}

static void a_master_of_many_ranges_is_one_node(void)
{
	CHECK(read_map("*3\r\n"
				   "*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n"
				   "*3\r\n:5\r\n:5\r\n*2\r\n$1\r\nb\r\n:1\r\n"
				   "*3\r\n:2\r\n:3\r\n*2\r\n$1\r\na\r\n:1\r\n") == STRATA_OK);
	CHECK(map.node_count == 2);
	CHECK(map.master_of[0] == map.master_of[3] && owns(5, "b", 1));
}

static void slots_that_no_range_covers_have_no_owner(void)
{
	CHECK(read_map("*1\r\n*3\r\n:10\r\n:20\r\n*2\r\n$1\r\na\r\n:1\r\n") == STRATA_OK);
	CHECK(map.master_of[9] == STRATA_SLOT_NO_NODE && map.master_of[21] == STRATA_SLOT_NO_NODE);
	CHECK(owns(10, "a", 1) && owns(20, "a", 1));
}

static void replicas_are_kept_and_what_newer_servers_add_is_passed_over(void)
{
	CHECK(read_map("*1\r\n*6\r\n:0\r\n:16383\r\n"
				   "*5\r\n$1\r\na\r\n:1\r\n$2\r\nid\r\n*2\r\n$8\r\nhostname\r\n$1\r\nh\r\n:9\r\n"
				   "*4\r\n$1\r\nb\r\n:2\r\n$2\r\nid\r\n*0\r\n"
				   "*4\r\n$-1\r\n:3\r\n$2\r\nid\r\n*0\r\n"
				   "$6\r\nfuture\r\n") == STRATA_OK);
	CHECK(map.node_count == 3 && owns(7, "a", 1) && map.covered == STRATA_SLOT_COUNT);
	CHECK(replicates("b", 2, 7) && replicates("10.0.0.1", 3, 7));
}

static void replicas_that_cannot_be_understood_are_left_out(void)
{
	CHECK(read_map("*1\r\n*7\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n"
				   "*2\r\n$1\r\n \r\n:2\r\n*0\r\n*1\r\n$1\r\nb\r\n"
				   "*2\r\n$1\r\nc\r\n:99999\r\n") == STRATA_OK);
	CHECK(map.node_count == 1 && map.covered == 2);
}

/*
 * Whoever compares two maps compares bytes, and nodes of a cluster list the same in another order.
 */
static void the_order_of_a_reply_makes_no_difference(void)
{
	static strata_slot_map other;
	const char *one = "*2\r\n"
					  "*5\r\n:0\r\n:5\r\n*3\r\n$1\r\nb\r\n:1\r\n$1\r\nB\r\n"
					  "*2\r\n$1\r\nx\r\n:1\r\n*2\r\n$1\r\nw\r\n:1\r\n"
					  "*4\r\n:6\r\n:9\r\n*3\r\n$1\r\na\r\n:1\r\n$1\r\nA\r\n"
					  "*2\r\n$1\r\nv\r\n:1\r\n";
	const char *two = "*2\r\n"
					  "*4\r\n:6\r\n:9\r\n*3\r\n$1\r\na\r\n:1\r\n$1\r\nA\r\n"
					  "*2\r\n$1\r\nv\r\n:1\r\n"
					  "*5\r\n:0\r\n:5\r\n*3\r\n$1\r\nb\r\n:1\r\n$1\r\nB\r\n"
					  "*2\r\n$1\r\nw\r\n:1\r\n*2\r\n$1\r\nx\r\n:1\r\n";

	CHECK(read_map(one) == STRATA_OK);
	other = map;
	CHECK(read_map(two) == STRATA_OK);
	CHECK(owns(0, "b", 1) && owns(6, "a", 1) && replicates("w", 1, 0) && replicates("v", 1, 6));
	CHECK(strata_slot_map_size(&map) == strata_slot_map_size(&other));
	CHECK(memcmp(&map, &other, strata_slot_map_size(&map)) == 0);
}

static void a_map_with_a_number_out_of_place_is_not_sound(void)
{
	const char *reply = "*1\r\n*4\r\n:0\r\n:5\r\n*2\r\n$1\r\nb\r\n:1\r\n*2\r\n$1\r\nx\r\n:1\r\n";

	CHECK(read_map(reply) == STRATA_OK && strata_slot_map_is_sound(&map));
	map.master_of[9] = 2;
	CHECK(!strata_slot_map_is_sound(&map));
	CHECK(read_map(reply) == STRATA_OK);
	map.node_count = STRATA_SLOT_MAP_NODES + 1;
	CHECK(!strata_slot_map_is_sound(&map));
	CHECK(read_map(reply) == STRATA_OK);
	map.nodes[1].master = 2;
	CHECK(!strata_slot_map_is_sound(&map));
	CHECK(read_map(reply) == STRATA_OK);
	memset(map.nodes[0].at.host, 'a', sizeof(map.nodes[0].at.host));
	CHECK(!strata_slot_map_is_sound(&map));
	CHECK(read_map(reply) == STRATA_OK);
	map.nodes[0].at.port = 0;
	CHECK(!strata_slot_map_is_sound(&map));
}

static void a_master_without_a_host_is_at_the_one_that_was_asked(void)
{
	CHECK(read_map("*2\r\n"
				   "*3\r\n:0\r\n:1\r\n*2\r\n$-1\r\n:7001\r\n"
				   "*3\r\n:2\r\n:3\r\n*2\r\n$0\r\n\r\n:7002\r\n") == STRATA_OK);
	CHECK(owns(0, "10.0.0.1", 7001) && owns(2, "10.0.0.1", 7002));
	CHECK(strata_slot_map_read(&map, reply_of("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$-1\r\n:7001\r\n"),
			  "/run/redis.sock", &said) == STRATA_PROTOCOL);
}

/* As servers of 7.0 and later tell it where they prefer host names and a node has none. */
static void a_master_with_an_unknown_host_is_at_the_address_in_its_metadata(void)
{
	CHECK(read_map("*3\r\n"
				   "*3\r\n:0\r\n:1\r\n*4\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n"
				   "*2\r\n$2\r\nip\r\n$8\r\n10.0.0.7\r\n"
				   "*3\r\n:2\r\n:3\r\n*4\r\n$1\r\n?\r\n:7002\r\n$2\r\nid\r\n"
				   "*4\r\n$6\r\nfuture\r\n:1\r\n$8\r\nhostname\r\n$1\r\nb\r\n"
				   "*4\r\n:4\r\n:5\r\n*2\r\n$1\r\na\r\n:1\r\n"
				   "*4\r\n$1\r\n?\r\n:7003\r\n$2\r\nid\r\n"
				   "*2\r\n$2\r\nip\r\n$8\r\n10.0.0.8\r\n") == STRATA_OK);
	CHECK(owns(0, "10.0.0.7", 7001) && owns(2, "b", 7002) && replicates("10.0.0.8", 7003, 4));
}

static void without_metadata_it_is_at_the_one_that_was_asked(void)
{
	static const char *const unknown[] = { "*2\r\n$1\r\n?\r\n:7001\r\n",
		"*3\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n", "*4\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n*0\r\n",
		"*4\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n*1\r\n$2\r\nip\r\n",
		"*4\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n*2\r\n$2\r\nip\r\n$1\r\n?\r\n" };
	char reply[200];

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		snprintf(reply, sizeof(reply), "*1\r\n*3\r\n:0\r\n:1\r\n%s", unknown[i]);
		CHECK(read_map(reply) == STRATA_OK && owns(0, "10.0.0.1", 7001));
	}
}

static void an_impossible_address_in_the_metadata_is_refused(void)
{
	CHECK(read_map("*1\r\n*3\r\n:0\r\n:1\r\n*4\r\n$1\r\n?\r\n:7001\r\n$2\r\nid\r\n"
				   "*2\r\n$2\r\nip\r\n$3\r\na b\r\n") == STRATA_PROTOCOL);
}

static void a_reply_without_any_usable_master_is_no_map(void)
{
	CHECK(read_map("*0\r\n") == STRATA_NO_OWNER);
	CHECK(said.text[0] != '\0');
}

static void a_reply_that_contradicts_itself_is_refused(void)
{
	CHECK(read_map("*2\r\n"
				   "*3\r\n:0\r\n:100\r\n*2\r\n$1\r\na\r\n:1\r\n"
				   "*3\r\n:100\r\n:200\r\n*2\r\n$1\r\nb\r\n:2\r\n") == STRATA_PROTOCOL);
	CHECK(strstr(said.text, "two masters") != NULL);
}

/* Each has a slot. */
static strata_result read_map_of(int masters)
{
	char *reply = malloc((size_t) masters * 64 + 16);
	int size;
	strata_result result;

	REQUIRE(reply != NULL);
	size = sprintf(reply, "*%d\r\n", masters);
	for (int i = 0; i < masters; i++) {
		size += sprintf(reply + size, "*3\r\n:%d\r\n:%d\r\n*2\r\n$1\r\na\r\n:%d\r\n", i, i, i + 1);
	}
	result = read_map(reply);
	free(reply);
	return result;
}

static void a_cluster_of_more_masters_than_there_is_room_for_is_told(void)
{
	CHECK(
		read_map_of(STRATA_SLOT_MAP_NODES) == STRATA_OK && map.node_count == STRATA_SLOT_MAP_NODES);
	CHECK(read_map_of(STRATA_SLOT_MAP_NODES + 1) == STRATA_UNSUPPORTED);
	CHECK(strstr(said.text, "room for: 1024") != NULL);
}

static void a_reply_that_is_no_list_of_ranges_is_refused(void)
{
	static const char *const wrong[] = { "+OK\r\n", ":1\r\n", "$-1\r\n", "*1\r\n:1\r\n",
		"*1\r\n*0\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n", "*1\r\n*3\r\n:0\r\n:1\r\n*0\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n$1\r\na\r\n", "*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n$1\r\na\r\n",
		"*1\r\n*3\r\n:1\r\n:0\r\n*2\r\n$1\r\na\r\n:1\r\n",
		"*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n",
		"*1\r\n*3\r\n:-1\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
		"*1\r\n*3\r\n$1\r\n0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:0\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:65536\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n:5\r\n:1\r\n",
		"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$3\r\na b\r\n:1\r\n" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(read_map(wrong[i]) == STRATA_PROTOCOL);
		CHECK(said.text[0] != '\0');
	}
}

static void a_node_is_added_once(void)
{
	strata_endpoint node = { "a", 1 };

	strata_slot_map_clear(&map);
	CHECK(!has("a", 1));
	CHECK(strata_slot_map_add(&map, &node) == 0 && strata_slot_map_add(&map, &node) == 0);
	node.port = 2;
	CHECK(strata_slot_map_add(&map, &node) == 1);
	CHECK(has("a", 2) && !has("b", 2));
}

static void a_map_has_room_for_a_thousand_nodes_and_an_end(void)
{
	strata_endpoint node = { "a", 0 };

	strata_slot_map_clear(&map);
	for (uint16_t i = 0; i < STRATA_SLOT_MAP_NODES; i++) {
		node.port = i + 1;
		CHECK(strata_slot_map_add(&map, &node) == i);
	}
	node.port = STRATA_SLOT_MAP_NODES + 1;
	CHECK(strata_slot_map_add(&map, &node) == STRATA_SLOT_NO_NODE);
	node.port = 1;
	CHECK(strata_slot_map_add(&map, &node) == 0);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(every_slot_of_a_range_belongs_to_its_master);
	RUN(a_master_of_many_ranges_is_one_node);
	RUN(slots_that_no_range_covers_have_no_owner);
	RUN(replicas_are_kept_and_what_newer_servers_add_is_passed_over);
	RUN(replicas_that_cannot_be_understood_are_left_out);
	RUN(the_order_of_a_reply_makes_no_difference);
	RUN(a_map_with_a_number_out_of_place_is_not_sound);
	RUN(a_master_without_a_host_is_at_the_one_that_was_asked);
	RUN(a_master_with_an_unknown_host_is_at_the_address_in_its_metadata);
	RUN(without_metadata_it_is_at_the_one_that_was_asked);
	RUN(an_impossible_address_in_the_metadata_is_refused);
	RUN(a_reply_without_any_usable_master_is_no_map);
	RUN(a_reply_that_contradicts_itself_is_refused);
	RUN(a_cluster_of_more_masters_than_there_is_room_for_is_told);
	RUN(a_reply_that_is_no_list_of_ranges_is_refused);
	RUN(a_node_is_added_once);
	RUN(a_map_has_room_for_a_thousand_nodes_and_an_end);
	strata_arena_free(arena);
	return unit_end();
}
