/* password_file: reads the password that a file holds. */
#ifndef STRATA_CONF_PASSWORD_FILE_H
#define STRATA_CONF_PASSWORD_FILE_H

enum { STRATA_PASSWORD_FILE_ERROR = 160 };

/*
 * The first line without its end, for the caller to free. NULL when it cannot be read or is empty,
 * with the reason in error.
 */
char *strata_password_file_read(const char *path, char error[STRATA_PASSWORD_FILE_ERROR]);

#endif
