#include "database/database_users.h"

#include "unit.h"

static strata_host *host;
static strata_database_users *users;
static strata_keyspace shop, plain;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_database_users_new(host, &users) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&shop, "feed", "shop", strata_view_of(""), 1000) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&plain, "feed", "", strata_view_of(""), 1000) == STRATA_OK);
}

static void end(void)
{
	strata_database_users_free(users);
	strata_host_free(host);
}

/* The first database of this name with any user. */
static strata_database_users_view look(const char *name)
{
	strata_database_users_view view;

	for (uint32_t i = 0; strata_database_users_look(users, i, &view); i++) {
		if (view.count > 0 && strcmp(view.name, name) == 0) {
			return view;
		}
	}
	return (strata_database_users_view){ .count = 0 };
}

static void each_user_is_named_once(void)
{
	strata_database_users_view view;

	begin();
	for (int i = 0; i < 3; i++) {
		strata_database_users_note(users, &shop, "a:1,/0", 33);
		strata_database_users_note(users, &shop, "a:1,/0", 0);
	}
	view = look("shop:feed");
	CHECK(view.count == 2 && view.users[0] == 33 && view.users[1] == 0 && !view.has_more);
	CHECK(look("feed").count == 0);
	end();
}

static void other_namespaces_and_servers_are_other_databases(void)
{
	begin();
	strata_database_users_note(users, &shop, "a:1,/0", 33);
	strata_database_users_note(users, &plain, "a:1,/0", 34);
	strata_database_users_note(users, &shop, "a:1,/1", 35);
	CHECK(look("shop:feed").count == 1 && look("feed").count == 1);
	end();
}

static void more_users_than_are_named_are_told(void)
{
	strata_database_users_view view;

	begin();
	for (uint32_t user = 0; user < STRATA_USERS_NAMED; user++) {
		strata_database_users_note(users, &shop, "a:1,/0", user);
	}
	CHECK(look("shop:feed").count == STRATA_USERS_NAMED && !look("shop:feed").has_more);
	strata_database_users_note(users, &shop, "a:1,/0", 1000);
	view = look("shop:feed");
	CHECK(view.count == STRATA_USERS_NAMED && view.has_more);
	end();
}

static void a_full_table_does_no_harm(void)
{
	char servers[16];

	begin();
	for (uint32_t i = 0; i < 300; i++) {
		snprintf(servers, sizeof(servers), "a:%u,/0", i);
		strata_database_users_note(users, &shop, servers, 33);
	}
	CHECK(look("shop:feed").count == 1);
	end();
}

int main(void)
{
	RUN(each_user_is_named_once);
	RUN(other_namespaces_and_servers_are_other_databases);
	RUN(more_users_than_are_named_are_told);
	RUN(a_full_table_does_no_harm);
	return unit_end();
}
