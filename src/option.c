#include <string.h>

#include "value.h"

/* Prosody 13's option syntax on an option that was read back: opt { … }, opt:append { … }, opt:value(), opt:values(). */

/* The address is the registry key of the metatable. */
static const char option_metatable_key = 'o';

/* A proxy stands for a table that cannot have the methods itself: one with a metatable of its own, or with keys of their names. Its metatable is
 * its own and has the table at index 1. */
static const char proxy_key = 'p';

bool sl_unwrap_option(lua_State *L, int index) {
	if(lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) {
		return false;
	}
	bool proxy = lua_rawgetp(L, -1, &proxy_key) != LUA_TNIL;
	lua_pop(L, 1);
	if(!proxy) {
		lua_pop(L, 1);
		return false;
	}
	lua_rawgeti(L, -1, 1);
	lua_remove(L, -2);
	return true;
}

/* Replaces the option at index 1, where it is a proxy, by what it stands for. */
static void unwrap_argument(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	if(sl_unwrap_option(L, 1)) {
		lua_replace(L, 1);
	}
}

static int append_list(lua_State *L) {
	for(lua_Integer i = 1; lua_geti(L, 2, i) != LUA_TNIL; i++) {
		lua_seti(L, 1, luaL_len(L, 1) + 1);
	}
	return 0;
}

static int append_map(lua_State *L) {
	lua_pushnil(L);
	while(lua_next(L, 2)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_settable(L, 1);
	}
	return 0;
}

/* opt:append { … }: a list adds its elements, a map sets its keys; the table itself changes, as in Prosody 13. */
static int option_append(lua_State *L) {
	lua_settop(L, 2);
	lua_pushvalue(L, 1);
	unwrap_argument(L);
	if(lua_type(L, 2) != LUA_TTABLE) {
		return luaL_error(L, "'append' operation expects a list of values to append to the existing list");
	}
	bool list = lua_geti(L, 2, 1) != LUA_TNIL;
	lua_pop(L, 1);
	if(list) {
		append_list(L);
	} else {
		append_map(L);
	}
	lua_settop(L, 3);
	return 1;
}

static int option_value(lua_State *L) {
	lua_settop(L, 1);
	unwrap_argument(L);
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
	lua_settop(L, 1);
	unwrap_argument(L);
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

static const luaL_Reg methods[] = {
	{ "append", option_append }, { "value", option_value }, { "values", option_values }, { NULL, NULL }
};

void sl_push_option_metatable(lua_State *L) {
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

static bool has_method_name(lua_State *L, int table) {
	bool found = false;
	for(const luaL_Reg *row = methods; row->name && !found; row++) {
		lua_pushstring(L, row->name);
		found = lua_rawget(L, table) != LUA_TNIL;
		lua_pop(L, 1);
	}
	return found;
}

/* (proxy, key): the methods first, as in Prosody 13 */
static int proxy_index(lua_State *L) {
	for(const luaL_Reg *row = methods; row->name && lua_type(L, 2) == LUA_TSTRING; row++) {
		if(strcmp(row->name, lua_tostring(L, 2)) == 0) {
			lua_pushcfunction(L, row->func);
			return 1;
		}
	}
	unwrap_argument(L);
	lua_gettable(L, 1);
	return 1;
}

/* (proxy, key, value) */
static int proxy_newindex(lua_State *L) {
	unwrap_argument(L);
	lua_settable(L, 1);
	return 0;
}

/* (proxy) -> integer */
static int proxy_len(lua_State *L) {
	unwrap_argument(L);
	lua_pushinteger(L, luaL_len(L, 1));
	return 1;
}

/* (proxy) -> next, table, nil */
static int proxy_pairs(lua_State *L) {
	unwrap_argument(L);
	lua_getglobal(L, "next");
	lua_pushvalue(L, 1);
	lua_pushnil(L);
	return 3;
}

/* Replaces the table at the top of the stack by a proxy of it. */
static void push_proxy(lua_State *L) {
	static const luaL_Reg metamethods[] = {
		{ "__index", proxy_index }, { "__newindex", proxy_newindex }, { "__len", proxy_len }, { "__pairs", proxy_pairs },
		{ "__call", option_call }, { NULL, NULL }
	};
	lua_newtable(L);
	luaL_newlib(L, metamethods);
	lua_pushvalue(L, -3);
	lua_rawseti(L, -2, 1);
	lua_pushboolean(L, 1);
	lua_rawsetp(L, -2, &proxy_key);
	lua_setmetatable(L, -2);
	lua_replace(L, -2);
}

void sl_offer_option(lua_State *L) {
	int table = lua_gettop(L);
	luaL_checkstack(L, 8, "reading an option");
	if(lua_type(L, table) != LUA_TTABLE) {
		return;
	}
	if(!sl_is_plain_table(L, table) || has_method_name(L, table)) {
		push_proxy(L);
		return;
	}
	sl_push_option_metatable(L);
	lua_setmetatable(L, table);
}
