/* metatable.h: the metatables of the module's own userdata, and of weak tables. */
#ifndef SL_METATABLE_H
#define SL_METATABLE_H

#include <lauxlib.h>
#include <lua.h>

/* Pushes a new table that keeps no key ("k") or no value ("v") from being collected. */
void sl_push_weak_table(lua_State *L, const char *mode);

/* Pushes the metatable of that type, with these metamethods, and with these methods unless NULL. Unlike luaL_newmetatable's it is whole
 * before anyone finds it: memory that runs out on the way leaves none behind, and the next call makes it anew. */
void sl_push_metatable(lua_State *L, const char *type, const luaL_Reg *metamethods, const luaL_Reg *methods);

#endif
