/* Three nodes that share the slots in thirds, and what goes wrong between them. */
#include "redis/router.h"

#include <unistd.h>

#include "fake_redis.h"
#include "os/clock.h"
#include "protocol/slots.h"
#include "unit.h"

enum { SECOND = 1000000, MOST_COMMANDS = 64, NODES = 3, MAX_REDIRECTS = 3 };

static strata_call call;
static strata_host *host;
static strata_stats *stats;
static fake_redis nodes[NODES];
static strata_redis_client *redis;
static strata_redis_command commands[MOST_COMMANDS];
static size_t command_count;

static strata_client_options options = { .connect_timeout = 5 * SECOND,
	.operation_timeout = 5 * SECOND,
	.max_reply = 1 << 20 };

/* ---- the cluster ---- */

static unsigned port_of(int node)
{
	return fake_redis_port(&nodes[node]);
}

/* One range of CLUSTER SLOTS. */
static void print_range(char *out, size_t size, int first, int last, unsigned port)
{
	snprintf(out, size, "*3\r\n:%d\r\n:%d\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n", first, last, port);
}

/* The map that every node tells from now on: the ports of the owners of the three thirds. */
static void share_slots(unsigned a, unsigned b, unsigned c)
{
	char ranges[3][80];

	print_range(ranges[0], sizeof(ranges[0]), 0, 5460, a);
	print_range(ranges[1], sizeof(ranges[1]), 5461, 10922, b);
	print_range(ranges[2], sizeof(ranges[2]), 10923, 16383, c);
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i], "*3\r\n%s%s%s", ranges[0], ranges[1], ranges[2]);
	}
}

static void use_seeds(const strata_hostport *seeds, uint32_t count, uint32_t max_redirects)
{
	REQUIRE(strata_redis_client_new(STRATA_REDIS_CLUSTER, seeds, count, &options, max_redirects,
				stats, &redis) == STRATA_OK);
	command_count = 0;
	call.error[0] = '\0';
}

static void use_node_as_seed(int node)
{
	strata_hostport seed = { "127.0.0.1", fake_redis_port(&nodes[node]) };

	use_seeds(&seed, 1, MAX_REDIRECTS);
}

/* Nodes 0 to 2 with a third each, node 0 the seed. */
static void begin(void)
{
	for (int i = 0; i < NODES; i++) {
		fake_redis_start(&nodes[i]);
	}
	share_slots(port_of(0), port_of(1), port_of(2));
	use_node_as_seed(0);
}

static void end(void)
{
	strata_redis_client_free(redis);
	for (int i = 0; i < NODES; i++) {
		CHECK(fake_redis_end(&nodes[i]));
	}
	strata_arena_reset(call.arena);
}

static unsigned maps_asked(void)
{
	return fake_redis_maps(&nodes[0]) + fake_redis_maps(&nodes[1]) + fake_redis_maps(&nodes[2]);
}

static bool heard(const char *a, const char *b, const char *c)
{
	bool first = fake_redis_heard(&nodes[0], a);
	bool second = fake_redis_heard(&nodes[1], b);
	bool third = fake_redis_heard(&nodes[2], c);

	return first && second && third;
}

static uint64_t counted(strata_counter counter)
{
	static strata_stats_sum sums[256];
	uint32_t count = strata_stats_read(stats, sums, 256);
	uint64_t total = 0;

	for (uint32_t i = 0; i < count && i < 256; i++) {
		total += sums[i].counters[counter];
	}
	return total;
}

/* ---- commands ---- */

/* A key of each node; "somekey" (11058) is another one of the last. */
static const char *const key_of[NODES] = { "hello", "foo{}{bar}", "foo" };
static const unsigned slot_of[NODES] = { 866, 8363, 12182 };

static void add(const char *key)
{
	strata_view arguments[] = { strata_view_of("GET"), strata_view_of(key) };
	strata_redis_command *command = &commands[command_count++];
	strata_buffer bytes = { 0 };

	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	memset(command, 'x', sizeof(*command));
	command->is_removal = false;
	command->name = arguments[1];
	command->bytes = strata_arena_copy(call.arena, (strata_view){ bytes.data, bytes.size });
	command->slot = strata_slots_of_key(arguments[1]);
	command->is_plain_read = true;
	command->is_repeatable = false;
	command->is_advice = false;
	strata_buffer_fini(&bytes);
}

/* Each time as a call of its own. */
static void run(void)
{
	strata_request_ctx *round;

	call.waited = 0;
	round = strata_router_run(redis, &call, commands, command_count);
	CHECK(round != NULL);
	strata_router_release(round);
}

