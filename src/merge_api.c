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

/* Replaces an option's key and the overlay's value at the top of the stack by the key and the merged value. `memo` is a table. */
static void merge_option(lua_State *L, int base, int memo) {
	int value = lua_gettop(L);
	lua_pushvalue(L, value - 1);
	lua_rawget(L, base);
	sl_rule rule = rule_for(L, value - 1);
	if(lua_isnil(L, value + 1) || rule == SL_RULE_REPLACE) {
		lua_settop(L, value);   /* what only one side says passes as it is */
		return;
	}
	if(rule == SL_RULE_MERGE) {
		sl_merge_values(L, value + 1, value, memo);
	} else {
		sl_merge merge;
		sl_merge_start(&merge, L);
		sl_merge_apply(&merge, SL_RULE_MERGE, SL_SET, value + 1, 1);
		sl_merge_apply(&merge, rule, SL_SET, value, 2);
		sl_merge_finish(&merge);
	}
	lua_replace(L, value);
	lua_settop(L, value);
}

/* Raises an error for a cycle or a nesting that no merge could end in: walks both tables once. */
static void check_finite(lua_State *L, int index) {
	sl_value_copy(L, index, 0, 0);
	lua_pop(L, 1);
}

/* Merges the options of the overlay (index 2) into the result. */
static void merge_options(lua_State *L, int result, size_t listed) {
	lua_newtable(L);
	int memo = lua_gettop(L);
	lua_pushnil(L);
	while(lua_next(L, 2)) {
		int value = lua_gettop(L);
		if(!sl_is_listed(L, -2, listed)) {
			merge_option(L, 1, memo);
			lua_pushvalue(L, value - 1);
			lua_insert(L, -2);
			lua_rawset(L, result);
		}
		lua_settop(L, value - 1);
	}
	lua_pop(L, 1);
}

int sl_api_merge(lua_State *L) {
	size_t base_listed, base_named, listed, named;
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 3);
	check_options(L);
	check_finite(L, 1);
	check_finite(L, 2);
	luaL_checkstack(L, 24, "merging");
	sl_kind from = sl_table_shape(L, 1, &base_listed, &base_named);
	sl_kind to = sl_table_shape(L, 2, &listed, &named);
	bool change = (from == SL_KIND_LIST && to == SL_KIND_MAP) || (from == SL_KIND_MAP && to == SL_KIND_LIST);
	if(change || from == SL_KIND_EMPTY) {
		lua_pushvalue(L, 2);
		return 1;
	}
	if(from == SL_KIND_MAP && to == SL_KIND_EMPTY) {
		lua_pushvalue(L, 1);
		return 1;
	}
	/* The tables' own list parts meet as those of any option that does not accumulate: the overlay's, where it has one. */
	bool takes_list = listed || to == SL_KIND_EMPTY;
	lua_createtable(L, (int)(takes_list ? listed : base_listed), (int)(base_named + named));
	int result = lua_gettop(L);
	sl_copy_part(L, takes_list ? 2 : 1, result, true);
	sl_copy_part(L, 1, result, false);
	merge_options(L, result, listed);
	lua_settop(L, result);
	return 1;
}
