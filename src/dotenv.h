/* dotenv.h: reads the .env grammar that Docker Compose users know. No Lua in here.
 *
 *     # a comment, at the start of a line or after white space
 *     NAME=value            export NAME=value, NAME: value and white space around = are the same
 *     NAME='as it stands'   only \' is special; may span lines
 *     NAME="a\tb ${OTHER}"  escapes \n \r \t \a \b \f \v \\ \" \$; any other backslash stays; may span lines
 *     NAME                  as the environment has it, nothing where it does not
 *
 * References, in unquoted and double-quoted values: $NAME, ${NAME}, ${NAME:-text} and ${NAME-text} (text where NAME is
 * unset; with the colon also where it is empty), ${NAME:?message} (an error then), ${NAME:+text} (text only where it is set); the text may
 * hold references itself. $$ is a plain dollar sign. As in Compose a reference sees the environment (`lookup`) first and then the
 * lines above it in the file; one that is set nowhere is empty, with a warning.
 */
#ifndef SL_DOTENV_H
#define SL_DOTENV_H

#include "finding.h"

typedef struct sl_assignment {
	const char *name;
	const char *value;
	unsigned line;
} sl_assignment;

/* Looks a variable up for ${NAME}; NULL where it is unset. */
typedef const char *(*sl_lookup)(void *context, const char *name);

/* How far references may make a file grow: each line may double the one before it. */
#ifndef SL_MAX_EXPANSION
#define SL_MAX_EXPANSION (1024UL * 1024)
#endif

/* How deep ${A:-${B:-…}} may nest. */
#ifndef SL_MAX_REFERENCE_DEPTH
#define SL_MAX_REFERENCE_DEPTH 50
#endif

/* How many findings one file may have; the rest of them are one more that says how many. */
#ifndef SL_MAX_FILE_FINDINGS
#define SL_MAX_FILE_FINDINGS 100
#endif

/* Parses `length` bytes of `text`, which came from `path`. Assignments come out in order, a later one of the same name
 * after an earlier one. Syntax errors become findings with path and line, all of them; the lines without
 * error are still returned. No finding holds any part of a value: it may be a secret. Only below sl_protect. */
void sl_dotenv_parse(sl_arena *arena, sl_findings *findings, const char *path, const char *text, size_t length, sl_lookup lookup,
	void *context, sl_assignment **assignments, size_t *count);

#endif