static strata_result get(const char *key)
{
	command_count = 0;
	add(key);
	run();
	return commands[0].result;
}

static bool has_value(const strata_redis_command *command, const char *value)
{
	return command->result == STRATA_OK && command->reply->type == STRATA_RESP_STRING &&
		   strata_view_equal(command->reply->text, strata_view_of(value));
}

static bool gets(const char *key)
{
	return get(key) == STRATA_OK && has_value(&commands[0], key);
}

static bool is_from(const strata_redis_command *command, int node)
{
	char name[64];

	snprintf(name, sizeof(name), "127.0.0.1:%u", port_of(node));
	return strcmp(command->node_name, name) == 0;
}

static bool says(const char *part)
{
	if (strstr(call.error, part) != NULL) {
		return true;
	}
	fprintf(stderr, "said: %s\n", call.error);
	return false;
}

static void redirect(int from, const char *kind, unsigned slot, unsigned port)
{
	fake_redis_reply(&nodes[from], "-%s %u 127.0.0.1:%u\r\n", kind, slot, port);
}

/* Runs this command until the map has been asked for this often. */
static void run_until_maps(const char *key, unsigned maps)
{
	for (int i = 0; i < 1000 && maps_asked() < maps; i++) {
		(void) !get(key);
		usleep(10000);
	}
	REQUIRE(maps_asked() == maps);
}

/* ---- routing ---- */

static void commands_go_to_the_owners_of_their_slots(void)
{
	begin();
	for (int i = 0; i < NODES; i++) {
		CHECK(gets(key_of[i]) && is_from(&commands[0], i));
	}
	CHECK(heard("/[GET hello]", "/[GET foo{}{bar}]", "/[GET foo]"));
	end();
}

static void the_map_is_asked_for_once(void)
{
	begin();
	for (int i = 0; i < 30; i++) {
		CHECK(gets(key_of[i % NODES]));
	}
	CHECK(maps_asked() == 1);
	for (int i = 0; i < NODES; i++) {
		CHECK(scripted_server_accepted(nodes[i].server) == 1);
	}
	end();
}

static void many_commands_are_one_pipeline_for_each_node_and_keep_their_order(void)
{
	begin();
	for (int i = 0; i < 12; i++) {
		add(key_of[i * 7 % NODES]);
	}
	run();
	for (int i = 0; i < 12; i++) {
		CHECK(has_value(&commands[i], key_of[i * 7 % NODES]));
		CHECK(is_from(&commands[i], i * 7 % NODES));
	}
	CHECK(heard("/[GET hello][GET hello][GET hello][GET hello]",
		"/[GET foo{}{bar}][GET foo{}{bar}][GET foo{}{bar}][GET foo{}{bar}]",
		"/[GET foo][GET foo][GET foo][GET foo]"));
	end();
}

static void any_seed_that_answers_will_do(void)
{
	uint16_t refusing_port = 0;
	int refusing = scripted_refusing_port(&refusing_port);

	begin();
	strata_redis_client_free(redis);
	use_seeds((strata_hostport[]){ { "127.0.0.1", refusing_port },
				  { "127.0.0.1", (uint16_t) port_of(1) }, { "127.0.0.1", refusing_port } },
		3, MAX_REDIRECTS);
	CHECK(gets("foo"));
	CHECK(fake_redis_maps(&nodes[1]) == 1);
	end();
	close(refusing);
}

static void without_any_seed_every_command_fails_for_its_reason(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);

	use_seeds((strata_hostport[]){ { "127.0.0.1", port }, { "127.0.0.1", port } }, 2,
		MAX_REDIRECTS);
	add("foo");
	add("hello");
	run();
	CHECK(commands[0].result == STRATA_REFUSED && commands[1].result == STRATA_REFUSED);
	CHECK(commands[0].reply == NULL && commands[0].node_name[0] != '\0');
	CHECK(says("refused"));
	strata_redis_client_free(redis);
	close(refusing);
}

static void seeds_that_have_no_map_are_not_asked_by_every_command(void)
{
	strata_usec start = strata_clock_usec();

	begin();
	fake_redis_set_slots(&nodes[0], "-NOPERM this user has no permissions\r\n");
	for (int i = 0; i < 100; i++) {
		CHECK(get("foo") == STRATA_AUTH && says("NOPERM"));
	}
	CHECK(maps_asked() <= 1 + (strata_clock_usec() - start) / SECOND);
	share_slots(port_of(0), port_of(1), port_of(2));
	for (int i = 0; i < 1000 && get("foo") != STRATA_OK; i++) {
		usleep(10000);
	}
	CHECK(gets("foo"));
	end();
}

