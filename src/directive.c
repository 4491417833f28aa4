#include "directive.h"

/* The address is the registry key of the metatable that makes a table a directive. */
static const char metatable_key = 'd';

enum { FIELD_OPERATION = 1, FIELD_LEVEL, FIELD_VALUE };

bool sl_is_constraint(sl_operation operation) {
	return operation >= SL_AT_MOST;
}

static const char *const operation_names[] = {
	"set", "append", "prepend", "remove", "replace", "unset", "at_most", "at_least", "one_of", "subset_of"
};

const char *sl_operation_name(sl_operation operation) {
	return operation_names[operation];
}

const char *sl_level_name(sl_level level) {
	static const char *const names[] = { "default", "plain", "force" };
	return names[level];
}

/* Pushes a directive whose value is at the top of the stack, in its place. */
static void push_directive(lua_State *L, sl_operation operation, sl_level level) {
	lua_createtable(L, 3, 0);
	lua_pushinteger(L, operation);
	lua_rawseti(L, -2, FIELD_OPERATION);
	lua_pushinteger(L, level);
	lua_rawseti(L, -2, FIELD_LEVEL);
	lua_insert(L, -2);
	lua_rawseti(L, -2, FIELD_VALUE);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key);
	lua_setmetatable(L, -2);
}

bool sl_to_directive(lua_State *L, int index, sl_operation *operation, sl_level *level) {
	if(lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) {
		return false;
	}
	lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key);
	bool is_directive = lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	if(!is_directive) {
		return false;
	}
	index = lua_absindex(L, index);
	lua_rawgeti(L, index, FIELD_OPERATION);
	*operation = (sl_operation)lua_tointeger(L, -1);
	lua_rawgeti(L, index, FIELD_LEVEL);
	*level = (sl_level)lua_tointeger(L, -1);
	lua_pop(L, 2);
	lua_rawgeti(L, index, FIELD_VALUE);
	return true;
}

/* (value or directive) -> directive; upvalue: the level */
static int at_level(lua_State *L) {
	sl_level level = (sl_level)lua_tointeger(L, lua_upvalueindex(1));
	sl_operation operation;
	sl_level inner;
	luaL_checkany(L, 1);
	lua_settop(L, 1);
	if(!sl_to_directive(L, 1, &operation, &inner)) {
		if(lua_isnil(L, 1)) {
			return luaL_error(L, "stack.%s(nil) says nothing; write stack.%s(stack.unset) to remove the option",
				sl_level_name(level), sl_level_name(level));
		}
		operation = SL_SET;
		lua_settop(L, 1);
	} else if(sl_is_constraint(operation)) {
		return luaL_error(L, "stack.%s cannot hold a constraint: stack.%s always binds, write it alone",
			sl_level_name(level), sl_operation_name(operation));
	}
	push_directive(L, operation, level);
	return 1;
}

/* (value) -> directive; upvalue: the operation */
static int operate(lua_State *L) {
	sl_operation operation = (sl_operation)lua_tointeger(L, lua_upvalueindex(1));
	sl_operation inner;
	sl_level level;
	if(lua_isnoneornil(L, 1)) {
		return luaL_error(L, "stack.%s needs a value, got nothing", sl_operation_name(operation));
	}
	lua_settop(L, 1);
	if(sl_to_directive(L, 1, &inner, &level)) {
		return luaL_error(L, "stack.%s cannot hold another directive; write the level outside: stack.force(stack.%s { … })",
			sl_operation_name(operation), sl_operation_name(operation));
	}
	push_directive(L, operation, SL_PLAIN);
	return 1;
}

/* stack.unset() is stack.unset */
static int unset_call(lua_State *L) {
	lua_settop(L, 1);
	return 1;
}

static void push_metatable(lua_State *L) {
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key) == LUA_TTABLE) {
		return;
	}
	lua_pop(L, 1);
	lua_createtable(L, 0, 2);
	lua_pushliteral(L, "stackloader.directive");
	lua_setfield(L, -2, "__name");
	lua_pushcfunction(L, unset_call);
	lua_setfield(L, -2, "__call");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
}

void sl_add_directives(lua_State *L) {
	push_metatable(L);
	lua_pop(L, 1);
	for(int level = SL_DEFAULT; level <= SL_FORCE; level += SL_FORCE - SL_DEFAULT) {
		lua_pushinteger(L, level);
		lua_pushcclosure(L, at_level, 1);
		lua_setfield(L, -2, sl_level_name((sl_level)level));
	}
	for(int operation = SL_APPEND; operation <= SL_SUBSET_OF; operation++) {
		if(operation == SL_UNSET) {
			lua_pushnil(L);
			push_directive(L, SL_UNSET, SL_PLAIN);
		} else {
			lua_pushinteger(L, operation);
			lua_pushcclosure(L, operate, 1);
		}
		lua_setfield(L, -2, operation_names[operation]);
	}
}
