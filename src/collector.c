#include "collector.h"

#include <lauxlib.h>

#include "metatable.h"

enum { PATIENT = 160, FIRST = 300 };

/* So many layers of data in a row. Where those of code are never far, the collector would do more for being started again than it does anyhow. */
enum { ENOUGH_DATA = 32 };

/* Of the memory that was in use without garbage, so much in a hundred is hardly any more. */
enum { CLEAN = 125 };

/* The address is the registry key of how many kilobytes are in use, but for the former configuration, after a load. */
static const char used_key = 'u';

static bool is_clean(lua_State *L) {
	lua_rawgetp(L, LUA_REGISTRYINDEX, &used_key);
	lua_Integer used = lua_tointeger(L, -1);
	lua_pop(L, 1);
	return (lua_Integer)lua_gc(L, LUA_GCCOUNT) * 100 <= used * CLEAN;
}

/* A reload ends with two configurations, which are most of what there is, and with what else there is once. */
static void note_used(lua_State *L, bool first) {
	lua_Integer used = lua_gc(L, LUA_GCCOUNT);
	lua_pushinteger(L, first ? used : used * 2 / 3);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &used_key);
}

/* (patience): restores what was set before. No step of the collector is forced here: after one that is, Lua 5.4.4 never comes to the end of a cycle
 * where loads follow each other. */
static int restore(lua_State *L) {
	sl_patience *patience = luaL_checkudata(L, 1, "stackloader.patience");
	sl_expect_code(L, patience);
	lua_gc(L, LUA_GCSETPAUSE, patience->pause);
	note_used(L, patience->first);
	*patience->owner = NULL;
	return 0;
}

void sl_push_patience(lua_State *L, bool first, sl_patience **owner) {
	static const luaL_Reg metamethods[] = { { "__close", restore }, { NULL, NULL } };
	luaL_checkstack(L, 6, "loading");
	bool clean = first || is_clean(L);
	sl_patience *patience = lua_newuserdatauv(L, sizeof(*patience), 0);
	sl_push_metatable(L, "stackloader.patience", metamethods, NULL);
	lua_setmetatable(L, -2);
	*patience = (sl_patience) { .pause = lua_gc(L, LUA_GCSETPAUSE, first ? FIRST : PATIENT), .first = first, .clean = clean, .owner = owner };
	*owner = patience;
	lua_toclose(L, -1);
}

void sl_expect_data(lua_State *L, sl_patience *patience) {
	if(patience->clean && !patience->stopped && ++patience->data > ENOUGH_DATA && lua_gc(L, LUA_GCISRUNNING)) {
		lua_gc(L, LUA_GCSTOP);
		patience->stopped = true;
	}
}

void sl_expect_code(lua_State *L, sl_patience *patience) {
	if(patience) {
		patience->data = 0;
		if(patience->stopped) {
			lua_gc(L, LUA_GCRESTART);
			patience->stopped = false;
		}
	}
}
