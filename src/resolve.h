/* resolve.h: after the last layer: every option of every scope gets its value, and the forces, constraints and module lists that reach
 * from one scope into another are settled. */
#ifndef SL_RESOLVE_H
#define SL_RESOLVE_H

#include "history.h"

/* Fills SL_UV_RESULTS and reports what it found on the way. */
void sl_resolve(lua_State *L, int ud);

/* Is the scope a host or component (or the global one), rather than one of stack.each's? */
bool sl_is_host(lua_State *L, int ud, uint32_t scope);

/* The scope that stack.each uses for hosts of the kind that `scope` is; 0 where no layer spoke to them. */
uint32_t sl_each_scope(lua_State *L, int ud, uint32_t scope);

/* Pushes the value in force of a slot (nil: unset), and says whether it was made for the caller alone. Only after sl_resolve. */
bool sl_push_result(lua_State *L, int ud, uint32_t slot);

/* The same of an option in a scope. */
void sl_push_result_of(lua_State *L, int ud, uint32_t scope, uint32_t option);

/* Pushes a global option in force by its name, or nil. */
void sl_push_global_option(lua_State *L, int ud, const char *name);

/* Pops a value and makes it the slot's. */
void sl_set_result(lua_State *L, int ud, uint32_t slot);

#endif
