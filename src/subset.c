#include "subset.h"

#include "stack.h"

/* The elements that are allowed: a table of their keys (value.h), each with how many of the constraints, one after the other, allow it. */
typedef struct allowing {
	lua_State *L;
	int ud, table;
	const uint32_t *constraints;
	size_t count;
	lua_Integer lists;   /* how many of the constraints are subset_of */
} allowing;

static void allow_elements(const allowing *a, uint32_t id) {
	lua_State *L = a->L;
	sl_push_value(L, a->ud, sl_entry_of(L, a->ud, id));
	int list = lua_gettop(L);
	for(size_t i = 1, length = (size_t)lua_rawlen(L, list); i <= length; i++) {
		lua_rawgeti(L, list, (lua_Integer)i);
		sl_value_key(L, list + 1);
		lua_pushvalue(L, -1);
		lua_rawget(L, a->table);
		if(lua_tointeger(L, -1) == a->lists) {   /* all lists before this one allow it */
			lua_pop(L, 1);
			lua_pushinteger(L, a->lists + 1);
			lua_rawset(L, a->table);
		}
		lua_settop(L, list);
	}
	lua_pop(L, 1);
}

/* The constraint that leaves the element at the absolute index out; 0: all of them allow it. */
static uint32_t excluded_by(const allowing *a, int element) {
	lua_State *L = a->L;
	sl_value_key(L, element);
	lua_rawget(L, a->table);
	lua_Integer allowed = lua_tointeger(L, -1);
	lua_pop(L, 1);
	for(size_t i = 0; i < a->count && allowed < a->lists; i++) {
		if(sl_entry_of(L, a->ud, a->constraints[i])->operation == SL_SUBSET_OF && allowed-- == 0) {
			return a->constraints[i];
		}
	}
	return 0;
}

static uint32_t first_list(const allowing *a) {
	size_t i = 0;
	while(sl_entry_of(a->L, a->ud, a->constraints[i])->operation != SL_SUBSET_OF) {
		i++;
	}
	return a->constraints[i];
}

/* Adds the elements of the list at `from` that are allowed to the one at `to`. Returns the constraint that the first one breaks which is left out. */
static uint32_t keep_listed(const allowing *a, int from, int to) {
	lua_State *L = a->L;
	uint32_t reason = 0;
	lua_Integer kept = 0;
	for(size_t i = 1, length = (size_t)lua_rawlen(L, from); i <= length; i++) {
		lua_rawgeti(L, from, (lua_Integer)i);
		uint32_t broken = lua_isnil(L, -1) ? 0 : excluded_by(a, lua_gettop(L));
		reason = reason ? reason : broken;
		if(broken || lua_isnil(L, -1)) {
			lua_pop(L, 1);
		} else {
			lua_rawseti(L, to, ++kept);
		}
	}
	return reason;
}

/* The same of what has a name: by its key. */
static uint32_t keep_named(const allowing *a, int from, int to) {
	lua_State *L = a->L;
	uint32_t reason = 0;
	size_t length = (size_t)lua_rawlen(L, from);
	lua_pushnil(L);
	while(lua_next(L, from)) {
		int key = lua_gettop(L) - 1;
		if(!sl_is_listed(L, key, length)) {
			uint32_t broken = excluded_by(a, key);
			reason = reason ? reason : broken;
			if(!broken) {
				lua_pushvalue(L, key);
				lua_pushvalue(L, key + 1);
				lua_rawset(L, to);
			}
		}
		lua_settop(L, key);
	}
	return reason;
}

/* Pushes the value at `value` without what is not allowed, and returns the constraint that it breaks. */
static uint32_t push_allowed(const allowing *a, int value) {
	lua_State *L = a->L;
	lua_newtable(L);
	int result = lua_gettop(L);
	if(lua_isnil(L, value)) {
		uint32_t first = first_list(a);
		sl_push_value(L, a->ud, sl_entry_of(L, a->ud, first));
		keep_listed(a, result + 1, result);
		lua_pop(L, 1);
		return first;
	}
	if(!sl_is_plain_table(L, value)) {
		return excluded_by(a, value);
	}
	uint32_t listed = keep_listed(a, value, result);
	uint32_t named = keep_named(a, value, result);
	return listed ? listed : named;
}

uint32_t sl_subset_apply(lua_State *L, int ud, const uint32_t *constraints, size_t count) {
	luaL_checkstack(L, 12, "bounding a list");
	int value = lua_gettop(L);
	lua_newtable(L);
	allowing a = { .L = L, .ud = ud, .table = value + 1, .constraints = constraints, .count = count };
	for(size_t i = 0; i < count; i++) {
		if(sl_entry_of(L, ud, constraints[i])->operation == SL_SUBSET_OF) {
			allow_elements(&a, constraints[i]);
			a.lists++;
		}
	}
	uint32_t reason = push_allowed(&a, value);
	if(reason) {
		lua_copy(L, value + 2, value);
	}
	lua_settop(L, value);
	return reason;
}
