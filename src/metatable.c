#include "metatable.h"

void sl_push_weak_table(lua_State *L, const char *mode) {
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	lua_pushstring(L, mode);
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
}

void sl_push_metatable(lua_State *L, const char *type, const luaL_Reg *metamethods, const luaL_Reg *methods) {
	if(luaL_getmetatable(L, type) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	lua_newtable(L);
	lua_pushstring(L, type);
	lua_setfield(L, -2, "__name");
	luaL_setfuncs(L, metamethods, 0);
	if(methods) {
		lua_newtable(L);
		luaL_setfuncs(L, methods, 0);
		lua_setfield(L, -2, "__index");
	}
	lua_pushvalue(L, -1);
	lua_setfield(L, LUA_REGISTRYINDEX, type);
}
