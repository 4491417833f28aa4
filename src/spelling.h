/* spelling.h: what somebody may have meant, for messages. No Lua in here. */
#ifndef SL_SPELLING_H
#define SL_SPELLING_H

#include "memory.h"

/* The candidate (of a NULL-terminated list) that `word` most likely means: a slip or two of the keyboard away, the same in
 * other letter case, its beginning, or its last path component. NULL where none is near. */
const char *sl_nearest(const char *word, const char *const *candidates);

/* "a, b, c" of a NULL-terminated list; of a long one its beginning and how many more there are. Below sl_protect. */
const char *sl_join_names(sl_arena *arena, const char *const *names);

/* All names of a NULL-terminated list with `between` between them. Below sl_protect. */
const char *sl_join(sl_arena *arena, const char *const *names, const char *between);

/* " (did you mean "x"?)", or "" where no candidate is near. Below sl_protect. */
const char *sl_did_you_mean(sl_arena *arena, const char *word, const char *const *candidates);

/* The text with control characters written as \xNN, so that a message stays one line. Below sl_protect. */
const char *sl_printable(sl_arena *arena, const char *text);

/* The same of a value that somebody gave, cut where it is longer than any that could be meant. Below sl_protect. */
const char *sl_shown(sl_arena *arena, const char *value);

#endif
