/* sandbox.h: the environment that a layer's file runs in: Prosody's own statements, options that can be read back, and
 * what the layer language adds. One table a file, as in Prosody's configuration parser, whose behaviour decides. */
#ifndef SL_SANDBOX_H
#define SL_SANDBOX_H

#include "stack.h"

/* Pushes an environment for the file (an index into the stack's files) that is as new. */
void sl_push_environment(lua_State *L, int ud, uint32_t file);

/* The file has run to its end and returned nothing. If what it set is no more than data could say, is it certain that nobody has its environment any
 * more, nor a table that it made? It is where the file could give them to nobody: it has not run a script, read no name that is more than a string,
 * and changed none of the environment's own. Most files of code just call the statements. */
bool sl_is_left_alone(lua_State *L, int ud, uint32_t file);

/* The environment that was made last was left alone: the next file gets it. */
void sl_release_environment(sl_stack *stack);

/* The scope whose name is at the top of the stack (popped). */
uint32_t sl_enter_scope(lua_State *L, int ud);

/* Assigns each pair of the table at `options` in a scope, in an order that is always the same. `file` 0: no lines. */
void sl_assign_all(lua_State *L, int ud, uint32_t scope, int options, uint32_t file);

/* Where the running code of the file stands; `name` (may be NULL) is what is assigned, for its own line in a statement of several. */
sl_place sl_place_in(lua_State *L, int ud, uint32_t file, const char *name);

/* The file runs, which has this text, until the stack's vector `open` is cut. What holds the text is at the top of the stack and stays there. */
void sl_open_file(lua_State *L, int ud, uint32_t file, const char *text, size_t length);

/* The same for a field of the table of `VirtualHost "x" { … }` or stack.each. */
sl_place sl_place_of_field(lua_State *L, int ud, uint32_t file, const char *name);

#endif
