#include "nested.h"
#include "union.h"

/* The rule for one option: the caller's, or the table's. Argument 4 is the caller's rules or nil. */
static sl_rule rule_for(lua_State *L, int key) {
	sl_rule rule = SL_RULE_MERGE;
	if(lua_type(L, key) != LUA_TSTRING) {
		return rule;
	}
	if(lua_istable(L, 4)) {
		lua_pushvalue(L, key);
		if(lua_rawget(L, 4) == LUA_TSTRING) {
			sl_rule_from_name(lua_tostring(L, -1), &rule);   /* check_options has looked at the names */
			lua_pop(L, 1);
			return rule;
		}
		lua_pop(L, 1);
	}
	size_t length;
	const char *option = lua_tolstring(L, key, &length);
	return sl_builtin_rule(option, length);
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

/* Two values of an option that accumulates. */
static void accumulate(lua_State *L, sl_nesting *n, int base, int over) {
	sl_side from = sl_side_at(L, n, base);
	sl_side to = sl_side_at(L, n, over);
	bool lists = (from.kind == SL_KIND_LIST || from.kind == SL_KIND_SCALAR) && (to.kind == SL_KIND_LIST || to.kind == SL_KIND_SCALAR);
	if(lists && from.listed + to.listed < SL_UNION_MOST) {
		sl_push_union(L, base, from.listed, over, to.listed);
	} else {
		sl_merge merge;
		sl_merge_start(&merge, L);
		sl_merge_apply(&merge, SL_RULE_MERGE, SL_SET, base, 1);
		sl_merge_apply(&merge, SL_RULE_APPEND, SL_SET, over, 2);
		sl_merge_finish(&merge);
	}
	lua_replace(L, over);
}

/* The values of one option, by its rule. */
static void join_option(lua_State *L, sl_nesting *n, int base, int over) {
	switch(rule_for(L, over - 1)) {
	case SL_RULE_MERGE:
		sl_join_values(L, n, base, over);
		break;
	case SL_RULE_APPEND:
		accumulate(L, n, base, over);
		break;
	default:
		sl_check_side(n, base);
		sl_check_side(n, over);
		break;
	}
}

/* Replaces an argument at the top of the stack, which the merge had nothing to change in, by a copy: the caller may go on with the result. */
static void own_result(lua_State *L) {
	if(!lua_rawequal(L, -1, 1) && !lua_rawequal(L, -1, 2)) {
		return;
	}
	int argument = lua_gettop(L);
	lua_createtable(L, (int)lua_rawlen(L, argument), 0);
	lua_pushnil(L);
	while(lua_next(L, argument)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, argument + 1);
	}
}

int sl_api_equal(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	lua_pushboolean(L, sl_fields_equal(L, 1, 2));
	return 1;
}

int sl_api_merge(lua_State *L) {
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 3);
	check_options(L);
	luaL_checkstack(L, 24, "merging");
	sl_survey survey;
	sl_nesting n;
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 2);
	int over = lua_gettop(L);
	sl_nesting_start(&n, L, &survey, 1);
	sl_join_tables(L, &n, over - 1, over, join_option);
	sl_survey_finish(&survey);
	lua_settop(L, over);
	own_result(L);
	return 1;
}
