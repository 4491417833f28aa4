#include "assumed.h"

static const char assumed_key;

int sl_api_assume(lua_State *L) {
	lua_settop(L, 1);
	if(!lua_isnil(L, 1)) {
		luaL_checktype(L, 1, LUA_TTABLE);
		lua_getfield(L, 1, "version");
		luaL_argexpected(L, lua_type(L, -1) == LUA_TSTRING, 1, "table with a version");
		lua_getfield(L, 1, "available");
		lua_getfield(L, 1, "takes_over");
		luaL_argexpected(L, lua_isfunction(L, -2) && lua_isfunction(L, -1), 1, "table with the functions available and takes_over");
	}
	lua_settop(L, 1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &assumed_key);
	return 0;
}

/* Pushes a field of what is assumed, or nil. */
static void push_field(lua_State *L, const char *name) {
	luaL_checkstack(L, 5, "asking for another Prosody");
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &assumed_key) == LUA_TTABLE) {
		lua_getfield(L, -1, name);
		lua_remove(L, -2);
	}
}

const char *sl_push_assumed_version(lua_State *L) {
	push_field(L, "version");
	return lua_tostring(L, -1);
}

bool sl_assumed_has(lua_State *L, const char *module) {
	bool found = false;
	push_field(L, "available");
	if(!lua_isnil(L, -1)) {
		lua_pushstring(L, module);
		lua_call(L, 1, 1);
		found = lua_toboolean(L, -1);
	}
	lua_pop(L, 1);
	return found;
}

bool sl_assumed_takes_over(lua_State *L, const char *component, const char *module, bool *answer) {
	push_field(L, "takes_over");
	bool is_assumed = !lua_isnil(L, -1);
	if(is_assumed) {
		lua_pushstring(L, component);
		lua_pushstring(L, module);
		lua_call(L, 2, 1);
		*answer = lua_toboolean(L, -1);
	}
	lua_pop(L, 1);
	return is_assumed;
}