static void a_seed_that_is_no_cluster_is_told(void)
{
	begin();
	fake_redis_set_slots(&nodes[0], "-ERR This instance has cluster support disabled\r\n");
	CHECK(get("foo") == STRATA_UNSUPPORTED);
	CHECK(says("is not a cluster: use redis://"));
	end();
}

static void a_map_that_contradicts_itself_is_not_used(void)
{
	begin();
	fake_redis_set_slots(&nodes[0], "*2\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$1\r\na\r\n:1\r\n*3\r\n:"
									"5\r\n:5\r\n*2\r\n$1\r\nb\r\n:1\r\n");
	CHECK(get("foo") == STRATA_PROTOCOL);
	CHECK(says("two masters for one slot"));
	CHECK(heard("", "", ""));
	end();
}

static void a_slot_without_an_owner_goes_to_nobody(void)
{
	char range[80];

	begin();
	print_range(range, sizeof(range), 0, 5460, port_of(0));
	fake_redis_set_slots(&nodes[0], "*1\r\n%s", range);
	add("hello");
	add("foo");
	run();
	CHECK(has_value(&commands[0], "hello"));
	CHECK(commands[1].result == STRATA_NO_OWNER && commands[1].node_name != NULL);
	CHECK(says("slot 12182"));
	CHECK(heard("/[GET hello]", "", ""));
	end();
}

/* ---- redirects ---- */

static void moved_is_followed_and_remembered(void)
{
	uint64_t before = counted(STRATA_COUNT_REDIRECTS);

	begin();
	CHECK(gets("foo"));
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(heard("", "/[GET foo]/[GET foo]", "/[GET foo]/[GET foo]"));
	CHECK(counted(STRATA_COUNT_REDIRECTS) - before == 1);
	end();
}

static void no_redirect_is_followed_for_advice(void)
{
	begin();
	redirect(2, "MOVED", slot_of[2], port_of(1));
	command_count = 0;
	add("foo");
	commands[0].is_advice = true;
	run();
	CHECK(commands[0].result == STRATA_REDIRECTS);
	CHECK(heard("", "", "/[GET foo]"));
	end();
}

static void moved_moves_one_slot_and_no_other(void)
{
	begin();
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(gets("somekey") && is_from(&commands[0], 2));
	end();
}

static void moved_without_a_host_means_the_one_that_answered(void)
{
	begin();
	fake_redis_reply(&nodes[2], "-MOVED %u :%u\r\n", slot_of[2], port_of(0));
	CHECK(gets("foo") && is_from(&commands[0], 0));
	end();
}

