#include "attempts.h"

#include <time.h>

/* The addresses are registry keys: the stack that failed, and the table that stackloader.status copies. */
static const char failed_key = 'f';
static const char status_key = 's';

static void push_status(lua_State *L) {
	luaL_checkstack(L, 6, "noting how a load went");
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &status_key) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushinteger(L, 0);
		lua_setfield(L, -2, "loads");
		lua_pushinteger(L, 0);
		lua_setfield(L, -2, "failures");
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &status_key);
	}
}

/* Counts in the table at the top of the stack, and sets the time. */
static void count(lua_State *L, const char *counter, const char *when) {
	lua_getfield(L, -1, counter);
	lua_pushinteger(L, lua_tointeger(L, -1) + 1);
	lua_setfield(L, -3, counter);
	lua_pop(L, 1);
	lua_pushinteger(L, (lua_Integer)time(NULL));
	lua_setfield(L, -2, when);
}

void sl_note_success(lua_State *L) {
	push_status(L);
	count(L, "loads", "last_good");
	lua_pushnil(L);
	lua_setfield(L, -2, "error");
	lua_pop(L, 1);
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &failed_key);
}

void sl_note_failure(lua_State *L) {
	push_status(L);
	count(L, "failures", "last_failure");
	luaL_tolstring(L, -2, NULL);
	lua_setfield(L, -2, "error");
	lua_pop(L, 1);
}

void sl_keep_failed(lua_State *L, int ud) {
	lua_pushvalue(L, ud);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &failed_key);
}

int sl_api_failed(lua_State *L) {
	lua_rawgetp(L, LUA_REGISTRYINDEX, &failed_key);
	return 1;
}

int sl_api_status(lua_State *L) {
	push_status(L);
	lua_createtable(L, 0, 5);
	lua_pushnil(L);
	while(lua_next(L, -3)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, -4);
	}
	return 1;
}
