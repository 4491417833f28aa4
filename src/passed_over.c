#include "passed_over.h"

#include "host.h"

static bool push_required(lua_State *L, const char *name) {
	sl_push_global(L, "require");
	lua_pushstring(L, name);
	if(lua_pcall(L, 1, 1, 0) == LUA_OK && lua_istable(L, -1)) {
		return true;
	}
	lua_pop(L, 1);
	return false;
}

/* Pushes the set of features, a util.set, and returns true, or pushes nothing. It may not be loaded yet: configurations load before modulemanager. */
static bool push_features(lua_State *L) {
	if(!push_required(L, "prosody.core.features") && !push_required(L, "core.features")) {
		return false;
	}
	lua_getfield(L, -1, "available");
	lua_remove(L, -2);
	if(lua_istable(L, -1)) {
		return true;
	}
	lua_pop(L, 1);
	return false;
}

/* Has the set at the top of the stack the word? */
static bool contains(lua_State *L, const char *word) {
	lua_getfield(L, -1, "contains");
	lua_pushvalue(L, -2);
	lua_pushstring(L, word);
	lua_call(L, 2, 1);
	bool found = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return found;
}

static bool is_refused(lua_State *L, const sl_plugin_needs *needs) {
	for(size_t i = 0; i < needs->conflicts.count; i++) {
		if(contains(L, needs->conflicts.names[i])) {
			return true;
		}
	}
	for(size_t i = 0; i < needs->requires.count; i++) {
		if(!contains(L, needs->requires.names[i])) {
			return true;
		}
	}
	return false;
}

bool sl_is_passed_over(lua_State *L, const sl_plugin_needs *needs) {
	luaL_checkstack(L, 6, "reading the header of a module");
	if(needs->lua.names && !sl_list_has(&needs->lua, LUA_VERSION_MAJOR "." LUA_VERSION_MINOR)) {
		return true;
	}
	if((needs->conflicts.count == 0 && needs->requires.count == 0) || !push_features(L)) {
		return false;
	}
	bool refused = is_refused(L, needs);
	lua_pop(L, 1);
	return refused;
}