static void moved_to_an_unknown_host_means_the_one_node_at_that_port(void)
{
	begin();
	fake_redis_reply(&nodes[2], "-MOVED %u ?:%u\r\n", slot_of[2], port_of(0));
	CHECK(gets("foo") && is_from(&commands[0], 0));
	fake_redis_reply(&nodes[0], "-ASK %u ?:%u\r\n", slot_of[2], port_of(1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	end();
}

static void where_the_port_does_not_tell_the_next_map_does(void)
{
	begin();
	CHECK(gets("foo"));
	usleep(1100000);
	share_slots(port_of(0), port_of(1), port_of(1));
	fake_redis_reply(&nodes[2], "-MOVED %u ?:%u\r\n", slot_of[2], port_of(2));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	end();
}

static void an_unknown_host_that_no_map_names_is_the_answer(void)
{
	begin();
	CHECK(gets("foo"));
	fake_redis_reply(&nodes[2], "-MOVED %u ?:%u\r\n", slot_of[2], port_of(2));
	CHECK(get("foo") == STRATA_SERVER && says("?:"));
	CHECK(gets("foo") && is_from(&commands[0], 2));
	end();
}

static void moved_may_lead_to_a_node_that_was_not_known(void)
{
	char range[80];

	begin();
	print_range(range, sizeof(range), 0, 16383, port_of(0));
	fake_redis_set_slots(&nodes[0], "*1\r\n%s", range);
	redirect(0, "MOVED", slot_of[2], port_of(2));
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(heard("/[GET foo]", "", "/[GET foo]/[GET foo]"));
	end();
}

static void only_what_was_redirected_is_sent_again(void)
{
	begin();
	add("foo");
	add("hello");
	add("foo");
	add("foo{}{bar}");
	fake_redis_reply(&nodes[2], FAKE_ECHO);
	redirect(2, "MOVED", slot_of[2], port_of(1));
	run();
	CHECK(has_value(&commands[0], "foo") && is_from(&commands[0], 2));
	CHECK(has_value(&commands[1], "hello") && is_from(&commands[1], 0));
	CHECK(has_value(&commands[2], "foo") && is_from(&commands[2], 1));
	CHECK(has_value(&commands[3], "foo{}{bar}") && is_from(&commands[3], 1));
	CHECK(heard("/[GET hello]", "/[GET foo{}{bar}]/[GET foo]", "/[GET foo][GET foo]"));
	end();
}

static void a_redirect_to_a_node_of_the_same_round_takes_its_connection_over(void)
{
	begin();
	add("foo");
	add("foo{}{bar}");
	redirect(2, "MOVED", slot_of[2], port_of(1));
	run();
	CHECK(has_value(&commands[0], "foo") && has_value(&commands[1], "foo{}{bar}"));
	CHECK(scripted_server_accepted(nodes[1].server) == 1);
	end();
}

static void ask_sends_asking_and_the_command_in_one_write_and_is_forgotten(void)
{
	begin();
	redirect(2, "ASK", slot_of[2], port_of(1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(heard("", "/[ASKING][GET foo]", "/[GET foo]"));
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(heard("", "", "/[GET foo]"));
	end();
}

static void asking_counts_as_a_reply_of_its_own_in_a_pipeline(void)
{
	begin();
	add("foo");
	add("{foo}2");
	add("{foo}3");
	redirect(2, "ASK", slot_of[2], port_of(1));
	fake_redis_reply(&nodes[2], FAKE_ECHO);
	redirect(2, "ASK", slot_of[2], port_of(1));
	run();
	CHECK(has_value(&commands[0], "foo") && is_from(&commands[0], 1));
	CHECK(has_value(&commands[1], "{foo}2") && is_from(&commands[1], 2));
	CHECK(has_value(&commands[2], "{foo}3") && is_from(&commands[2], 1));
	CHECK(
		heard("", "/[ASKING][GET foo][ASKING][GET {foo}3]", "/[GET foo][GET {foo}2][GET {foo}3]"));
	end();
}

static void an_asking_that_is_refused_is_the_result(void)
{
	begin();
	fake_redis_answer_asking(&nodes[1], "-NOPERM no permissions to run 'asking'\r\n");
	redirect(2, "ASK", slot_of[2], port_of(1));
	CHECK(get("foo") == STRATA_UNSUPPORTED && commands[0].reply == NULL);
	CHECK(says("asking"));
	end();
}

static void an_asking_that_is_answered_with_anything_else_costs_the_connection(void)
{
	uint64_t before = counted(STRATA_COUNT_DESYNCS);

	begin();
	fake_redis_answer_asking(&nodes[1], "$5\r\nother\r\n");
	redirect(2, "ASK", slot_of[2], port_of(1));
	CHECK(get("foo") == STRATA_PROTOCOL && commands[0].reply == NULL);
	CHECK(counted(STRATA_COUNT_DESYNCS) - before == 1);
	CHECK(gets("foo{}{bar}") && scripted_server_accepted(nodes[1].server) == 2);
	end();
}

static void a_node_that_was_asked_plainly_may_be_asked_again_after_ask(void)
{
	begin();
	redirect(2, "MOVED", slot_of[2], port_of(1));
	redirect(1, "ASK", slot_of[2], port_of(2));
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(heard("", "/[GET foo]", "/[GET foo]/[ASKING][GET foo]"));
	end();
}

static void a_loop_between_two_nodes_is_seen_at_its_second_round(void)
{
	begin();
	for (int i = 0; i < 8; i++) {
		redirect(2, "MOVED", slot_of[2], port_of(1));
		redirect(1, "MOVED", slot_of[2], port_of(2));
	}
	CHECK(get("foo") == STRATA_REDIRECTS && commands[0].reply == NULL);
	CHECK(says("redirect loop"));
	CHECK(heard("", "/[GET foo]", "/[GET foo]"));
	end();
}

static void a_loop_of_asks_is_seen_as_well(void)
{
	begin();
	for (int i = 0; i < 8; i++) {
		redirect(2, "ASK", slot_of[2], port_of(1));
		redirect(1, "ASK", slot_of[2], port_of(2));
	}
	CHECK(get("foo") == STRATA_REDIRECTS);
	CHECK(heard("", "/[ASKING][GET foo]", "/[GET foo]/[ASKING][GET foo]"));
	end();
}

static void a_node_that_sends_to_itself_is_a_loop_at_once(void)
{
	begin();
	redirect(2, "MOVED", slot_of[2], port_of(2));
	CHECK(get("foo") == STRATA_REDIRECTS);
	CHECK(heard("", "", "/[GET foo]"));
	CHECK(gets("foo") && scripted_server_accepted(nodes[2].server) == 2);
	end();
}

static void a_node_that_sends_to_itself_after_asking_is_one_too(void)
{
	begin();
	redirect(2, "ASK", slot_of[2], port_of(1));
	redirect(1, "MOVED", slot_of[2], port_of(1));
	CHECK(get("foo") == STRATA_REDIRECTS);
	CHECK(heard("", "/[ASKING][GET foo]", "/[GET foo]"));
	end();
}

static void no_more_redirects_are_followed_than_allowed(void)
{
	begin();
	strata_redis_client_free(redis);
	use_seeds((strata_hostport[]){ { "127.0.0.1", (uint16_t) port_of(0) } }, 1, 1);
	redirect(2, "MOVED", slot_of[2], port_of(1));
	redirect(1, "MOVED", slot_of[2], port_of(0));
	CHECK(get("foo") == STRATA_REDIRECTS);
	CHECK(says("too many redirects"));
	CHECK(heard("", "/[GET foo]", "/[GET foo]"));
	end();
}

static void redirects_may_be_forbidden(void)
{
	begin();
	strata_redis_client_free(redis);
	use_seeds((strata_hostport[]){ { "127.0.0.1", (uint16_t) port_of(0) } }, 1, 0);
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(get("foo") == STRATA_REDIRECTS);
	CHECK(heard("", "", "/[GET foo]"));
	end();
}

static void a_redirect_that_leads_nowhere_is_not_followed(void)
{
	static const char *const wrong[] = { "-MOVED\r\n", "-MOVED 12182 127.0.0.1\r\n",
		"-MOVED 99999 127.0.0.1:1\r\n", "-MOVED 12182 ??:7000\r\n", "-ASK 12182 a:0\r\n",
		"-MOVED 1 127.0.0.1:1\r\n", "-ASK 866 127.0.0.1:1\r\n" };

	begin();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fake_redis_reply(&nodes[2], "%s", wrong[i]);
		CHECK(get("foo") == STRATA_PROTOCOL && commands[0].reply == NULL);
		CHECK(says("redirect"));
	}
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(fake_redis_heard(&nodes[0], "") && fake_redis_heard(&nodes[1], ""));
	end();
}

/* ---- nodes that fail ---- */

static void a_command_whose_owner_is_down_goes_to_nobody_else(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);
	strata_usec start = strata_clock_usec();

	begin();
	share_slots(port_of(0), port_of(1), port);
	for (int i = 0; i < 100; i++) {
		CHECK(get("foo") == STRATA_REFUSED && commands[0].reply == NULL);
	}
	CHECK(says("refused"));
	CHECK(heard("", "", ""));
	CHECK(maps_asked() <= 1 + (strata_clock_usec() - start) / SECOND);
	end();
	close(refusing);
}

static void one_node_that_is_down_takes_no_other_commands_along(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);

	begin();
	share_slots(port_of(0), port, port_of(2));
	for (int i = 0; i < NODES; i++) {
		add(key_of[i]);
	}
	run();
	CHECK(has_value(&commands[0], "hello"));
	CHECK(commands[1].result == STRATA_REFUSED);
	CHECK(has_value(&commands[2], "foo"));
	end();
	close(refusing);
}

static void a_redirect_to_a_node_that_is_down_ends_there(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);

	begin();
	redirect(2, "MOVED", slot_of[2], port);
	CHECK(get("foo") == STRATA_REFUSED);
	CHECK(heard("", "", "/[GET foo]"));
	end();
	close(refusing);
}

