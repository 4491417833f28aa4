#include "guard.h"

#include "reads.h"

/* os.getenv of layers: the same variables as everywhere, .env included; upvalue: the stack object */
static int getenv_of_stack(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, lua_upvalueindex(1));
	const char *name = luaL_checkstring(L, 1);
	sl_note_read(L, stack, name, "getenv", 0);
	lua_pushstring(L, sl_variables_text(stack->variables, name));
	return 1;
}

/* (_G, name, value): a layer makes a global; upvalue: the stack object */
static int new_global(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, lua_upvalueindex(1));
	lua_settop(L, 3);
	if(stack->running) {
		const char *path = sl_layer_at(stack, stack->running)->path;
		unsigned line = 0;
		lua_Debug ar;
		for(int level = 1; !line && lua_getstack(L, level, &ar); level++) {
			lua_getinfo(L, "Sl", &ar);
			if(ar.source[0] == '@' && ar.currentline > 0) {
				line = (unsigned)ar.currentline;
				path = sl_keep_string(L, stack, ar.source + 1);
			}
		}
		sl_report(L, stack, SL_WARNING, SL_ON_GLOBAL, path, line,
			"this sets the Lua global '%s': it works at the first start and fails on every reload of the "
			"running server, whose globals are locked; use `local`, or a table that require returns", luaL_tolstring(L, 2, NULL));
		lua_settop(L, 3);
	}
	lua_rawset(L, 1);
	return 0;
}

enum { SAVED_OS = 1, SAVED_KEY, SAVED_GETENV, SAVED_METATABLE, SAVED_COUNT = SAVED_METATABLE };

/* Pushes what restore() needs and changes the globals. Everything that could fail happens before the first change. */
static void change(lua_State *L, int ud) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "os");
	lua_replace(L, -2);
	int os = lua_gettop(L);
	lua_pushliteral(L, "getenv");
	lua_pushvalue(L, -1);
	if(lua_istable(L, os)) {
		lua_rawget(L, os);
	}
	lua_pushglobaltable(L);
	bool locked = lua_getmetatable(L, -1);
	lua_pop(L, locked ? 2 : 1);
	lua_createtable(L, 0, 1);
	lua_pushvalue(L, ud);
	lua_pushcclosure(L, new_global, 1);
	lua_setfield(L, -2, "__newindex");
	if(locked) {   /* the running server's own lock raises the error itself */
		lua_pop(L, 1);
		lua_pushnil(L);
	}
	if(lua_istable(L, os)) {
		lua_pushvalue(L, os + 1);
		lua_pushvalue(L, ud);
		lua_pushcclosure(L, getenv_of_stack, 1);
		lua_rawset(L, os);
	}
	lua_pushglobaltable(L);
	if(!locked) {
		lua_pushvalue(L, -2);
		lua_setmetatable(L, -2);
	}
	lua_pop(L, 1);
}

static void restore(lua_State *L, int saved) {
	if(lua_istable(L, saved)) {
		lua_pushvalue(L, saved + 1);
		lua_pushvalue(L, saved + 2);
		lua_rawset(L, saved);
	}
	if(lua_istable(L, saved + 3)) {
		lua_pushglobaltable(L);
		/* A layer may have locked the globals in its own way meanwhile; only what was put there is taken away. */
		if(lua_getmetatable(L, -1)) {
			bool ours = lua_rawequal(L, -1, saved + 3);
			lua_pop(L, 1);
			if(ours) {
				lua_pushnil(L);
				lua_setmetatable(L, -2);
			}
		}
		lua_pop(L, 1);
	}
}

void sl_call_guarded(lua_State *L, int ud, int arguments, int results) {
	ud = lua_absindex(L, ud);
	luaL_checkstack(L, SAVED_COUNT + 8, "loading");
	int function = lua_gettop(L) - arguments;
	change(L, ud);
	lua_rotate(L, function, SAVED_COUNT);
	int status = lua_pcall(L, arguments, results, 0);
	restore(L, function);
	if(status != LUA_OK) {
		lua_error(L);
	}
	for(int i = 0; i < SAVED_COUNT; i++) {
		lua_remove(L, function);
	}
}
