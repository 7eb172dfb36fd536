/* info: the section of phpinfo() about strata. */
#ifndef STRATA_API_INFO_H
#define STRATA_API_INFO_H

/* Version, what was built in, the databases as configured, and every directive, secrets as ***. */
void strata_api_print_info(void);

#endif
