#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/password_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *fail(char *line, const char *reason, char *error)
{
	free(line);
	snprintf(error, STRATA_PASSWORD_FILE_ERROR, "%s", reason);
	return NULL;
}

static char *first_line(FILE *file, char *error)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t size = getline(&line, &room, file);

	if (size < 0 && ferror(file)) {
		return fail(line, strerror(errno), error);
	}
	while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) {
		line[--size] = '\0';
	}
	if (size <= 0) {
		return fail(line, "its first line is empty", error);
	}
	return line;
}

char *strata_password_file_read(const char *path, char error[STRATA_PASSWORD_FILE_ERROR])
{
	FILE *file = fopen(path, "re");
	char *line;

	error[0] = '\0';
	if (file == NULL) {
		return fail(NULL, strerror(errno), error);
	}
	line = first_line(file, error);
	fclose(file);
	return line;
}
