/* variables.h: every variable of a load with the source that it came from. No Lua in here. */
#ifndef SL_VARIABLES_H
#define SL_VARIABLES_H

#include "finding.h"
#include "identity.h"

/* Sources in the order in which they win. */
typedef enum sl_source {
	SL_PROCESS,          /* the process's environment, or load's option `variables` */
	SL_DOTENV,           /* .env of a root; of several roots the later one is added first */
	SL_PROFILE_DEFAULTS, /* the chosen profile's defaults.env */
	SL_SETTLED           /* no source: what sl_variables_settle said, where no source says the same */
} sl_source;

typedef struct sl_variable {
	const char *name;
	const char *value;
	sl_source source;
	const char *path; /* the file, or NULL for SL_PROCESS and SL_SETTLED */
	unsigned line;
	bool read; /* a choice or a layer asked for it */
} sl_variable;

typedef struct sl_variables sl_variables;

/* The files that were read, as they were then. */
const sl_met_list *sl_variables_files(const sl_variables *variables);

/* The file that the variable is from; NULL where no file says it. Unlike sl_variables_get, does not count as reading. */
const char *sl_variables_path(const sl_variables *variables, const char *name);

/* A variable that the file sets to more than nothing and whose name the function accepts, or NULL. */
const char *sl_variables_find(const sl_variables *variables, const char *path, bool (*accepts)(const sl_variable *variable));

sl_variables *sl_variables_new(sl_arena *arena, sl_findings *findings);

/* Adds a variable. Sources, and the files of one, are added one after the other, the one that wins first. The first
 * source that has a name wins; within one file the last assignment does, within a source the file added first. Empty values
 * and Kubernetes service links (tcp://… with the siblings that kubelet makes beside it) count as unset, decided when asked: a
 * weaker source may then have the variable. Name and value are copied. */
void sl_variables_add(sl_variables *variables, sl_source source, const char *path, unsigned line, const char *name, const char *value);

/* Reads the .env-like file `path` into `source`; a missing file is no error, nor is /dev/null. A reference in it sees the
 * variables added so far, then the lines above it. Names in the NULL-terminated `forbidden` (may be NULL) become findings
 * (error) where they have a value, and are left out. */
void sl_variables_read(sl_variables *variables, sl_source source, const char *path, const char *const *forbidden);

/* The variable, marked as read, or NULL where it is unset, empty or a service link. Follows sl_variables_settle. */
const sl_variable *sl_variables_get(sl_variables *variables, const char *name);

/* Like sl_variables_get for the value alone, without marking it as read. */
const char *sl_variables_peek(const sl_variables *variables, const char *name);

/* What a program sees that asks for the variable itself (os.getenv, ENV_NAME): like sl_variables_get, but "" where the process has it
 * empty and no other source has it, as a configuration file of Prosody's own sees it. */
const char *sl_variables_text(sl_variables *variables, const char *name);

/* What the NULL-terminated list of aliases says: the first source that has one of them decides; each file is a source of its
 * own. Two aliases in that same source with different values are a finding (warning, once a pair); the first of the list
 * wins. All of them are marked as read. NULL where none is set. */
const sl_variable *sl_variables_choice(sl_variables *variables, const char *const *aliases);

/* From here on, each of the aliases reads as `value`, which is not empty, whatever the sources say. */
void sl_variables_settle(sl_variables *variables, const char *const *aliases, const char *value);

/* All variables that are in force (set, not empty, no service link), sorted by name; each once. */
const sl_variable **sl_variables_list(sl_variables *variables, size_t *count);

#endif
