#include "collector.h"

#include <lauxlib.h>

enum { PATIENT = 200 };

/* (patience): restores what was set before */
static int restore(lua_State *L) {
	int *pause = luaL_checkudata(L, 1, "stackloader.patience");
	if(*pause) {
		lua_gc(L, LUA_GCSETPAUSE, *pause);
		*pause = 0;
		lua_gc(L, LUA_GCSTEP, 0);
	}
	return 0;
}

void sl_push_patience(lua_State *L) {
	luaL_checkstack(L, 4, "loading");
	int *pause = lua_newuserdatauv(L, sizeof(*pause), 0);
	*pause = 0;
	if(luaL_newmetatable(L, "stackloader.patience")) {
		lua_pushcfunction(L, restore);
		lua_setfield(L, -2, "__close");
	}
	lua_setmetatable(L, -2);
	lua_toclose(L, -1);
	*pause = lua_gc(L, LUA_GCSETPAUSE, PATIENT);
}
