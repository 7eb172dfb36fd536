#include "conf/topology_time.h"

#include "unit.h"

static uint64_t seconds_of(const char *text)
{
	uint64_t moment = 1;

	return strata_topology_time_parse(strata_view_of(text), &moment) ? moment / 1000000 : moment;
}

static void moments_are_counted_since_1970(void)
{
	CHECK(seconds_of("1970-01-01T00:00:01Z") == 1);
	CHECK(seconds_of("2000-02-29T00:00:00Z") == 951782400);
	CHECK(seconds_of("2026-12-01T03:00:00Z") == 1796094000);
	CHECK(seconds_of("2100-03-01T00:00:00Z") == 4107542400);
	CHECK(seconds_of("9999-12-31T23:59:59Z") == 253402300799);
}

static void an_offset_is_taken_off(void)
{
	CHECK(seconds_of("2026-12-01T04:00:00+01:00") == 1796094000);
	CHECK(seconds_of("2026-11-30T21:30:00-05:30") == 1796094000);
	CHECK(seconds_of("2026-12-01T03:00:00+00:00") == 1796094000);
}

static void everything_else_is_no_moment(void)
{
	static const char *const wrong[] = { "", "2026-12-01", "2026-12-01T03:00:00",
		"2026-12-01 03:00:00Z", "2026-12-01T03:00Z", "2026-12-01T03:00:00z",
		"2026-12-01T03:00:00ZZ", "2026-12-01T03:00:00.5Z", "2026-13-01T03:00:00Z",
		"2026-00-01T03:00:00Z", "2026-02-29T03:00:00Z", "2026-04-31T03:00:00Z",
		"2026-12-00T03:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T03:60:00Z",
		"2026-12-31T23:59:60Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
		"1970-01-01T00:30:00+01:00", "2026-12-01T03:00:00+1:00", "2026-12-01T03:00:00+0100",
		"2026-12-01T03:00:00+24:00", "2026-12-01T03:00:00+01:60", "2026-12-01T03:00:00 +01:00",
		"+026-12-01T03:00:00Z", "1796094000", "tomorrow" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(seconds_of(wrong[i]) == 0);
	}
}

int main(void)
{
	RUN(moments_are_counted_since_1970);
	RUN(an_offset_is_taken_off);
	RUN(everything_else_is_no_moment);
	return unit_end();
}
