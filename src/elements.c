#include "elements.h"

#include "value.h"

size_t sl_element_count(lua_State *L, int value) {
	if(sl_is_plain_table(L, value)) {
		return (size_t)lua_rawlen(L, value);
	}
	return lua_isnil(L, value) ? 0 : 1;
}

void sl_push_element(lua_State *L, int value, size_t i) {
	if(sl_is_plain_table(L, value)) {
		lua_rawgeti(L, value, (lua_Integer)i);
	} else {
		lua_pushvalue(L, value);
	}
}

void sl_look_up(lua_State *L, int set) {
	sl_value_key(L, -1);
	lua_rawget(L, set);
	lua_remove(L, -2);
}

void sl_put_element(lua_State *L, int set, int element, lua_Integer value) {
	luaL_checkstack(L, 4, "noting an element");
	sl_value_key(L, element);
	if(value) {
		lua_pushinteger(L, value);
	} else {
		lua_pushnil(L);
	}
	lua_rawset(L, set);
}

void sl_put_elements(lua_State *L, int set, int value, lua_Integer mark) {
	size_t count = sl_element_count(L, value);
	luaL_checkstack(L, 6, "noting elements");
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, value, i);
		if(!lua_isnil(L, -1)) {
			sl_put_element(L, set, lua_gettop(L), mark);
		}
		lua_pop(L, 1);
	}
}