static void a_node_that_is_silent_costs_one_deadline(void)
{
	begin();
	CHECK(gets("hello"));
	options.operation_timeout = SECOND / 10;
	redirect(2, "MOVED", slot_of[2], port_of(1));
	fake_redis_reply(&nodes[1], FAKE_SILENCE);
	add("foo");
	run();
	options.operation_timeout = 5 * SECOND;
	CHECK(has_value(&commands[0], "hello"));
	CHECK(commands[1].result == STRATA_TIMEOUT && commands[1].reply == NULL);
	end();
}

static void a_cluster_that_is_down_says_so(void)
{
	begin();
	fake_redis_reply(&nodes[2], "-CLUSTERDOWN The cluster is down\r\n");
	CHECK(get("foo") == STRATA_NOT_READY && commands[0].reply == NULL);
	fake_redis_reply(&nodes[2], "-CLUSTERDOWN Hash slot not served\r\n");
	CHECK(get("foo") == STRATA_NO_OWNER && commands[0].reply == NULL);
	CHECK(says("Hash slot not served"));
	end();
}

/* ---- refusals ---- */

static void try_again_is_sent_once_more_after_a_moment(void)
{
	strata_usec start;

	begin();
	CHECK(gets("hello"));
	fake_redis_reply(&nodes[2], "-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
	start = strata_clock_usec();
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(strata_clock_usec() - start >= SECOND / 100);
	CHECK(heard("/[GET hello]", "", "/[GET foo]/[GET foo]"));
	fake_redis_reply(&nodes[2], "-TRYAGAIN x\r\n");
	fake_redis_reply(&nodes[2], "-TRYAGAIN x\r\n");
	CHECK(get("foo") == STRATA_SERVER && commands[0].reply != NULL && says("TRYAGAIN"));
	CHECK(heard("", "", "/[GET foo]/[GET foo]"));
	end();
}

static void try_again_after_ask_asks_again(void)
{
	begin();
	redirect(2, "ASK", slot_of[2], port_of(1));
	fake_redis_reply(&nodes[1], "-TRYAGAIN x\r\n");
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(heard("", "/[ASKING][GET foo]/[ASKING][GET foo]", "/[GET foo]"));
	end();
}

static void where_no_time_is_left_nobody_waits(void)
{
	begin();
	CHECK(gets("foo"));
	options.operation_timeout = 9000;
	fake_redis_reply(&nodes[2], "-TRYAGAIN x\r\n");
	CHECK(get("foo") == STRATA_SERVER || get("foo") == STRATA_TIMEOUT);
	options.operation_timeout = 5 * SECOND;
	end();
}

static void what_is_not_refused_does_not_wait_for_what_is(void)
{
	begin();
	add("foo");
	add("hello");
	add("{foo}2");
	fake_redis_reply(&nodes[2], "-TRYAGAIN x\r\n");
	redirect(2, "MOVED", slot_of[2], port_of(1));
	run();
	CHECK(has_value(&commands[0], "foo") && is_from(&commands[0], 2));
	CHECK(has_value(&commands[1], "hello") && has_value(&commands[2], "{foo}2"));
	CHECK(heard("/[GET hello]", "/[GET {foo}2]", "/[GET foo][GET {foo}2]/[GET foo]"));
	end();
}

static void a_cluster_that_only_reads_goes_on_being_asked(void)
{
	begin();
	fake_redis_reply(&nodes[2],
		"-CLUSTERDOWN The cluster is down and only accepts read commands\r\n");
	CHECK(get("foo") == STRATA_SERVER && commands[0].reply != NULL);
	CHECK(gets("foo") && is_from(&commands[0], 2));
	CHECK(scripted_server_accepted(nodes[2].server) == 1);
	end();
}

static void a_node_that_is_not_ready_makes_the_map_suspect(void)
{
	static const char *const words[] = { "LOADING Redis is loading the dataset in memory",
		"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'." };

	for (int i = 0; i < 2; i++) {
		begin();
		fake_redis_reply(&nodes[2], "-%s\r\n", words[i]);
		CHECK(get("foo") == STRATA_NOT_READY && says("redis 127.0.0.1"));
		run_until_maps("hello", 2);
		end();
	}
}

static void a_master_that_became_a_replica_is_left_for_the_new_one(void)
{
	begin();
	CHECK(gets("foo"));
	usleep(1100000);
	share_slots(port_of(0), port_of(1), port_of(1));
	fake_redis_reply(&nodes[2], "-READONLY You can't write against a read only replica.\r\n");
	CHECK(gets("foo") && is_from(&commands[0], 1));
	CHECK(heard("", "/[GET foo]", "/[GET foo]/[GET foo]"));
	end();
}

static void without_another_owner_it_is_the_answer_and_the_new_connection_stays(void)
{
	begin();
	for (int i = 0; i < 2; i++) {
		fake_redis_reply(&nodes[2], "-READONLY You can't write against a read only replica.\r\n");
		CHECK(get("foo") == STRATA_SERVER && commands[0].reply != NULL && says("READONLY"));
	}
	CHECK(scripted_server_accepted(nodes[2].server) == 1);
	CHECK(heard("", "", "/[GET foo]/[GET foo]"));
	end();
}

static void a_connection_that_lost_its_user_is_replaced_once(void)
{
	begin();
	fake_redis_reply(&nodes[2], "-NOAUTH Authentication required.\r\n");
	CHECK(gets("foo") && scripted_server_accepted(nodes[2].server) == 2);
	fake_redis_reply(&nodes[2], "-NOAUTH Authentication required.\r\n");
	fake_redis_reply(&nodes[2], "-NOAUTH Authentication required.\r\n");
	CHECK(get("foo") == STRATA_AUTH && commands[0].reply == NULL);
	CHECK(heard("", "", "/[GET foo]/[GET foo]/[GET foo]/[GET foo]"));
	end();
}

static void a_node_that_is_full_is_told_as_that(void)
{
	begin();
	fake_redis_reply(&nodes[2], "-ERR max number of clients reached\r\n");
	CHECK(get("foo") == STRATA_FULL && says("max number of clients"));
	CHECK(gets("foo") && scripted_server_accepted(nodes[2].server) == 2);
	end();
}

/* Two hundred may be followed at once, and no more than a tenth of what is sent after that. */
static void redirects_of_a_host_end_where_its_budget_does(void)
{
	unsigned followed = 0, ended = 0;

	begin();
	CHECK(gets("foo"));
	for (int i = 0; i < 400; i++) {
		fake_redis_reply(&nodes[2], "-ASK %u 127.0.0.1:%u\r\n", slot_of[2], port_of(1));
		followed += get("foo") == STRATA_OK;
		ended += commands[0].result == STRATA_REDIRECTS && says("used up");
		nodes[2].reply_count = nodes[2].replied = 0;
	}
	/* Time and commands bring some back, so that any of them may be followed again. */
	CHECK(ended > 100 && followed + ended == 400);
	CHECK(followed >= 200 + 20 && followed < 300);
	end();
}

/* ---- new maps ---- */

static void a_new_map_is_asked_for_after_moved_and_keeps_connections(void)
{
	begin();
	CHECK(gets("hello") && gets("foo{}{bar}") && gets("foo"));
	share_slots(port_of(0), port_of(1), port_of(1));
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	run_until_maps("hello", 2);
	CHECK(gets("somekey") && is_from(&commands[0], 1));
	CHECK(gets("hello") && gets("foo"));
	CHECK(scripted_server_accepted(nodes[0].server) == 1);
	CHECK(scripted_server_accepted(nodes[1].server) == 1);
	end();
}

static void a_new_map_replaces_all_of_the_old_one(void)
{
	begin();
	CHECK(gets("hello") && gets("foo{}{bar}") && gets("foo"));
	share_slots(port_of(2), port_of(0), port_of(1));
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo"));
	run_until_maps("foo", 2);
	for (int i = 0; i < NODES; i++) {
		CHECK(gets(key_of[i]) && is_from(&commands[0], (i + 2) % NODES));
	}
	end();
}

static void a_node_that_left_loses_its_connection(void)
{
	begin();
	CHECK(gets("hello") && gets("foo"));
	share_slots(port_of(0), port_of(1), port_of(1));
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo"));
	run_until_maps("hello", 2);
	CHECK(gets("hello"));
	for (int i = 0; i < 500 && fake_redis_farewells(&nodes[2]) == 0; i++) {
		usleep(10000);
	}
	CHECK(fake_redis_farewells(&nodes[2]) == 1);
	end();
}

static void a_slot_that_gets_an_owner_is_found(void)
{
	char range[80];

	begin();
	print_range(range, sizeof(range), 0, 5460, port_of(0));
	fake_redis_set_slots(&nodes[0], "*1\r\n%s", range);
	CHECK(get("foo") == STRATA_NO_OWNER);
	share_slots(port_of(0), port_of(1), port_of(2));
	run_until_maps("foo", 2);
	CHECK(gets("foo") && is_from(&commands[0], 2));
	end();
}

static void a_new_map_that_cannot_be_believed_leaves_the_old_one(void)
{
	begin();
	CHECK(gets("hello"));
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i], "*1\r\n*1\r\n:0\r\n");
	}
	redirect(2, "MOVED", slot_of[2], port_of(1));
	CHECK(gets("foo"));
	run_until_maps("hello", 2);
	CHECK(gets("hello") && gets("foo{}{bar}"));
	CHECK(gets("foo") && is_from(&commands[0], 1));
	end();
}

