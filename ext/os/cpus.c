#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/cpus.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	MOST_CPUS = 8192,
	FEW = 2,          /* of so few a limit would make no difference to any caller */
	PATH_ROOM = 1024, /* bytes, of a control group below its root, and of that */
	TEXT_ROOM = 4096
};

static uint32_t allowed(void)
{
	static const size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
	cpu_set_t set[MOST_CPUS / CPU_SETSIZE];
	int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;

	return count > 0 ? (uint32_t) count : 1;
}

uint32_t strata_cpus_of_quota(const char *text)
{
	uint64_t quota, period;

	if (sscanf(text, "%" SCNu64 " %" SCNu64, &quota, &period) != 2 || period == 0 ||
		quota / period >= UINT32_MAX) {
		return UINT32_MAX;
	}
	return quota < period ? 1 : (uint32_t) (quota / period);
}

/* The beginning of a small file as a text, which is empty where it cannot be read. */
static void read_text(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t count = fd >= 0 ? read(fd, text, room - 1) : 0;

	text[count > 0 ? count : 0] = '\0';
	if (fd >= 0) {
		close(fd);
	}
}

/* The control group of this process below the root of the hierarchy, without a slash at its end. */
static void find_group(char group[PATH_ROOM])
{
	char text[TEXT_ROOM];
	const char *line = text;

	read_text("/proc/self/cgroup", text, sizeof(text));
	while (line != NULL && strncmp(line, "0::", 3) != 0) {
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	group[0] = '\0';
	if (line != NULL) {
		snprintf(group, PATH_ROOM, "%.*s", (int) strcspn(line + 3, "\n"), line + 3);
	}
	if (strcmp(group, "/") == 0) {
		group[0] = '\0';
	}
}

/* The root of a container has a limit, too. That of a machine has no such file. */
uint32_t strata_cpus_granted(const char *root, const char *group)
{
	char rest[PATH_ROOM], path[2 * PATH_ROOM], text[TEXT_ROOM];
	uint32_t least = UINT32_MAX;
	char *end;

	snprintf(rest, sizeof(rest), "%s", group);
	do {
		uint32_t limit;

		snprintf(path, sizeof(path), "%.*s%s/cpu.max", PATH_ROOM / 2, root, rest);
		read_text(path, text, sizeof(text));
		limit = strata_cpus_of_quota(text);
		least = limit < least ? limit : least;
		end = strrchr(rest, '/');
		if (end != NULL) {
			*end = '\0';
		}
	} while (end != NULL);
	return least;
}

uint32_t strata_cpus_usable(void)
{
	uint32_t count = allowed(), limit;
	char group[PATH_ROOM];

	if (count <= FEW) {
		return count;
	}
	find_group(group);
	limit = strata_cpus_granted("/sys/fs/cgroup", group);
	return limit < count ? limit : count;
}
