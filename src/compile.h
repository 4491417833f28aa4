/* compile.h: the text of a layer's file as a Lua function. */
#ifndef SL_COMPILE_H
#define SL_COMPILE_H

#include "stackloader.h"

/* Pushes the text compiled, which is that of the file of this path. Raises "path:line: …" where it is no Lua. */
void sl_push_chunk(lua_State *L, const char *path, const char *text, size_t length);

/* Pushes the chunk of the kept file (kept.h) at the absolute index, and keeps it compiled with the file. It is a new function each time, for an
 * environment of its own. */
void sl_push_kept_chunk(lua_State *L, int index, const char *path);

/* Lua shortens a long path in its messages to "...end"; the administrator gets it whole. The message is at the top of the stack. */
void sl_restore_path(lua_State *L, const char *path);

#endif