static void a_node_that_left_is_freed_only_when_nobody_holds_it(void)
{
	strata_request_ctx *held;

	begin();
	strata_redis_client_free(redis);
	use_node_as_seed(1);
	add("foo");
	held = strata_router_run(redis, &call, commands, 1);
	share_slots(port_of(0), port_of(1), port_of(1));
	redirect(1, "MOVED", slot_of[1], port_of(0));
	CHECK(gets("foo{}{bar}"));
	run_until_maps("hello", 2);
	CHECK(gets("foo") && is_from(&commands[0], 1));
	strata_router_release(held);
	CHECK(gets("hello") && gets("foo"));
	end();
}

static void a_distrusted_connection_is_closed_also_after_a_redirect(void)
{
	strata_request_ctx *round;

	begin();
	add("foo");
	add("foo{}{bar}");
	redirect(2, "MOVED", slot_of[2], port_of(1));
	round = strata_router_run(redis, &call, commands, command_count);
	commands[1].is_mismatched = true;
	strata_router_release(round);
	CHECK(gets("foo{}{bar}") && gets("hello"));
	CHECK(scripted_server_accepted(nodes[1].server) == 2);
	CHECK(scripted_server_accepted(nodes[0].server) == 1);
	end();
}

static void test_routing(void)
{
	RUN(commands_go_to_the_owners_of_their_slots);
	RUN(the_map_is_asked_for_once);
	RUN(many_commands_are_one_pipeline_for_each_node_and_keep_their_order);
	RUN(any_seed_that_answers_will_do);
	RUN(without_any_seed_every_command_fails_for_its_reason);
	RUN(seeds_that_have_no_map_are_not_asked_by_every_command);
	RUN(a_seed_that_is_no_cluster_is_told);
	RUN(a_map_that_contradicts_itself_is_not_used);
	RUN(a_slot_without_an_owner_goes_to_nobody);
}

