#include "value.h"

static bool has_foreign_metatable(lua_State *L, int index) {
	if(!lua_getmetatable(L, index)) {
		return false;
	}
	sl_push_option_metatable(L);
	bool foreign = !lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	return foreign;
}

bool sl_is_plain_table(lua_State *L, int index) {
	return lua_type(L, index) == LUA_TTABLE && !has_foreign_metatable(L, index);
}

bool sl_is_listed(lua_State *L, int key, size_t listed) {
	lua_Integer position = lua_isinteger(L, key) ? lua_tointeger(L, key) : 0;
	return position >= 1 && (lua_Unsigned)position <= listed;
}

static void copy_list(lua_State *L, int from, int to, size_t listed) {
	for(size_t i = 1; i <= listed; i++) {
		lua_rawgeti(L, from, (lua_Integer)i);
		lua_rawseti(L, to, (lua_Integer)i);
	}
}

static void copy_named(lua_State *L, int from, int to, size_t listed) {
	int kept = lua_gettop(L) + 1;   /* the key, for lua_next */
	lua_pushnil(L);
	lua_pushnil(L);
	while(lua_next(L, from)) {
		if(listed && sl_is_listed(L, kept + 1, listed)) {
			lua_pop(L, 1);
			continue;
		}
		lua_copy(L, kept + 1, kept);
		lua_rawset(L, to);
		lua_pushvalue(L, kept);
	}
	lua_pop(L, 1);
}

void sl_copy_part(lua_State *L, int from, int to, bool list) {
	size_t listed = (size_t)lua_rawlen(L, from);
	luaL_checkstack(L, 4, "copying a table");
	(list ? copy_list : copy_named)(L, from, to, listed);
}

sl_kind sl_kind_of_parts(size_t listed, size_t named) {
	if(listed) {
		return named ? SL_KIND_MIXED : SL_KIND_LIST;
	}
	return named ? SL_KIND_MAP : SL_KIND_EMPTY;
}

sl_kind sl_table_shape(lua_State *L, int index, size_t *listed, size_t *named) {
	index = lua_absindex(L, index);
	luaL_checkstack(L, 3, "looking at a table");
	size_t length = (size_t)lua_rawlen(L, index);
	size_t others = 0;
	lua_pushnil(L);
	while(lua_next(L, index)) {
		lua_pop(L, 1);
		others += !length || !sl_is_listed(L, -1, length);
	}
	*listed = length;
	*named = others;
	return sl_kind_of_parts(length, others);
}

sl_kind sl_value_shape(lua_State *L, int index, size_t *listed, size_t *named) {
	*listed = *named = 0;
	switch(lua_type(L, index)) {
	case LUA_TNONE:
	case LUA_TNIL:
		return SL_KIND_NIL;
	case LUA_TBOOLEAN:
	case LUA_TNUMBER:
	case LUA_TSTRING:
		return SL_KIND_SCALAR;
	case LUA_TTABLE:
		return has_foreign_metatable(L, index) ? SL_KIND_OPAQUE : sl_table_shape(L, index, listed, named);
	default:
		return SL_KIND_OPAQUE;
	}
}

sl_kind sl_value_kind(lua_State *L, int index) {
	size_t listed, named;
	return sl_value_shape(L, index, &listed, &named);
}

const char *sl_kind_name(sl_kind kind) {
	static const char *const names[] = { "nothing", "single value", "object", "empty table", "list", "map", "mixed table" };
	return names[kind];
}

void sl_value_descend(lua_State *L, int path) {
	size_t length = (size_t)lua_rawlen(L, path);
	luaL_checkstack(L, 3, "looking into a table");
	for(size_t i = 1; i <= length; i++) {
		if(!sl_is_plain_table(L, -1)) {
			lua_pop(L, 1);
			lua_pushnil(L);
			return;
		}
		lua_rawgeti(L, path, (lua_Integer)i);
		lua_rawget(L, -2);
		lua_remove(L, -2);
	}
}

size_t sl_count_keys(lua_State *L, int index) {
	size_t count = 0;
	lua_pushnil(L);
	while(lua_next(L, index)) {
		lua_pop(L, 1);
		count++;
	}
	return count;
}

/* NaN, which no comparison of Lua's finds equal to itself, is no change where it was before. */
static bool is_nan(lua_State *L, int index) {
	return lua_type(L, index) == LUA_TNUMBER && !lua_compare(L, index, index, LUA_OPEQ);
}

static bool is_same(lua_State *L, int left, int right) {
	return lua_rawequal(L, left, right) || (is_nan(L, left) && is_nan(L, right));
}

static bool equal_values(lua_State *L, int left, int right, int memo, unsigned depth);

static bool equal_tables(lua_State *L, int left, int right, int memo, unsigned depth) {
	if(sl_count_keys(L, left) != sl_count_keys(L, right)) {
		return false;
	}
	lua_pushnil(L);
	while(lua_next(L, left)) {
		lua_pushvalue(L, -2);
		lua_rawget(L, right);
		bool same = equal_values(L, lua_gettop(L) - 1, lua_gettop(L), memo, depth + 1);
		lua_pop(L, 2);
		if(!same) {
			lua_pop(L, 1);
			return false;
		}
	}
	return true;
}

static bool equal_values(lua_State *L, int left, int right, int memo, unsigned depth) {
	if(is_same(L, left, right)) {
		return true;
	}
	if(!sl_is_plain_table(L, left) || !sl_is_plain_table(L, right) || depth > SL_MAX_DEPTH) {
		return false;
	}
	luaL_checkstack(L, 8, "comparing values");
	/* A pair that was found equal is not walked again: tables that are shared a lot stay cheap. */
	lua_pushvalue(L, left);
	lua_rawget(L, memo);
	bool known = lua_rawequal(L, -1, right);
	lua_pop(L, 1);
	if(known) {
		return true;
	}
	if(!equal_tables(L, left, right, memo, depth)) {
		return false;
	}
	lua_pushvalue(L, left);
	lua_pushvalue(L, right);
	lua_rawset(L, memo);
	return true;
}

bool sl_value_equal(lua_State *L, int left, int right) {
	luaL_checkstack(L, 8, "comparing values");
	left = lua_absindex(L, left);
	right = lua_absindex(L, right);
	if(is_same(L, left, right)) {
		return true;
	}
	if(lua_type(L, left) != LUA_TTABLE || lua_type(L, right) != LUA_TTABLE) {
		return false;
	}
	lua_newtable(L);
	bool same = equal_values(L, left, right, lua_gettop(L), 1);
	lua_pop(L, 1);
	return same;
}

bool sl_fields_equal(lua_State *L, int left, int right) {
	luaL_checkstack(L, 8, "comparing tables");
	lua_newtable(L);
	bool same = equal_tables(L, left, right, lua_gettop(L), 1);
	lua_pop(L, 1);
	return same;
}

bool sl_list_holds(lua_State *L, int list, int element) {
	luaL_checkstack(L, 1, "searching a list");
	list = lua_absindex(L, list);
	element = lua_absindex(L, element);
	size_t length = (size_t)lua_rawlen(L, list);
	bool found = false;
	for(size_t i = 1; i <= length && !found; i++) {
		lua_rawgeti(L, list, (lua_Integer)i);
		found = sl_value_equal(L, element, -1);
		lua_pop(L, 1);
	}
	return found;
}

