#include "value.h"

/* Prosody 13's option syntax on an option that was read back: opt { … }, opt:append { … }, opt:value(), opt:values(). */

/* The address is the registry key of the metatable. */
static const char option_metatable_key = 'o';

/* opt:append { … }: a list adds its elements, a map sets its keys; the table itself changes, as in Prosody 13. */
static int option_append(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	if(lua_type(L, 2) != LUA_TTABLE) {
		return luaL_error(L, "'append' operation expects a list of values to append to the existing list");
	}
	if(lua_rawgeti(L, 2, 1) != LUA_TNIL) {
		lua_Integer length = luaL_len(L, 1);
		for(lua_Integer i = 1; lua_rawgeti(L, 2, i) != LUA_TNIL; i++) {
			lua_rawseti(L, 1, length + i);
		}
	} else {
		lua_pushnil(L);
		while(lua_next(L, 2)) {
			lua_pushvalue(L, -2);
			lua_insert(L, -2);
			lua_rawset(L, 1);
		}
	}
	lua_settop(L, 1);
	return 1;
}

static int option_value(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	return 1;
}

/* Iterates over the values alone; upvalues: the table and the last key. */
static int next_value(lua_State *L) {
	lua_pushvalue(L, lua_upvalueindex(2));
	if(!lua_next(L, lua_upvalueindex(1))) {
		return 0;
	}
	lua_pushvalue(L, -2);
	lua_replace(L, lua_upvalueindex(2));
	return 1;
}

static int option_values(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	lua_pushnil(L);
	lua_pushcclosure(L, next_value, 2);
	return 1;
}

/* opt { … } appends, as in Prosody 13. */
static int option_call(lua_State *L) {
	if(lua_type(L, 2) != LUA_TTABLE) {
		return luaL_error(L, "Invalid syntax - missing '=' perhaps?");
	}
	lua_settop(L, 2);
	return option_append(L);
}

void sl_push_option_metatable(lua_State *L) {
	static const luaL_Reg methods[] = {
		{ "append", option_append }, { "value", option_value }, { "values", option_values }, { NULL, NULL }
	};
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &option_metatable_key) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	lua_createtable(L, 0, 2);
	luaL_newlib(L, methods);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, option_call);
	lua_setfield(L, -2, "__call");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &option_metatable_key);
}