static void test_redirects(void)
{
	RUN(moved_is_followed_and_remembered);
	RUN(no_redirect_is_followed_for_advice);
	RUN(moved_moves_one_slot_and_no_other);
	RUN(moved_without_a_host_means_the_one_that_answered);
	RUN(moved_to_an_unknown_host_means_the_one_node_at_that_port);
	RUN(where_the_port_does_not_tell_the_next_map_does);
	RUN(an_unknown_host_that_no_map_names_is_the_answer);
	RUN(moved_may_lead_to_a_node_that_was_not_known);
	RUN(only_what_was_redirected_is_sent_again);
	RUN(a_redirect_to_a_node_of_the_same_round_takes_its_connection_over);
	RUN(ask_sends_asking_and_the_command_in_one_write_and_is_forgotten);
	RUN(asking_counts_as_a_reply_of_its_own_in_a_pipeline);
	RUN(an_asking_that_is_refused_is_the_result);
	RUN(an_asking_that_is_answered_with_anything_else_costs_the_connection);
	RUN(a_node_that_was_asked_plainly_may_be_asked_again_after_ask);
	RUN(a_loop_between_two_nodes_is_seen_at_its_second_round);
	RUN(a_loop_of_asks_is_seen_as_well);
	RUN(a_node_that_sends_to_itself_is_a_loop_at_once);
	RUN(a_node_that_sends_to_itself_after_asking_is_one_too);
	RUN(no_more_redirects_are_followed_than_allowed);
	RUN(redirects_may_be_forbidden);
	RUN(a_redirect_that_leads_nowhere_is_not_followed);
}

