#include "collector.h"

#include <lauxlib.h>

#include "metatable.h"

enum { PATIENT = 200, FIRST = 400 };

/* (patience): restores what was set before. No step of the collector is forced here: after one that is, Lua 5.4.4 never comes to the end of a cycle
 * where loads follow each other. */
static int restore(lua_State *L) {
	int *pause = luaL_checkudata(L, 1, "stackloader.patience");
	lua_gc(L, LUA_GCSETPAUSE, *pause);
	return 0;
}

void sl_push_patience(lua_State *L, bool first) {
	static const luaL_Reg metamethods[] = { { "__close", restore }, { NULL, NULL } };
	luaL_checkstack(L, 6, "loading");
	int *pause = lua_newuserdatauv(L, sizeof(*pause), 0);
	sl_push_metatable(L, "stackloader.patience", metamethods, NULL);
	lua_setmetatable(L, -2);
	lua_toclose(L, -1);
	*pause = lua_gc(L, LUA_GCSETPAUSE, first ? FIRST : PATIENT);
}
