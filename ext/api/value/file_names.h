/* file_names: keeps the engine from taking file names that lie in the read-only view. */
#ifndef STRATA_API_VALUE_FILE_NAMES_H
#define STRATA_API_VALUE_FILE_NAMES_H

/*
 * With opcache, compiling a file whose name is not its real path takes a reference on the name,
 * also where it is marked as interned and lies in memory that no process can write. So between the
 * script and the compiler such a name becomes a copy of its own. Once in a process, in its first
 * request: opcache has put its own functions there by then.
 */
void strata_file_names_guard(void);

#endif
