/* variables.h: every variable of a load with the source that it came from. No Lua in here. */
#ifndef SL_VARIABLES_H
#define SL_VARIABLES_H

#include "finding.h"

/* Sources in the order in which they win. */
typedef enum sl_source {
	SL_PROCESS,         /* the process's environment, or load's option `variables` */
	SL_DOTENV,          /* .env of a root; of several roots the later one is added first */
	SL_PROFILE_DEFAULTS /* the chosen profile's defaults.env */
} sl_source;

typedef struct sl_variable {
	const char *name;
	const char *value;
	sl_source source;
	const char *path;   /* the file, or NULL for SL_PROCESS */
	unsigned line;
	bool read;          /* a choice or a layer asked for it */
} sl_variable;

typedef struct sl_variables sl_variables;

sl_variables *sl_variables_new(sl_arena *arena, sl_findings *findings);

/* Adds a variable. The first source that has a name wins; within one file the last assignment does, within a source the
 * file added first. Empty values and Kubernetes service links (tcp://… with NAME_PROTO-like siblings) count as unset,
 * decided when asked. */
void sl_variables_add(sl_variables *variables, sl_source source, const char *path, unsigned line, const char *name, const char *value);

/* Reads the .env-like file `path` into `source`; a missing file is no error. Names in the NULL-terminated `forbidden`
 * become findings (error) and are left out. */
void sl_variables_read(sl_variables *variables, sl_source source, const char *path, const char *const *forbidden);

/* The variable, marked as read, or NULL where it is unset, empty or a service link. Follows sl_variables_alias. */
const sl_variable *sl_variables_get(sl_variables *variables, const char *name);

/* Like sl_variables_get for the value alone, without marking it as read. */
const char *sl_variables_peek(const sl_variables *variables, const char *name);

/* What the NULL-terminated list of aliases says: the first source that has one of them decides. Two aliases in that same
 * source with different values are a finding (warning); the first of the list wins. NULL where none is set. */
const sl_variable *sl_variables_choice(sl_variables *variables, const char *const *aliases);

/* From here on, each of the aliases reads as `value` (NULL: as unset) whatever the sources say. */
void sl_variables_settle(sl_variables *variables, const char *const *aliases, const char *value);

/* All variables that are in force (set, not empty, no service link), sorted by name; each once. */
const sl_variable **sl_variables_list(sl_variables *variables, size_t *count);

#endif
