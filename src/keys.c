#include <string.h>

#include "value.h"

static int key_rank(lua_State *L, int index) {
	switch(lua_type(L, index)) {
	case LUA_TNUMBER:
		return 0;
	case LUA_TSTRING:
		return 1;
	case LUA_TBOOLEAN:
		return 2;
	default:
		return 3;
	}
}

static int compare_strings(lua_State *L, int left, int right) {
	size_t left_length, right_length;
	const char *left_text = lua_tolstring(L, left, &left_length);
	const char *right_text = lua_tolstring(L, right, &right_length);
	size_t shorter = left_length < right_length ? left_length : right_length;
	int order = memcmp(left_text, right_text, shorter);
	if(order == 0) {
		order = left_length < right_length ? -1 : left_length > right_length;
	}
	return order;
}

static bool key_less(lua_State *L, int left, int right) {
	int left_rank = key_rank(L, left);
	int right_rank = key_rank(L, right);
	if(left_rank != right_rank) {
		return left_rank < right_rank;
	}
	switch(left_rank) {
	case 0:
		return lua_compare(L, left, right, LUA_OPLT);
	case 1:
		return compare_strings(L, left, right) < 0;
	case 2:
		return !lua_toboolean(L, left);   /* false stands before true, and each but once */
	default:
		return false;
	}
}

/* Restores the heap below `root` of the array at the top of the stack. */
static void sift_down(lua_State *L, int array, lua_Integer root, lua_Integer end) {
	for(lua_Integer child = 2 * root; child <= end; child = 2 * root) {
		lua_rawgeti(L, array, child);
		if(child < end) {
			lua_rawgeti(L, array, child + 1);
			if(key_less(L, -2, -1)) {
				lua_remove(L, -2);
				child++;
			} else {
				lua_pop(L, 1);
			}
		}
		lua_rawgeti(L, array, root);
		if(!key_less(L, -1, -2)) {
			lua_pop(L, 2);
			return;
		}
		lua_rawseti(L, array, child);
		lua_rawseti(L, array, root);
		root = child;
	}
}

static void sort_keys(lua_State *L, int array, lua_Integer count) {
	for(lua_Integer root = count / 2; root >= 1; root--) {
		sift_down(L, array, root, count);
	}
	for(lua_Integer end = count; end > 1; end--) {
		lua_rawgeti(L, array, 1);
		lua_rawgeti(L, array, end);
		lua_rawseti(L, array, 1);
		lua_rawseti(L, array, end);
		sift_down(L, array, 1, end - 1);
	}
}

size_t sl_sorted_keys(lua_State *L, int index) {
	index = lua_absindex(L, index);
	luaL_checkstack(L, 8, "sorting keys");
	lua_newtable(L);
	int array = lua_gettop(L);
	lua_Integer count = 0;
	lua_pushnil(L);
	while(lua_next(L, index)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		lua_rawseti(L, array, ++count);
	}
	sort_keys(L, array, count);
	return (size_t)count;
}

