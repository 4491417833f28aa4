#include "merge.h"

/* The rule for one option: the caller's, or the table's. Argument 4 is the caller's rules or nil. */
static sl_rule rule_for(lua_State *L, int key) {
	sl_rule rule = SL_RULE_MERGE;
	if(lua_type(L, key) != LUA_TSTRING) {
		return rule;
	}
	if(lua_istable(L, 4)) {
		lua_pushvalue(L, key);
		bool given = lua_rawget(L, 4) == LUA_TSTRING && sl_rule_from_name(lua_tostring(L, -1), &rule);
		lua_pop(L, 1);
		if(given) {
			return rule;
		}
	}
	return sl_builtin_rule(lua_tostring(L, key));
}

/* Leaves the caller's rules, checked, at index 4. */
static void check_options(lua_State *L) {
	static const sl_option options[] = { { "merge", LUA_TTABLE }, { NULL, 0 } };
	sl_rule rule;
	sl_check_options(L, 3, options);
	sl_push_option(L, 3, "merge");
	lua_pushnil(L);
	while(lua_istable(L, 4) && lua_next(L, 4)) {
		bool known = lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING && sl_rule_from_name(lua_tostring(L, -1), &rule);
		if(!known) {
			luaL_tolstring(L, -2, NULL);
			luaL_argerror(L, 3, lua_pushfstring(L, "option 'merge': '%s' must be \"append\", \"merge\" or \"replace\"", lua_tostring(L, -1)));
		}
		lua_pop(L, 1);
	}
	lua_settop(L, 4);
}

/* Pushes the merged value of one option; the key and the overlay's value are at the top of the stack. */
static void merge_option(lua_State *L, int base) {
	int value = lua_gettop(L);
	lua_pushvalue(L, value - 1);
	lua_rawget(L, base);
	sl_merge merge;
	sl_merge_start(&merge, L);
	sl_rule rule = rule_for(L, value - 1);
	if(!lua_isnil(L, value + 1)) {
		sl_merge_apply(&merge, SL_RULE_MERGE, SL_SET, value + 1, 1);
	}
	sl_merge_apply(&merge, rule, SL_SET, value, 2);
	sl_merge_finish(&merge);
	lua_replace(L, value + 1);
	lua_settop(L, value + 1);
}

/* Raises an error for a cycle or a nesting that no merge could end in: walks both tables once. */
static void check_finite(lua_State *L, int index) {
	sl_value_copy(L, index, 0, 0);
	lua_pop(L, 1);
}

int sl_api_merge(lua_State *L) {
	size_t listed, named;
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 3);
	check_options(L);
	check_finite(L, 1);
	check_finite(L, 2);
	luaL_checkstack(L, 24, "merging");
	/* The list parts of the two tables meet as any option's do. */
	sl_merge whole;
	sl_merge_start(&whole, L);
	sl_merge_apply(&whole, SL_RULE_REPLACE, SL_SET, 1, 1);
	sl_kind kind = sl_table_shape(L, 2, &listed, &named);
	if(kind != SL_KIND_MAP) {
		sl_merge_apply(&whole, SL_RULE_MERGE, SL_SET, 2, 2);
		sl_merge_finish(&whole);
		if(kind != SL_KIND_MIXED) {
			return 1;
		}
	} else {
		sl_merge_finish(&whole);
	}
	int merged = lua_gettop(L);
	size_t base_listed, base_named;
	sl_table_shape(L, 1, &base_listed, &base_named);
	if(kind == SL_KIND_MAP && base_listed && !base_named) {
		lua_settop(L, 2);
		return 1;   /* a map in place of a list */
	}
	lua_createtable(L, 0, (int)(named + base_named));
	int result = lua_gettop(L);
	lua_pushnil(L);
	while(lua_next(L, merged)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, result);
	}
	lua_pushnil(L);
	while(lua_next(L, 2)) {
		int value = lua_gettop(L);
		lua_Integer position = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
		if(position < 1 || (lua_Unsigned)position > listed) {
			merge_option(L, 1);
			lua_pushvalue(L, value - 1);
			lua_insert(L, -2);
			lua_rawset(L, result);
		}
		lua_settop(L, value - 1);
	}
	return 1;
}
