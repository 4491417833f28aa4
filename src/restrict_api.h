/* restrict_api.h: load's option `restrict`. */
#ifndef SL_RESTRICT_API_H
#define SL_RESTRICT_API_H

#include <lua.h>

#include "restrict.h"

/* Reads the option from the options table at argument `arg` (none or nil: nothing is restricted), copied into the arena: the name of an axis or
 * of a folder of the tree, a list of such, or a table of such, each true or { hosts, modules, options, size, depth }. A wrong one is an argument
 * error. */
void sl_read_restrict(lua_State *L, int arg, sl_arena *arena, const sl_request *request, sl_restrictions *all);

#endif
