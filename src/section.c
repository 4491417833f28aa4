#include "section.h"

#include "host.h"

void sl_log_later(lua_State *L) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 4, "preparing the log");
	sl_push_global(L, "require");
	lua_pushliteral(L, "stackloader.later_log");
	if(lua_isfunction(L, -2)) {
		(void)lua_pcall(L, 1, 0, 0);   /* it may not be installed */
	}
	lua_settop(L, top);
}

bool sl_show_section(lua_State *L, int ud, lua_Integer *errors) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "showing the stack");
	sl_push_global(L, "require");
	lua_pushliteral(L, "stackloader.section");
	bool found = lua_isfunction(L, -2) && lua_pcall(L, 1, 1, 0) == LUA_OK && lua_isfunction(L, -1);
	if(found) {
		lua_pushvalue(L, ud);
		lua_call(L, 1, 1);
		*errors = lua_tointeger(L, -1);
	}
	lua_settop(L, top);
	return found;
}
