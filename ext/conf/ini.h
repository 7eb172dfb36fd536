/*
 * ini: the directives of php.ini. Beside ext/ and api/ only this file knows how PHP is configured.
 */
#ifndef STRATA_CONF_INI_H
#define STRATA_CONF_INI_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/directive.h"
#include "conf/ini_said.h"
#include "conf/resolve.h"
#include "conf/settings.h"
#include "conf/topology.h"

/*
 * Registers strata.<option> for every option and strata.<database>.<option> for every database that
 * strata.databases names, and warns once about every other strata.* name in the configuration.
 * on_change is called, while a request begins or ends and in no call of ours, when another text
 * came into force for this thread; what is refused goes to enter. Called in MINIT.
 */
void strata_ini_register(int module_number, void (*on_change)(void), strata_ini_enter enter);
void strata_ini_unregister(int module_number);

/* The value of strata.memory at the time the module started, in bytes. */
uint64_t strata_ini_memory(void);

/* Whether strata.verify was on then. */
bool strata_ini_verifies(void);

/* "default" first, then the names of strata.databases in their order. */
uint32_t strata_ini_database_count(void);
const char *strata_ini_database_name(uint32_t index);

/* The name of the file that strata.topology named then; empty: there is none. */
const char *strata_ini_topology(void);

/* What strata.segment, segment_mode and segment_group said then. */
typedef struct {
	char *path;
	char *group; /* empty: none is named */
	uint32_t mode;
} strata_ini_segment_wish;

/* NULL where no segment is named. Valid until strata_ini_unregister(). */
const strata_ini_segment_wish *strata_ini_segment(void);

/* What strata.operator says for this request: STRATA_OPERATOR_AUTO, _ON or _OFF. */
uint64_t strata_ini_operator(void);

bool strata_ini_has_database(strata_view name);

/*
 * The settings in force now for this database, see strata_resolve(); file is NULL where there is
 * none. A password that is not sent, and why, is said once. Returns 0, or -1 when out of memory.
 * The caller owns *out.
 */
int strata_ini_resolve(const char *database, const strata_topology *file, strata_settings *out);

/*
 * The servers of a database cannot be used, though each option was accepted: enters and says it.
 * directive is the common one; named becomes the nearest one that has a text.
 */
void strata_ini_refuse_servers(const char *database, const char *directive, const char *sentence,
	char named[STRATA_DIRECTIVE]);

/* The same without a word: the caller says it. */
void strata_ini_note_servers(const char *database, const char *directive, const char *sentence);

/* Where that would be said, of a common directive, and under which nearest name. */
strata_place strata_ini_place(const char *database, const char *directive,
	char named[STRATA_DIRECTIVE]);

/* The same as strata_ini_resolve(), and the caller says what went wrong. */
int strata_ini_try(const char *database, const strata_topology *file, strata_settings *out,
	strata_password_trouble *trouble);

/*
 * The text of an option in force for a database with these settings, as it may be shown: for the
 * caller to free, NULL without memory. *is_refused: it stands in for one that was refused.
 */
char *strata_ini_text(const char *database, const strata_topology *file,
	const strata_settings *settings, const strata_setting *setting, bool *is_refused);

/*
 * One word of the texts of all directives in force for this thread: two that differ have differing
 * texts, and equal ones the same. 0: those of php.ini.
 */
uint64_t strata_ini_word(void);

/* What was refused of this request is so no more. Before PHP takes back its values. */
void strata_ini_end_request(void);

/*
 * Prints the directives with their values, secrets as ***, as phpinfo() and php --ri show them.
 * ini_get() and get_cfg_var() are PHP's own and give a script what php.ini holds, secrets too:
 * password_file is for those cases.
 */
void strata_ini_print(void);

#endif
