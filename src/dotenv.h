/* dotenv.h: reads the .env grammar that Docker Compose users know. No Lua in here. */
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

/* Parses `length` bytes of `text`, which came from `path`. Assignments come out in order, a later one of the same name
 * after an earlier one. ${NAME} follows Compose: the environment
 * (`lookup`) first, then the file. Syntax errors become findings with path and line, all of them; the lines without
 * error are still returned. */
void sl_dotenv_parse(sl_arena *arena, sl_findings *findings, const char *path, const char *text, size_t length,
	sl_lookup lookup, void *context, sl_assignment **assignments, size_t *count);

#endif