static void test_refusals(void)
{
	RUN(try_again_is_sent_once_more_after_a_moment);
	RUN(try_again_after_ask_asks_again);
	RUN(where_no_time_is_left_nobody_waits);
	RUN(what_is_not_refused_does_not_wait_for_what_is);
	RUN(a_cluster_that_only_reads_goes_on_being_asked);
	RUN(a_node_that_is_not_ready_makes_the_map_suspect);
	RUN(a_master_that_became_a_replica_is_left_for_the_new_one);
	RUN(without_another_owner_it_is_the_answer_and_the_new_connection_stays);
	RUN(a_connection_that_lost_its_user_is_replaced_once);
	RUN(a_node_that_is_full_is_told_as_that);
	RUN(redirects_of_a_host_end_where_its_budget_does);
}

static void test_failures(void)
{
	RUN(a_command_whose_owner_is_down_goes_to_nobody_else);
	RUN(one_node_that_is_down_takes_no_other_commands_along);
	RUN(a_redirect_to_a_node_that_is_down_ends_there);
	RUN(a_node_that_is_silent_costs_one_deadline);
	RUN(a_cluster_that_is_down_says_so);
	RUN(a_new_map_is_asked_for_after_moved_and_keeps_connections);
	RUN(a_new_map_replaces_all_of_the_old_one);
	RUN(a_node_that_left_loses_its_connection);
	RUN(a_slot_that_gets_an_owner_is_found);
	RUN(a_new_map_that_cannot_be_believed_leaves_the_old_one);
	RUN(a_node_that_left_is_freed_only_when_nobody_holds_it);
	RUN(a_distrusted_connection_is_closed_also_after_a_redirect);
}

int main(void)
{
	call.arena = strata_arena_new();
	REQUIRE(call.arena != NULL);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_stats_new(host, NULL, &stats) == STRATA_OK);
	test_routing();
	test_redirects();
	test_refusals();
	test_failures();
	strata_stats_free(stats);
	strata_host_free(host);
	strata_arena_free(call.arena);
	return unit_end();
}
