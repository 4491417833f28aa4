/* request_api.h: an sl_request from a Lua table of options. */
#ifndef SL_REQUEST_API_H
#define SL_REQUEST_API_H

#include <lua.h>

#include "discover.h"

/* Fills *request from the options table at argument `arg` (none or nil: all defaults), copied into the arena: root, roots,
 * variables, axes, sysroot, domain and one option for each axis that is chosen (profile, environment, clients …). `caller` is
 * the function's name for messages; `others` (NULL-terminated, may be NULL) are options that the caller reads itself. An unknown
 * option or a wrong type is an argument error. request->roots is NULL where the options name none; main_file is not touched.
 * request->given holds the options; put flags before them. */
void sl_read_request(
	lua_State *L, int arg, const char *caller, const char *const *others, sl_arena *arena, sl_findings *findings, sl_request *request);

/* The rows of option `axes` (a table at the top of the stack) for that argument; *count of them. axes_api.c */
const sl_axis *sl_read_axes(lua_State *L, int arg, sl_arena *arena, size_t *count);

/* The strings of the list at a stack index, or the one string that is there itself, as a NULL-terminated list in the arena. What is
 * neither, and strings that are empty or hold a zero byte, are an argument error; `what` names the place. */
const char **sl_read_strings(lua_State *L, int arg, int index, sl_arena *arena, const char *what);

/* Copies into the arena from Lua's side, where no sl_protect is around. */
const char *sl_keep(lua_State *L, sl_arena *arena, const char *text);
void *sl_keep_memory(lua_State *L, sl_arena *arena, size_t size);

/* A path below the working folder made absolute. */
const char *sl_keep_path(lua_State *L, sl_arena *arena, const char *path);

/* " (did you mean "x"?)" or "". */
const char *sl_keep_hint(lua_State *L, sl_arena *arena, const char *word, const char *const *candidates);

#endif
